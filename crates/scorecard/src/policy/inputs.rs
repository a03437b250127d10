//! What the rules look at: names resolved to places once, values gathered for each application.

use std::{cell::OnceCell, collections::HashMap};

use crate::{
    Error, Evaluation, FieldProblem, Result, Scorecard, Value,
    evaluate::{Derived, FieldTreatment},
    model::FieldType,
    nearest::nearest,
};

/// One thing that an expression may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Input {
    /// A field, or (from the number of fields on) a derived field.
    Slot(usize),
    /// The score.
    Score,
    /// Probability of bad.
    Pd,
    /// Good-to-bad odds.
    Odds,
    /// Points of the characteristic with this index.
    Points(usize),
}

/// What kind of value an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
    Truth,
}

/// Names that hide fields of the same name.
pub(super) const RESERVED: [&str; 5] = ["application", "score", "pd", "odds", "points"];

/// All names, and the inputs that are in use.
#[derive(Debug)]
pub(super) struct Inputs {
    fields: Vec<FieldTreatment>,
    derived: Derived,
    kinds: Vec<Kind>,
    slots: HashMap<String, usize>,
    characteristics: HashMap<String, usize>,
    has_scaling: bool,
    used: Vec<Input>,
    index: HashMap<Input, u32>,
}

impl Inputs {
    pub(super) fn new(scorecard: &Scorecard) -> Result<Self> {
        let derived = Derived::compile(scorecard)?;
        let mut slots = HashMap::new();
        let mut kinds = vec![Kind::Number; scorecard.fields.len() + scorecard.derived.len()];
        let named = scorecard.fields.iter().map(|field| (&field.name, field.field_type));
        for (name, field_type) in named.chain(scorecard.derived.iter().map(|field| (&field.name, field.field_type))) {
            let Some(slot) = derived.slot(name) else { continue };
            if let Some(kind) = kinds.get_mut(slot) {
                *kind = kind_of(field_type);
            }
            slots.insert(name.clone(), slot);
        }
        let characteristics = scorecard.characteristics.iter().enumerate();
        Ok(Self {
            fields: scorecard.fields.iter().map(FieldTreatment::new).collect(),
            derived,
            kinds,
            slots,
            characteristics: characteristics.map(|(index, c)| (c.name.clone(), index)).collect(),
            has_scaling: scorecard.scaling.is_some(),
            used: Vec::new(),
            index: HashMap::new(),
        })
    }

    /// The input that a bare name means, and its kind.
    pub(super) fn named(&mut self, name: &str) -> std::result::Result<(u32, Kind), String> {
        let input = match name {
            "score" => Input::Score,
            "pd" | "odds" if !self.has_scaling => {
                return Err(format!(
                    "`{name}` is not known, because the scorecard has no scaling; use `score`, or add `scaling` to the scorecard"
                ));
            }
            "pd" => Input::Pd,
            "odds" => Input::Odds,
            "application" | "points" => {
                return Err(format!("`{name}` cannot be used as a whole; name one member, as in `{name}.age`"));
            }
            _ => return self.field(name).ok_or_else(|| self.unknown(name)),
        };
        Ok((self.place(input), Kind::Number))
    }

    /// The field or derived field of this name.
    pub(super) fn application(&mut self, name: &str) -> std::result::Result<(u32, Kind), String> {
        self.field(name).ok_or_else(|| {
            let hint = nearest(name, self.slots.keys().map(String::as_str));
            format!(
                "the application has no field `{name}`{}",
                hint.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
            )
        })
    }

    /// The points of the characteristic of this name.
    pub(super) fn points(&mut self, name: &str) -> std::result::Result<(u32, Kind), String> {
        let Some(index) = self.characteristics.get(name).copied() else {
            let hint = nearest(name, self.characteristics.keys().map(String::as_str));
            return Err(format!(
                "the scorecard has no characteristic `{name}`{}",
                hint.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
            ));
        };
        Ok((self.place(Input::Points(index)), Kind::Number))
    }

