//! The search: one changed field, then two, then three.

use std::collections::HashSet;

use super::{FieldChange, MOST_CHANGES, MOST_WAYS, Recourse, Space, WORK, Way, space::Place};
use crate::{
    Amount, Evaluation, Evaluator, Literal, Result, Value,
    policy::{Decision, PolicyEvaluator, PolicyOutcome},
};

/// Most values of one field that are tried.
const MOST_VALUES: usize = 64;
/// Cost of an evaluation beside characteristics and rules.
const OVERHEAD: u64 = 8;

/// A field that may change, and what to.
struct Movable {
    field: usize,
    candidates: Vec<Candidate>,
    /// The greatest gain of any candidate.
    most: f64,
}

struct Candidate {
    to: Literal,
    steps: u32,
    /// How much better the score is, where that does not depend on other fields.
    gain: f64,
}

/// The work is used up.
struct Exhausted;

struct Search<'s> {
    evaluator: &'s Evaluator,
    policy: &'s PolicyEvaluator,
    values: Vec<Value<'s>>,
    movable: &'s [Movable],
    /// The score as it is; `None` where gains do not add up or a better score may be decided more strictly.
    score: Option<f64>,
    /// 1 where higher scores are better, else −1.
    sign: f64,
    work: u64,
    /// What an evaluation costs.
    cost: u64,
    evaluation: Evaluation,
    outcome: PolicyOutcome,
}

/// The best that was found for a set of fields: steps, score, and a candidate a field.
type Best = Option<(u32, Amount, Vec<usize>)>;

pub(super) fn search(
    space: &Space,
    evaluator: &Evaluator,
    policy: &PolicyEvaluator,
    values: &[Value<'_>],
    fixed: &[usize],
) -> Result<Recourse> {
    let base = evaluator.evaluate(values)?;
    if policy.decide(values, &base)?.decision == Decision::Approve {
        return Ok(Recourse { is_complete: true, ..Recourse::default() });
    }
    let cost = policy.most_steps().saturating_add(base.characteristics.len() as u64).saturating_add(OVERHEAD);
    let sign = if evaluator.scorecard().higher_is_better() { 1.0 } else { -1.0 };
    let present = Present { evaluator, values, base: &base, sign, cost };
    let (mut work, mut is_whole) = (WORK, true);
    let mut movable = Vec::new();
    for (field, place) in space.fields.iter().enumerate().filter(|(field, _)| !fixed.contains(field)) {
        let mut candidates = Vec::new();
        is_whole &= present.candidates(place, field, &mut work, &mut candidates);
        let most = candidates.iter().map(|candidate: &Candidate| candidate.gain).fold(f64::NEG_INFINITY, f64::max);
        if !candidates.is_empty() {
            movable.push(Movable { field, candidates, most });
        }
    }
    let score = base.score.to_f64();
    let adds_up = evaluator.is_additive() && policy.score_approves(score).is_some();
    let mut search = Search {
        evaluator,
        policy,
        values: values.to_vec(),
        movable: &movable,
        score: adds_up.then_some(score),
        sign,
        work,
        cost,
        evaluation: base,
        outcome: PolicyOutcome::default(),
    };
    let mut recourse = Recourse { is_complete: is_whole, ..Recourse::default() };
    let mut sufficient: Vec<Vec<usize>> = Vec::new();
    for size in 1..=MOST_CHANGES.min(movable.len()) {
        let before = recourse.ways.len();
        let whole = search.level(size, &mut Vec::new(), &mut sufficient, &mut recourse.ways);
        if let Some(found) = recourse.ways.get_mut(before..) {
            found.sort_by_key(|way| (way.steps(), way.changes.iter().map(|change| change.field).collect::<Vec<_>>()));
        }
        if whole.is_err() {
            recourse.is_complete = false;
            break;
        }
        recourse.searched = size;
        if recourse.ways.len() >= MOST_WAYS {
            break;
        }
    }
    recourse.ways.truncate(MOST_WAYS);
    Ok(recourse)
}

/// The application as it is.
struct Present<'p> {
    evaluator: &'p Evaluator,
    values: &'p [Value<'p>],
    base: &'p Evaluation,
    sign: f64,
    cost: u64,
}

impl Present<'_> {
    /// Finds the candidates of a field: of values that count the same only the nearest. Whether all were looked at.
    fn candidates(&self, place: &Place, field: usize, work: &mut u64, found: &mut Vec<Candidate>) -> bool {
        let present = self.values.get(field).copied().unwrap_or(Value::Missing);
        let key = |evaluation: &Evaluation, value: &Value<'_>| {
            let attributes: Vec<u32> = evaluation.characteristics.iter().map(|matched| matched.attribute).collect();
            (attributes, place.side(value))
        };
        let present_key = key(self.base, &present);
        for direction in place.directions(&present) {
            let mut seen = HashSet::from([present_key.clone()]);
            let mut steps = 0_u32;
            for to in direction {
                if found.len() >= MOST_VALUES {
                    return false;
                }
                let Some(rest) = work.checked_sub(self.cost) else { return false };
                *work = rest;
                let mut changed: Vec<Value<'_>> = self.values.to_vec();
                if let Some(value) = changed.get_mut(field) {
                    *value = to.as_value();
                }
                let Ok(evaluation) = self.evaluator.evaluate(&changed) else { continue };
                if place.tells_all_apart(&to) || seen.insert(key(&evaluation, &to.as_value())) {
                    steps += 1;
                    let gain = (evaluation.score.to_f64() - self.base.score.to_f64()) * self.sign;
                    found.push(Candidate { to, steps, gain });
                }
            }
        }
        true
    }
}

