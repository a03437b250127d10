//! The compiled scorecard.

use std::collections::HashSet;

use super::{
    Amount, Evaluation, Matched, RankedReason,
    derived::Derived,
    expression::CompiledExpression,
    field::{FieldTreatment, Glance, Refusal},
    matching::{Matcher, NONE},
    named_outputs::{NamedOutputs, OutputValue},
    output::finish,
    points_table::Arithmetic,
    ranking::{Greatest, rank},
    worth::{CodeList, NO_CODE, Worth},
};
use crate::{
    Error, FieldProblem, Result, Scorecard, Value,
    model::{Attribute, Characteristic, Reason, ReasonMode, probability_of_bad},
};

/// A scorecard made ready for evaluation: checked, indexed, immutable, shareable between threads.
#[derive(Debug)]
pub struct Evaluator {
    scorecard: Scorecard,
    fields: Vec<FieldTreatment>,
    derived: Derived,
    outputs: NamedOutputs,
    characteristics: Vec<CompiledCharacteristic>,
    /// Fields that no characteristic reads directly but whose values must be sound all the same.
    unread: Vec<usize>,
    /// Whether anything reads more than its characteristic's own field.
    needs_slots: bool,
    initial: Amount,
    codes: Vec<Reason>,
    codes_are_shared: bool,
    /// Whether the rank of each attribute's reason is known beforehand.
    keys_tell_rank: bool,
    inquiries: Vec<u32>,
    /// ln(odds) of the scaling; 0 where there is none.
    log_odds: f64,
}

#[derive(Debug)]
struct CompiledCharacteristic {
    /// Index of the field, or number of fields + index of the derived field.
    slot: usize,
    /// Of the field; never passes a derived one's.
    glance: Glance,
    matcher: Matcher,
    worth: Box<[Worth]>,
    baseline: Option<Amount>,
    /// By attribute; empty where all points are constant.
    expressions: Vec<Option<CompiledExpression>>,
}

impl CompiledCharacteristic {
    /// What the attribute that matches is worth.
    #[inline]
    fn find(&self, value: &Value<'_>, slots: &[Value<'_>]) -> Option<&Worth> {
        self.worth.get(self.matcher.find(value, slots) as usize)
    }
}

/// What is added up while characteristics are matched.
struct Tally {
    /// Means nothing where points are not exact.
    units: i64,
    /// Means nothing where keys do not tell rank.
    greatest: Greatest,
}

impl Tally {
    const NONE: Self = Self { units: 0, greatest: Greatest::NONE };

    #[inline]
    fn add(&mut self, worth: &Worth) {
        // Where points are exact, no sum of them overflows.
        self.units = self.units.wrapping_add(worth.units);
        self.greatest.add(worth.key);
    }
}

impl Evaluator {
    /// Checks and compiles a scorecard.
    ///
    /// # Errors
    /// [`Error::Model`] where its parts contradict one another.
    pub fn new(scorecard: Scorecard) -> Result<Self> {
        scorecard.check()?;
        let derived = Derived::compile(&scorecard)?;
        let resolve = |name: &str| derived.slot(name);
        let arithmetic = Arithmetic::of(&scorecard);
        let fields: Vec<FieldTreatment> = scorecard.fields.iter().map(FieldTreatment::new).collect();
        let mut codes = CodeList::new();
        let mut characteristics = Vec::with_capacity(scorecard.characteristics.len());
        for characteristic in &scorecard.characteristics {
            let path = format!("characteristics[{}]", characteristic.name);
            let slot = resolve(&characteristic.field)
                .ok_or_else(|| Error::model(&path, format!("there is no field `{}`", characteristic.field)))?;
            let matcher = Matcher::compile(characteristic, &resolve, &path)?;
            let index = u32::try_from(characteristics.len()).unwrap_or(u32::MAX);
            characteristics.push(CompiledCharacteristic {
                slot,
                glance: fields.get(slot).map(FieldTreatment::glance).unwrap_or_default(),
                matcher,
                worth: Worth::of_attributes(&scorecard.reasons, characteristic, index, arithmetic, &mut codes),
                baseline: arithmetic.baseline(&scorecard.reasons, characteristic),
                expressions: compile_points(characteristic, &resolve, &path)?,
            });
        }
        let read: HashSet<usize> = characteristics.iter().map(|characteristic| characteristic.slot).collect();
        let unread = (0..scorecard.fields.len()).filter(|field| !read.contains(field)).collect();
        let needs_slots =
            !derived.is_empty() || characteristics.iter().any(|c| c.matcher.needs_slots() || !c.expressions.is_empty());
        let inquiries = scorecard.characteristics.iter().enumerate().filter(|(_, c)| c.inquiries);
        let codes_are_shared = codes.shared_between(characteristics.iter().map(|c| &*c.worth));
        Ok(Self {
            fields,
            inquiries: inquiries.filter_map(|(index, _)| u32::try_from(index).ok()).collect(),
            codes_are_shared,
            keys_tell_rank: codes.keys_tell_rank
                && !codes_are_shared
                && usize::from(scorecard.reasons.at_most) <= Greatest::MOST,
            log_odds: scorecard.scaling.map_or(0.0, |scaling| libm::log(scaling.odds)),
            initial: arithmetic.amount(scorecard.initial_score),
            codes: codes.into_list(),
            outputs: NamedOutputs::compile(&scorecard, &derived)?,
            derived,
            characteristics,
            unread,
            needs_slots,
            scorecard,
        })
    }