    /// What kind of value an input in use is.
    pub(super) fn kind(&self, input: u32) -> Option<Kind> {
        match self.used.get(input as usize)? {
            Input::Slot(slot) => self.kinds.get(*slot).copied(),
            Input::Score | Input::Pd | Input::Odds | Input::Points(_) => Some(Kind::Number),
        }
    }

    fn field(&mut self, name: &str) -> Option<(u32, Kind)> {
        let slot = self.slots.get(name).copied()?;
        let kind = self.kinds.get(slot).copied()?;
        Some((self.place(Input::Slot(slot)), kind))
    }

    fn unknown(&self, name: &str) -> String {
        match nearest(name, self.slots.keys().map(String::as_str).chain(RESERVED)) {
            Some(near) => format!("there is no variable `{name}`; did you mean `{near}`?"),
            None => format!(
                "there is no variable `{name}`; use a field of the scorecard, `score`, `pd`, `odds`, `points` or `application`"
            ),
        }
    }

    fn place(&mut self, input: Input) -> u32 {
        let next = u32::try_from(self.used.len()).unwrap_or(u32::MAX);
        *self.index.entry(input).or_insert_with(|| {
            self.used.push(input);
            next
        })
    }

    /// Places for texts that derived fields make.
    pub(super) fn new_texts(&self) -> Vec<OnceCell<String>> {
        if self.uses_derived() { self.derived.new_texts() } else { Vec::new() }
    }

    fn uses_derived(&self) -> bool {
        self.used.iter().any(|input| matches!(input, Input::Slot(slot) if *slot >= self.fields.len()))
    }

    /// The values of the inputs in use, treated as the scorecard's evaluator treats them.
    pub(super) fn gather<'a>(
        &'a self,
        values: &[Value<'a>],
        evaluation: &Evaluation,
        texts: &'a [OnceCell<String>],
    ) -> Result<Vec<Value<'a>>> {
        if values.len() != self.fields.len() {
            return Err(Error::model(
                "fields",
                format!(
                    "{} values given for {} fields; give one value a field, in order",
                    values.len(),
                    self.fields.len()
                ),
            ));
        }
        let slots = if self.uses_derived() {
            let all = (0..self.fields.len()).map(|index| self.treated(index, values)).collect::<Result<Vec<_>>>()?;
            self.derived.evaluate(all, texts)?
        } else {
            Vec::new()
        };
        let value = |input: &Input| match input {
            Input::Slot(slot) if slots.is_empty() => self.treated(*slot, values),
            Input::Slot(slot) => Ok(slots.get(*slot).copied().unwrap_or(Value::Missing)),
            Input::Score => Ok(Value::Number(evaluation.score.to_f64())),
            Input::Pd => Ok(evaluation.probability_of_bad.map_or(Value::Missing, Value::Number)),
            Input::Odds => Ok(evaluation.odds.map_or(Value::Missing, Value::Number)),
            Input::Points(index) => match evaluation.characteristics.get(*index) {
                Some(matched) => Ok(Value::Number(matched.points.to_f64())),
                None => {
                    Err(Error::model("characteristics", "the evaluation is of another scorecard than the policy's"))
                }
            },
        };
        self.used.iter().map(value).collect()
    }

    fn treated<'a>(&'a self, index: usize, values: &[Value<'a>]) -> Result<Value<'a>> {
        let (Some(field), Some(value)) = (self.fields.get(index), values.get(index)) else { return Ok(Value::Missing) };
        field.treat(*value).map_err(|refusal| {
            Error::Application(vec![FieldProblem {
                pointer: crate::application::pointer(&field.field().name),
                problem: field.explain(*value, refusal),
            }])
        })
    }
}

fn kind_of(field_type: FieldType) -> Kind {
    match field_type {
        FieldType::Numeric | FieldType::Integer => Kind::Number,
        FieldType::Boolean => Kind::Truth,
        FieldType::Categorical | FieldType::Date | FieldType::Time | FieldType::DateTime => Kind::Text,
    }
}