impl Place {
    /// Whether values that match the same attributes may still be told apart, beyond [`Self::side`].
    fn tells_all_apart(&self, value: &Literal) -> bool {
        self.is_computed || (self.is_mentioned && !matches!(value, Literal::Number(_)))
    }

    /// On which side of the rules' bounds a number lies: how many are below it, how many not above.
    fn side(&self, value: &Value<'_>) -> (usize, usize) {
        match value {
            Value::Number(x) => {
                (self.bounds.partition_point(|bound| bound < x), self.bounds.partition_point(|bound| bound <= x))
            }
            _ => (usize::MAX, usize::MAX),
        }
    }
}

impl<'s> Search<'s> {
    /// Tries every set of so many fields that begins with `set`, but for those of which a part suffices.
    fn level(
        &mut self,
        size: usize,
        set: &mut Vec<usize>,
        sufficient: &mut Vec<Vec<usize>>,
        ways: &mut Vec<Way>,
    ) -> std::result::Result<(), Exhausted> {
        if set.len() == size {
            self.spend(1 + sufficient.len() as u64 / 8)?;
            let is_more = |part: &Vec<usize>| part.len() < size && part.iter().all(|field| set.contains(field));
            if sufficient.iter().any(is_more) || !self.can_gain(set.iter()) {
                return Ok(());
            }
            let mut best = None;
            self.descend(set, &mut Vec::with_capacity(size), 0.0, 0, &mut best)?;
            if let Some((_, score, picked)) = best {
                sufficient.push(set.clone());
                ways.push(self.way(set, &picked, score));
            }
            return Ok(());
        }
        let first = set.last().map_or(0, |last| last + 1);
        for next in first..self.movable.len() {
            set.push(next);
            let done = self.level(size, set, sufficient, ways);
            set.pop();
            done?;
        }
        Ok(())
    }

    /// Whether the score could approve if each of these fields gained the most it can.
    fn can_gain<'m>(&self, fields: impl Iterator<Item = &'m usize>) -> bool {
        self.approves(fields.filter_map(|place| self.movable.get(*place)).map(|movable| movable.most).sum())
    }

    /// Whether the score alone would approve after a gain; true where that cannot be foretold.
    fn approves(&self, gain: f64) -> bool {
        let Some(score) = self.score else { return true };
        // Sums of doubles are not exact; the evaluation that follows is.
        let slack = 1e-9 * (score.abs() + gain.abs() + 1.0);
        self.policy.score_approves(score + (gain + slack) * self.sign).unwrap_or(true)
    }

    /// Tries every choice of candidates for the fields of a set that begins with `picked`.
    fn descend(
        &mut self,
        set: &[usize],
        picked: &mut Vec<usize>,
        gain: f64,
        steps: u32,
        best: &mut Best,
    ) -> std::result::Result<(), Exhausted> {
        let is_worse = |steps: u32, best: &Best| best.as_ref().is_some_and(|(least, ..)| steps >= *least);
        let Some(at) = set.get(picked.len()) else {
            self.spend(self.cost)?;
            if let Some(score) = self.approved() {
                *best = Some((steps, score, picked.clone()));
            }
            return Ok(());
        };
        let movable = self.movable;
        let Some(here) = movable.get(*at) else { return Ok(()) };
        let rest: f64 = set.iter().skip(picked.len() + 1).filter_map(|place| movable.get(*place)).map(|m| m.most).sum();
        for (place, candidate) in here.candidates.iter().enumerate() {
            self.spend(1)?;
            let (gain, steps) = (gain + candidate.gain, steps.saturating_add(candidate.steps));
            if is_worse(steps, best) || !self.approves(gain + rest) {
                continue;
            }
            picked.push(place);
            let before = self.set(here.field, candidate.to.as_value());
            let done = self.descend(set, picked, gain, steps, best);
            self.set(here.field, before);
            picked.pop();
            done?;
        }
        Ok(())
    }

    /// Puts a value in, and gives the one before.
    fn set(&mut self, field: usize, value: Value<'s>) -> Value<'s> {
        self.values.get_mut(field).map_or(Value::Missing, |place| std::mem::replace(place, value))
    }

    /// The score of the values at hand, if they are approved.
    fn approved(&mut self) -> Option<Amount> {
        self.evaluator.evaluate_into(&self.values, &mut self.evaluation).ok()?;
        self.policy.decide_into(&self.values, &self.evaluation, &mut self.outcome).ok()?;
        (self.outcome.decision == Decision::Approve).then_some(self.evaluation.score)
    }

    fn way(&self, set: &[usize], picked: &[usize], score: Amount) -> Way {
        let changes = set.iter().zip(picked).filter_map(|(at, place)| {
            let movable = self.movable.get(*at)?;
            let candidate = movable.candidates.get(*place)?;
            Some(FieldChange { field: movable.field, to: candidate.to.clone(), steps: candidate.steps })
        });
        Way { changes: changes.collect(), score }
    }

    fn spend(&mut self, work: u64) -> std::result::Result<(), Exhausted> {
        self.work = self.work.checked_sub(work).ok_or(Exhausted)?;
        Ok(())
    }
}
