//! Where something turns, by field.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Recourse;
use crate::{
    Evaluator, Literal, Result, Scorecard, Value,
    evaluate::{FieldTreatment, uses_of},
    model::{Condition, FieldType, Predicate},
    policy::{Mention, PolicyEvaluator, mentions},
};

/// What could be changed, and where that would count: made once for a scorecard and a policy.
#[derive(Debug)]
pub struct Space {
    pub(super) fields: Vec<Place>,
}

/// One field of the application.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) treatment: FieldTreatment,
    /// Numbers at which something turns, ascending.
    pub(super) edges: Vec<f64>,
    /// Of those, the ones that rules compare with.
    pub(super) bounds: Vec<f64>,
    /// Texts and truth values that may be proposed.
    pub(super) values: Vec<Literal>,
    /// Codes with a meaning of their own: never proposed.
    pub(super) codes: Vec<Literal>,
    /// Whether rules look at it: then values that match the same attributes may still differ.
    pub(super) is_mentioned: bool,
    /// Whether something is computed from it.
    pub(super) is_computed: bool,
}

impl Space {
    /// What could be changed in the applications of a scorecard, and where that would count to it and to the policy.
    ///
    /// # Errors
    /// [`crate::Error::Model`] where an expression of the scorecard nests too deep; never for one that was compiled.
    pub fn new(scorecard: &Scorecard, policy: &PolicyEvaluator) -> Result<Self> {
        let is_field = |name: &str| scorecard.field_type(name).is_some();
        let mut mentioned = mentions(policy.policy(), &is_field);
        let computed = computed(scorecard, &mentioned)?;
        let fields = scorecard.fields.iter().map(|field| {
            let mention = mentioned.remove(&field.name);
            let is_computed = computed.contains(field.name.as_str());
            let mut place = Place {
                treatment: FieldTreatment::new(field),
                edges: field.ranges.iter().flat_map(|range| [range.from, range.to]).flatten().collect(),
                bounds: Vec::new(),
                values: field.values.clone(),
                codes: Vec::new(),
                is_mentioned: mention.is_some(),
                is_computed,
            };
            for characteristic in &scorecard.characteristics {
                for attribute in &characteristic.attributes {
                    if characteristic.field == field.name {
                        place.take(&attribute.when);
                    }
                    if let Condition::Predicate(predicate) = &attribute.when {
                        place.take_predicate(predicate);
                    }
                }
            }
            place.finish(mention.unwrap_or_default());
            place
        });
        Ok(Self { fields: fields.collect() })
    }

    /// The smallest changes of an application that would approve it; none where it is approved as it is. `values` stand in the
    /// order of the scorecard's fields; those whose index is in `fixed` stay as they are. `evaluator` and `policy` are those
    /// of this space.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`] and [`PolicyEvaluator::decide`] refuse the application as it is.
    pub fn search(
        &self,
        evaluator: &Evaluator,
        policy: &PolicyEvaluator,
        values: &[Value<'_>],
        fixed: &[usize],
    ) -> Result<Recourse> {
        super::search::search(self, evaluator, policy, values, fixed)
    }
}

impl Place {
    fn take(&mut self, when: &Condition) {
        match when {
            Condition::Interval(interval) => self.edges.extend(interval.from.into_iter().chain(interval.to)),
            Condition::Values(literals) => self.take_literals(literals),
            Condition::Special(literals) => self.codes.extend(literals.iter().cloned()),
            Condition::Missing | Condition::Otherwise | Condition::Predicate(_) => {}
        }
    }

    fn take_literals(&mut self, literals: &[Literal]) {
        for literal in literals {
            match literal {
                Literal::Number(number) => self.edges.push(*number),
                Literal::Text(_) | Literal::Boolean(_) => self.values.push(literal.clone()),
            }
        }
    }

    fn take_predicate(&mut self, predicate: &Predicate) {
        let own = |field: &str| field == self.treatment.field().name;
        match predicate {
            Predicate::Compare { field, value, .. } if own(field) => self.take_literals(std::slice::from_ref(value)),
            Predicate::IsIn { field, values } | Predicate::IsNotIn { field, values } if own(field) => {
                self.take_literals(values);
            }
            Predicate::And(parts) | Predicate::Or(parts) | Predicate::Xor(parts) | Predicate::Surrogate(parts) => {
                parts.iter().for_each(|part| self.take_predicate(part));
            }
            _ => {}
        }
    }

    fn finish(&mut self, mention: Mention) {
        let field = self.treatment.field();
        self.edges.extend(&mention.numbers);
        self.bounds = mention.numbers;
        self.values.extend(mention.texts.into_iter().map(Literal::Text));
        self.values.retain(|value| !matches!(value, Literal::Number(_)));
        if field.field_type == FieldType::Boolean {
            self.values = vec![Literal::Boolean(false), Literal::Boolean(true)];
        }
        if field.field_type.is_numeric() {
            self.edges.extend(field.values.iter().filter_map(|value| match value {
                Literal::Number(number) => Some(*number),
                _ => None,
            }));
            self.edges.extend(field.outliers.iter().flat_map(|outliers| [outliers.low, outliers.high]));
        }
        for numbers in [&mut self.edges, &mut self.bounds] {
            numbers.retain(|number| number.is_finite());
            numbers.sort_unstable_by(f64::total_cmp);
            numbers.dedup();
        }
        let mut seen = Vec::with_capacity(self.values.len());
        self.values.retain(|value| {
            !seen.contains(value) && {
                seen.push(value.clone());
                true
            }
        });
    }
}

/// Names of the fields from which something is computed: derived fields that count, points, arithmetic in rules.
fn computed(scorecard: &Scorecard, mentioned: &BTreeMap<String, Mention>) -> Result<HashSet<String>> {
    let derived: HashMap<&str, _> = scorecard.derived.iter().map(|one| (one.name.as_str(), &one.expression)).collect();
    let mut open: Vec<&str> = Vec::new();
    for (name, mention) in mentioned {
        if mention.otherwise || derived.contains_key(name.as_str()) {
            open.push(name);
        }
    }
    for characteristic in &scorecard.characteristics {
        if derived.contains_key(characteristic.field.as_str()) {
            open.push(&characteristic.field);
        }
        for attribute in &characteristic.attributes {
            if let Some(expression) = &attribute.points_expression {
                open.extend(uses_of(expression, "points_expression")?);
            }
            if let Condition::Predicate(predicate) = &attribute.when {
                tested(predicate, &mut |field| {
                    if derived.contains_key(field) {
                        open.push(field)
                    }
                });
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name.to_owned())
            && let Some(expression) = derived.get(name)
        {
            open.extend(uses_of(expression, name)?);
        }
    }
    Ok(found)
}

fn tested<'p>(predicate: &'p Predicate, take: &mut impl FnMut(&'p str)) {
    match predicate {
        Predicate::Compare { field, .. } | Predicate::IsIn { field, .. } | Predicate::IsNotIn { field, .. } => {
            take(field)
        }
        Predicate::IsMissing(field) | Predicate::IsNotMissing(field) => take(field),
        Predicate::And(parts) | Predicate::Or(parts) | Predicate::Xor(parts) | Predicate::Surrogate(parts) => {
            parts.iter().for_each(|part| tested(part, take));
        }
        Predicate::True | Predicate::False => {}
    }
}
