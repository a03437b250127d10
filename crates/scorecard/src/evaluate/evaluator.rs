//! The compiled scorecard.

use std::collections::{HashMap, HashSet};

use super::{
    Amount, Evaluation, Matched, RankedReason,
    derived::Derived,
    expression::CompiledExpression,
    field::{FieldTreatment, Refusal},
    matching::{Matcher, NONE},
    named_outputs::{NamedOutputs, OutputValue},
    output::finish,
    points_table::Arithmetic,
    ranking::rank,
};
use crate::{
    Error, FieldProblem, Result, Scorecard, Value,
    model::{Characteristic, Reason, ReasonMode},
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
    inquiries: Vec<u32>,
}

#[derive(Debug)]
struct CompiledCharacteristic {
    /// Index of the field, or number of fields + index of the derived field.
    slot: usize,
    matcher: Matcher,
    worth: Vec<Worth>,
}

/// What an attribute is worth.
#[derive(Debug)]
struct Worth {
    points: Amount,
    expression: Option<CompiledExpression>,
    baseline: Option<Amount>,
    /// Points lost, where the points are constant.
    difference: Option<Amount>,
    code: u32,
}

/// An attribute without a reason.
const NO_CODE: u32 = u32::MAX;

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
        let mut codes = CodeList::default();
        let mut characteristics = Vec::with_capacity(scorecard.characteristics.len());
        for characteristic in &scorecard.characteristics {
            let path = format!("characteristics[{}]", characteristic.name);
            let slot = resolve(&characteristic.field)
                .ok_or_else(|| Error::model(&path, format!("there is no field `{}`", characteristic.field)))?;
            let matcher = Matcher::compile(characteristic, &resolve, &path)?;
            let worth = compile_worth(&scorecard, characteristic, arithmetic, &resolve, &path, &mut codes)?;
            characteristics.push(CompiledCharacteristic { slot, matcher, worth });
        }
        let read: HashSet<usize> = characteristics.iter().map(|characteristic| characteristic.slot).collect();
        let unread = (0..scorecard.fields.len()).filter(|field| !read.contains(field)).collect();
        let needs_slots = !derived.is_empty()
            || characteristics
                .iter()
                .any(|c| c.matcher.needs_slots() || c.worth.iter().any(|w| w.expression.is_some()));
        let inquiries = scorecard.characteristics.iter().enumerate().filter(|(_, c)| c.inquiries);
        Ok(Self {
            fields: scorecard.fields.iter().map(FieldTreatment::new).collect(),
            inquiries: inquiries.filter_map(|(index, _)| u32::try_from(index).ok()).collect(),
            codes_are_shared: codes.shared_between(&characteristics),
            initial: arithmetic.amount(scorecard.initial_score),
            codes: codes.list,
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
        evaluation.characteristics.clear();
        if self.needs_slots {
            self.match_through_slots(values, evaluation)?;
        } else {
            self.match_directly(values, evaluation)?;
        }
        let sum = evaluation.characteristics.iter().fold(self.initial, |sum, matched| sum.plus(matched.points));
        evaluation.score = finish(sum, self.scorecard.output.as_ref());
        if matches!(evaluation.score, Amount::Double(score) if !score.is_finite()) {
            let problem = "the sum of points is beyond the range of numbers; limit what its expressions may give";
            return Err(Error::NoValue { path: "score".into(), problem: problem.into() });
        }
        let scaling = self.scorecard.scaling.as_ref();
        evaluation.odds = scaling.map(|scaling| scaling.odds_at(evaluation.score.to_f64()));
        evaluation.probability_of_bad = evaluation.odds.map(|odds| 1.0 / (1.0 + odds));
        self.draw_reasons(evaluation);
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
    fn match_directly(&self, values: &[Value<'_>], evaluation: &mut Evaluation) -> Result<()> {
        for index in &self.unread {
            self.treated(*index, values)?;
        }
        for (index, characteristic) in self.characteristics.iter().enumerate() {
            let value = self.treated(characteristic.slot, values)?;
            let (attribute, worth) = self.matched(index, value, &[])?;
            evaluation.characteristics.push(Matched { attribute, points: worth.points, difference: worth.difference });
        }
        Ok(())
    }

    /// A scorecard with derived fields, predicates or computed points: all values first, then the characteristics.
    fn match_through_slots(&self, values: &[Value<'_>], evaluation: &mut Evaluation) -> Result<()> {
        let treated = (0..self.fields.len()).map(|index| self.treated(index, values)).collect::<Result<Vec<_>>>()?;
        let texts = self.derived.new_texts();
        let slots = self.derived.evaluate(treated, &texts)?;
        let direction = self.scorecard.reasons.direction;
        for (index, characteristic) in self.characteristics.iter().enumerate() {
            let value = slots.get(characteristic.slot).copied().unwrap_or(Value::Missing);
            let (attribute, worth) = self.matched(index, value, &slots)?;
            let points = match &worth.expression {
                None => worth.points,
                Some(expression) => Amount::Double(self.computed_points(index, attribute, expression, &slots)?),
            };
            let difference = worth.baseline.map(|baseline| points.lost_against(baseline, direction));
            evaluation.characteristics.push(Matched { attribute, points, difference });
        }
        Ok(())
    }

    #[inline]
    fn treated<'a>(&'a self, index: usize, values: &[Value<'a>]) -> Result<Value<'a>> {
        match (self.fields.get(index), values.get(index)) {
            (Some(field), Some(value)) => field.treat(*value).map_err(|refusal| refused(field, *value, refusal)),
            _ => Ok(Value::Missing),
        }
    }

    #[inline]
    fn matched(&self, index: usize, value: Value<'_>, slots: &[Value<'_>]) -> Result<(u32, &Worth)> {
        let found = self.characteristics.get(index).and_then(|characteristic| {
            let attribute = characteristic.matcher.find(value, slots);
            characteristic.worth.get(attribute as usize).map(|worth| (attribute, worth))
        });
        found.ok_or_else(|| Error::NoAttribute { characteristic: self.name_of(index), value: value.to_string() })
    }

    fn computed_points(
        &self,
        index: usize,
        attribute: u32,
        expression: &CompiledExpression,
        slots: &[Value<'_>],
    ) -> Result<f64> {
        let path = || format!("characteristics[{}].attributes[{attribute}].points_expression", self.name_of(index));
        let computed = expression.value(slots).map_err(|problem| Error::NoValue { path: path(), problem })?;
        match computed.as_value() {
            Value::Number(points) if points.is_finite() => Ok(points),
            other => Err(Error::NoValue { path: path(), problem: format!("{other} where points are expected") }),
        }
    }

    #[inline]
    fn draw_reasons(&self, evaluation: &mut Evaluation) {
        let Evaluation { characteristics, reasons, inquiries, .. } = evaluation;
        reasons.clear();
        *inquiries = None;
        let rules = &self.scorecard.reasons;
        if !rules.enabled {
            return;
        }
        let zero_counts = rules.mode == ReasonMode::Pmml;
        let lost = characteristics.iter().zip(&self.characteristics).zip(0_u32..).filter_map(
            |((matched, compiled), index)| {
                let code = compiled.worth.get(matched.attribute as usize)?.code;
                (code != NO_CODE).then_some((index, code, matched.difference?))
            },
        );
        rank(lost, self.codes_are_shared, zero_counts, usize::from(rules.at_most), reasons);
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

    fn name_of(&self, index: usize) -> String {
        self.scorecard.characteristics.get(index).map(|c| c.name.clone()).unwrap_or_default()
    }
}

#[cold]
fn refused(field: &FieldTreatment, value: Value<'_>, refusal: Refusal) -> Error {
    Error::Application(vec![FieldProblem {
        pointer: crate::application::pointer(&field.field().name),
        problem: field.explain(value, refusal),
    }])
}

fn compile_worth(
    scorecard: &Scorecard,
    characteristic: &Characteristic,
    arithmetic: Arithmetic,
    resolve: &dyn Fn(&str) -> Option<usize>,
    path: &str,
    codes: &mut CodeList,
) -> Result<Vec<Worth>> {
    let rules = &scorecard.reasons;
    let baseline = characteristic.baselines.get(rules.method).map(|points| arithmetic.amount(points));
    let worth = characteristic.attributes.iter().enumerate().map(|(index, attribute)| {
        let points = arithmetic.amount(attribute.points);
        let expression = attribute.points_expression.as_ref().map(|expression| {
            CompiledExpression::compile(expression, resolve, &format!("{path}.attributes[{index}].points_expression"))
        });
        let reason = attribute.reason.as_ref().or(characteristic.reason.as_ref()).filter(|_| rules.enabled);
        Ok(Worth {
            points,
            expression: expression.transpose()?,
            baseline,
            difference: baseline.map(|baseline| points.lost_against(baseline, rules.direction)),
            code: reason.map_or(NO_CODE, |reason| codes.index_of(reason)),
        })
    });
    worth.collect()
}

/// The distinct reason codes, in document order.
#[derive(Default)]
struct CodeList {
    list: Vec<Reason>,
    by_code: HashMap<String, u32>,
}

impl CodeList {
    fn index_of(&mut self, reason: &Reason) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(NO_CODE);
        let index = *self.by_code.entry(reason.code.clone()).or_insert(next);
        match self.list.get_mut(index as usize) {
            None => self.list.push(reason.clone()),
            Some(known) if known.text.is_empty() => known.text.clone_from(&reason.text),
            Some(_) => {}
        }
        index
    }

    /// Whether two characteristics can lose points under one code, so that differences must be summed.
    fn shared_between(&self, characteristics: &[CompiledCharacteristic]) -> bool {
        let mut owner = vec![NONE; self.list.len()];
        characteristics.iter().zip(0_u32..).any(|(characteristic, index)| {
            characteristic.worth.iter().any(|worth| match owner.get_mut(worth.code as usize) {
                Some(first) if *first == NONE => {
                    *first = index;
                    false
                }
                Some(first) => *first != index,
                None => false,
            })
        })
    }
}