    /// The scorecard that was compiled.
    #[must_use]
    pub fn scorecard(&self) -> &Scorecard {
        &self.scorecard
    }

    /// The scorecard that was compiled, given back.
    #[must_use]
    pub fn into_scorecard(self) -> Scorecard {
        self.scorecard
    }

    /// The distinct reasons of the scorecard, in document order.
    #[must_use]
    pub fn reason_codes(&self) -> &[Reason] {
        &self.codes
    }

    /// Whether each characteristic looks at one field and the score is the plain sum of their points: then what one field is
    /// worth does not depend on the others.
    pub(crate) fn is_additive(&self) -> bool {
        !self.needs_slots && self.scorecard.output.is_none()
    }

    /// Evaluates one application. `values` stand in the order of the scorecard's fields.
    ///
    /// # Errors
    /// [`Error::Application`] for values that a field refuses, [`Error::NoAttribute`] where no attribute matches,
    /// [`Error::NoValue`] where an expression fails.
    pub fn evaluate(&self, values: &[Value<'_>]) -> Result<Evaluation> {
        let mut evaluation = Evaluation::default();
        self.evaluate_into(values, &mut evaluation)?;
        Ok(evaluation)
    }

    /// As [`Self::evaluate`], into an evaluation that is used again: allocates nothing once its vectors have grown,
    /// unless the scorecard has derived fields or predicates.
    ///
    /// # Errors
    /// As [`Self::evaluate`]; `evaluation` is then unspecified.
    pub fn evaluate_into(&self, values: &[Value<'_>], evaluation: &mut Evaluation) -> Result<()> {
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
        if evaluation.characteristics.len() != self.characteristics.len() {
            evaluation.characteristics.clear();
            evaluation.characteristics.resize(self.characteristics.len(), NOT_MATCHED);
        }
        let tally = if self.needs_slots {
            self.match_through_slots(values, evaluation)?
        } else {
            self.match_directly(values, evaluation)?
        };
        let sum = match self.initial {
            Amount::Exact { units, decimals } => Amount::Exact { units: units.saturating_add(tally.units), decimals },
            Amount::Double(_) => {
                evaluation.characteristics.iter().fold(self.initial, |sum, matched| sum.plus(matched.points))
            }
        };
        evaluation.score = finish(sum, self.scorecard.output.as_ref());
        if matches!(evaluation.score, Amount::Double(score) if !score.is_finite()) {
            let problem = "the sum of points is beyond the range of numbers; limit what its expressions may give";
            return Err(Error::NoValue { path: "score".into(), problem: problem.into() });
        }
        let scaling = self.scorecard.scaling.as_ref();
        evaluation.odds = scaling.map(|scaling| scaling.odds_from(self.log_odds, evaluation.score.to_f64()));
        evaluation.probability_of_bad = evaluation.odds.map(probability_of_bad);
        self.draw_reasons(evaluation, tally.greatest);
        Ok(())
    }

    /// The values of the scorecard's output fields, in their order, for an application and what it was evaluated to.
    ///
    /// # Errors
    /// [`Error::Application`] for values that a field refuses, [`Error::NoValue`] where an expression fails.
    pub fn outputs(&self, values: &[Value<'_>], evaluation: &Evaluation) -> Result<Vec<OutputValue>> {
        if !self.outputs.need_slots() {
            return self.outputs.evaluate(&[], evaluation, &self.codes);
        }
        let treated = (0..self.fields.len()).map(|index| self.treated(index, values)).collect::<Result<Vec<_>>>()?;
        let texts = self.derived.new_texts();
        let slots = self.derived.evaluate(treated, &texts)?;
        self.outputs.evaluate(&slots, evaluation, &self.codes)
    }

    /// The usual scorecard: each characteristic looks at one field.
    #[inline]
    fn match_directly(&self, values: &[Value<'_>], evaluation: &mut Evaluation) -> Result<Tally> {
        let mut tally = Tally::NONE;
        for index in &self.unread {
            self.treated(*index, values)?;
        }
        for (characteristic, matched) in self.characteristics.iter().zip(&mut evaluation.characteristics) {
            // The usual value is looked at where it lies: a copy would have to wait until it is written.
            let attribute = match values.get(characteristic.slot) {
                Some(value) => characteristic.matcher.find_at_a_glance(value, characteristic.glance),
                None => NONE,
            };
            let worth = match characteristic.worth.get(attribute as usize) {
                Some(worth) => worth,
                None => self.treat_and_find(characteristic, values)?,
            };
            *matched = worth.matched;
            tally.add(worth);
        }
        Ok(tally)
    }

    /// Matches a value that may have to be treated before.
    #[cold]
    fn treat_and_find<'a>(
        &self,
        characteristic: &'a CompiledCharacteristic,
        values: &[Value<'_>],
    ) -> Result<&'a Worth> {
        let value = self.treated(characteristic.slot, values)?;
        characteristic.find(&value, &[]).ok_or_else(|| self.no_attribute(characteristic, &value))
    }

    /// A scorecard with derived fields, predicates or computed points: all values first, then the characteristics.
    fn match_through_slots(&self, values: &[Value<'_>], evaluation: &mut Evaluation) -> Result<Tally> {
        let mut tally = Tally::NONE;
        let treated = (0..self.fields.len()).map(|index| self.treated(index, values)).collect::<Result<Vec<_>>>()?;
        let texts = self.derived.new_texts();
        let slots = self.derived.evaluate(treated, &texts)?;
        let direction = self.scorecard.reasons.direction;
        for (characteristic, matched) in self.characteristics.iter().zip(&mut evaluation.characteristics) {
            let value = slots.get(characteristic.slot).unwrap_or(&Value::Missing);
            let found = characteristic.find(value, &slots);
            let worth = found.ok_or_else(|| self.no_attribute(characteristic, value))?;
            *matched = worth.matched;
            tally.add(worth);
            if let Some(Some(expression)) = characteristic.expressions.get(matched.attribute as usize) {
                let points = self.computed_points(characteristic, matched.attribute, expression, &slots)?;
                matched.points = Amount::Double(points);
                matched.difference =
                    characteristic.baseline.map(|baseline| matched.points.lost_against(baseline, direction));
            }
        }
        Ok(tally)
    }

    #[inline]
    fn treated<'a>(&'a self, index: usize, values: &[Value<'a>]) -> Result<Value<'a>> {
        match (self.fields.get(index), values.get(index)) {
            (Some(field), Some(value)) => field.treat(*value).map_err(|refusal| refused(field, *value, refusal)),
            _ => Ok(Value::Missing),
        }
    }

    #[cold]
    fn no_attribute(&self, characteristic: &CompiledCharacteristic, value: &Value<'_>) -> Error {
        Error::NoAttribute { characteristic: self.name_of(characteristic), value: value.to_string() }
    }

    fn computed_points(
        &self,
        characteristic: &CompiledCharacteristic,
        attribute: u32,
        expression: &CompiledExpression,
        slots: &[Value<'_>],
    ) -> Result<f64> {
        let path =
            || format!("characteristics[{}].attributes[{attribute}].points_expression", self.name_of(characteristic));
        let computed = expression.value(slots).map_err(|problem| Error::NoValue { path: path(), problem })?;
        match computed.as_value() {
            Value::Number(points) if points.is_finite() => Ok(points),
            other => Err(Error::NoValue { path: path(), problem: format!("{other} where points are expected") }),
        }
    }

    #[inline]
    fn draw_reasons(&self, evaluation: &mut Evaluation, greatest: Greatest) {
        let Evaluation { characteristics, reasons, inquiries, .. } = evaluation;
        reasons.clear();
        *inquiries = None;
        let rules = &self.scorecard.reasons;
        if !rules.enabled {
            return;
        }
        let zero_counts = rules.mode == ReasonMode::Pmml;
        let at_most = usize::from(rules.at_most);
        let code = |matched: &Matched, compiled: &CompiledCharacteristic| {
            compiled.worth.get(matched.attribute as usize).map_or(NO_CODE, |worth| worth.code)
        };
        if self.keys_tell_rank {
            let ranked = greatest.keys().take(at_most).map_while(|key| key.characteristic(zero_counts));
            for characteristic in ranked {
                let place = characteristic as usize;
                if let (Some(matched), Some(compiled)) = (characteristics.get(place), self.characteristics.get(place))
                    && let Some(difference) = matched.difference
                {
                    reasons.push(RankedReason { code: code(matched, compiled), characteristic, difference });
                }
            }
        } else {
            let lost = characteristics.iter().zip(&self.characteristics).zip(0_u32..);
            let lost = lost.filter_map(|((matched, compiled), index)| {
                let code = code(matched, compiled);
                (code != NO_CODE).then_some((index, code, matched.difference?))
            });
            rank(lost, self.codes_are_shared, zero_counts, at_most, reasons);
        }
        if !self.inquiries.is_empty() {
            *inquiries = self.inquiries_factor(characteristics, reasons);
        }
    }

    /// The inquiries characteristic that lost most, unless it is among the reasons already: FCRA 609(f)(9).
    fn inquiries_factor(&self, matched: &[Matched], reasons: &[RankedReason]) -> Option<RankedReason> {
        let candidates = self.inquiries.iter().filter_map(|&characteristic| {
            let at = matched.get(characteristic as usize)?;
            let worth = self.characteristics.get(characteristic as usize)?.worth.get(at.attribute as usize)?;
            let difference = at.difference.filter(|difference| difference.counts(false))?;
            (worth.code != NO_CODE).then_some(RankedReason { code: worth.code, characteristic, difference })
        });
        let greatest =
            candidates.reduce(|best, next| if next.difference.order(best.difference).is_gt() { next } else { best });
        greatest.filter(|factor| reasons.iter().all(|reason| reason.code != factor.code))
    }

    fn name_of(&self, characteristic: &CompiledCharacteristic) -> String {
        let index = self.characteristics.iter().position(|compiled| std::ptr::eq(compiled, characteristic));
        let named = index.and_then(|index| self.scorecard.characteristics.get(index));
        named.map(|characteristic| characteristic.name.clone()).unwrap_or_default()
    }
}

/// What stands for a characteristic until it has been matched.
const NOT_MATCHED: Matched = Matched { attribute: NONE, points: Amount::Double(0.0), difference: None };

#[cold]
fn refused(field: &FieldTreatment, value: Value<'_>, refusal: Refusal) -> Error {
    Error::Application(vec![FieldProblem {
        pointer: crate::application::pointer(&field.field().name),
        problem: field.explain(value, refusal),
    }])
}

fn compile_points(
    characteristic: &Characteristic,
    resolve: &dyn Fn(&str) -> Option<usize>,
    path: &str,
) -> Result<Vec<Option<CompiledExpression>>> {
    if characteristic.attributes.iter().all(|attribute| attribute.points_expression.is_none()) {
        return Ok(Vec::new());
    }
    let compile = |(index, attribute): (usize, &Attribute)| {
        let path = format!("{path}.attributes[{index}].points_expression");
        let expression = attribute.points_expression.as_ref();
        expression.map(|expression| CompiledExpression::compile(expression, resolve, &path)).transpose()
    };
    characteristic.attributes.iter().enumerate().map(compile).collect()
}
