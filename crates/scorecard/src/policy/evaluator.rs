//! The compiled policy.

use super::{
    BandEnd, BandOrder, DecidedBy, Decision, Effect, FiredRule, OnUnknown, Policy, PolicyOutcome, Rule,
    cel::{self, Interpreter},
    check::{order, wrong},
    fast::{self, Formula, Index, Truth, Values, Views},
    inputs::Inputs,
};
use crate::{Error, Evaluation, Result, Scorecard, Value, model::Reason};

/// Most steps that the rules which run in the interpreter may take together, for one application.
const MAX_STEPS: u64 = 1_000_000;
/// Most different patterns of `matches`: compiled, each takes up to a quarter of a megabyte.
const MAX_PATTERNS: usize = 1_000;

/// A policy made ready for one scorecard: parsed, type-checked, indexed, immutable, shareable between threads.
#[derive(Debug)]
pub struct PolicyEvaluator {
    policy: Policy,
    inputs: Inputs,
    views: Views,
    index: Index,
    /// The rules that take part: what each says, and apart from it, to be read in order, what it leads to.
    formulas: Vec<Formula>,
    effects: Vec<Compiled>,
    interpreted: Vec<usize>,
    interpreter: Interpreter,
    /// Steps that the interpreter takes at most for one application.
    steps: u64,
    /// The cut-offs between the bands, ascending.
    cut_offs: Vec<f64>,
}

/// What a rule leads to.
#[derive(Debug, Clone, Copy)]
struct Compiled {
    /// Its index in the policy.
    rule: u32,
    fires: Decision,
    /// Where it is unknown.
    unknown: Option<Decision>,
}

impl PolicyEvaluator {
    /// Checks a policy, its expressions included, against the scorecard whose evaluations it will decide on.
    ///
    /// # Errors
    /// [`Error::Policy`] with the rule at fault: an expression that does not parse or type-check, a name that is no field,
    /// limits; or bands that contradict one another or the way the score runs. [`Error::Model`] for a wrong scorecard.
    pub fn new(policy: Policy, scorecard: &Scorecard) -> Result<Self> {
        policy.check()?;
        scorecard.check()?;
        if policy.scores.order == BandOrder::ByRisk {
            order(&policy, scorecard.higher_is_better())?;
        }
        let mut inputs = Inputs::new(scorecard)?;
        let mut views = Views::default();
        let (mut formulas, mut effects, mut interpreted) = (Vec::new(), Vec::new(), Vec::new());
        let mut steps = 0_u64;
        for (index, rule) in policy.rules.iter().enumerate() {
            let parsed = cel::parse(&rule.when).map_err(|problem| wrong(&rule.id, problem))?;
            let checked = cel::check(&parsed, &mut inputs).map_err(|problem| wrong(&rule.id, problem))?;
            if !rule.enabled {
                continue;
            }
            let before = views.interpreted();
            let formula = fast::compile(&checked.expression, &inputs, &mut views);
            if views.interpreted() > before {
                steps = steps.saturating_add(checked.steps);
                if steps > MAX_STEPS {
                    return Err(too_slow(rule, checked.steps));
                }
                interpreted.push(index);
            }
            if views.patterns() > MAX_PATTERNS {
                return Err(wrong(
                    &rule.id,
                    format!(
                        "more than {MAX_PATTERNS} different patterns of `matches`; join them, as in \"a|b\", or use `contains`"
                    ),
                ));
            }
            formulas.push(formula);
            effects.push(Compiled {
                rule: u32::try_from(index).unwrap_or(u32::MAX),
                fires: rule.effect.decision(),
                unknown: unknown(rule.effect, rule.on_unknown.unwrap_or(policy.on_unknown)),
            });
        }
        Ok(Self {
            index: Index::new(formulas.iter(), &views),
            cut_offs: policy.scores.bands.iter().filter_map(|band| band.to).collect(),
            interpreter: Interpreter::new(),
            steps,
            policy,
            inputs,
            views,
            formulas,
            effects,
            interpreted,
        })
    }

    /// The policy that was compiled.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Indices of the rules that need the `cel` crate for part of their expression: microseconds a rule, not nanoseconds.
    #[must_use]
    pub fn interpreted_rules(&self) -> &[usize] {
        &self.interpreted
    }

    /// Decides on one application. `values` stand in the order of the scorecard's fields, as they were given to the
    /// [`crate::Evaluator`] that made `evaluation`.
    ///
    /// # Errors
    /// [`Error::Application`] for values that a field refuses, [`Error::NoValue`] where the score or a derived field is no
    /// number, [`Error::Model`] where values or evaluation are of another scorecard.
    pub fn decide(&self, values: &[Value<'_>], evaluation: &Evaluation) -> Result<PolicyOutcome> {
        let mut outcome = PolicyOutcome::default();
        self.decide_into(values, evaluation, &mut outcome)?;
        Ok(outcome)
    }

    /// As [`Self::decide`], into an outcome that is used again.
    ///
    /// # Errors
    /// As [`Self::decide`]; `outcome` is then unspecified.
    pub fn decide_into(
        &self,
        values: &[Value<'_>],
        evaluation: &Evaluation,
        outcome: &mut PolicyOutcome,
    ) -> Result<()> {
        outcome.fired.clear();
        let (band, by_score) = self.band(evaluation.score.to_f64())?;
        let texts = self.inputs.new_texts();
        let inputs = self.inputs.gather(values, evaluation, &texts)?;
        self.fire(&mut self.views.values(&inputs, &self.interpreter), &mut outcome.fired);
        let by_rules = outcome.fired.iter().map(|fired| fired.decision).max().unwrap_or(Decision::Approve);
        outcome.band = band;
        outcome.decision = by_score.max(by_rules);
        outcome.decided_by = match by_score.cmp(&by_rules) {
            std::cmp::Ordering::Less => DecidedBy::Rules,
            std::cmp::Ordering::Equal if by_rules != Decision::Approve => DecidedBy::Both,
            _ => DecidedBy::Score,
        };
        Ok(())
    }

    /// The distinct reasons of the rules that led to the outcome's decision, in document order. Empty where the score
    /// alone decided: the reasons are then the evaluation's.
    #[must_use]
    pub fn reasons(&self, outcome: &PolicyOutcome) -> Vec<&Reason> {
        let mut reasons: Vec<&Reason> = Vec::new();
        let mut codes = std::collections::HashSet::new();
        for fired in outcome.fired.iter().filter(|fired| fired.decision == outcome.decision) {
            let Some(rule) = self.policy.rules.get(fired.rule as usize) else { continue };
            if codes.insert(rule.reason.code.as_str()) {
                reasons.push(&rule.reason);
            }
        }
        reasons
    }

    /// What one decision may cost, in steps: rules that take part, and what the interpreter does.
    pub(crate) fn most_steps(&self) -> u64 {
        self.steps.saturating_add(self.formulas.len() as u64)
    }

    /// Whether the score alone approves; `None` where a better score may have a stricter decision.
    pub(crate) fn score_approves(&self, score: f64) -> Option<bool> {
        let is_by_risk = self.policy.scores.order == BandOrder::ByRisk;
        is_by_risk.then(|| self.band(score).is_ok_and(|(_, decision)| decision == Decision::Approve))
    }

    /// The band of a score, and what it decides.
    fn band(&self, score: f64) -> Result<(u32, Decision)> {
        if score.is_nan() {
            return Err(Error::NoValue { path: "score".into(), problem: "the score is no number".into() });
        }
        let index = match self.policy.scores.closed {
            BandEnd::Left => self.cut_offs.partition_point(|cut_off| score >= *cut_off),
            BandEnd::Right => self.cut_offs.partition_point(|cut_off| score > *cut_off),
        };
        let band = self.policy.scores.bands.get(index);
        Ok((u32::try_from(index).unwrap_or(u32::MAX), band.map_or(Decision::Refer, |band| band.decision)))
    }

    /// The rules that fire.
    fn fire(&self, values: &mut Values<'_>, fired: &mut Vec<FiredRule>) {
        let found = self.index.find(values.numbers());
        for ([mut is_true, mut is_unknown, mut check], first) in found.into_iter().zip((0_usize..).step_by(64)) {
            while check != 0 {
                let bit = check & check.wrapping_neg();
                check ^= bit;
                let Some(formula) = self.formulas.get(first + bit.trailing_zeros() as usize) else { continue };
                match formula.truth(values) {
                    Truth::True => is_true |= bit,
                    Truth::Unknown => is_unknown |= bit,
                    Truth::False => {}
                }
            }
            let mut listed = is_true | is_unknown;
            while listed != 0 {
                let bit = listed & listed.wrapping_neg();
                listed ^= bit;
                let Some(rule) = self.effects.get(first + bit.trailing_zeros() as usize) else { continue };
                let unknown = is_true & bit == 0;
                let decision = if unknown { rule.unknown } else { Some(rule.fires) };
                if let Some(decision) = decision {
                    fired.push(FiredRule { rule: rule.rule, decision, unknown });
                }
            }
        }
    }
}

/// What a rule leads to where it is unknown.
fn unknown(effect: Effect, on_unknown: OnUnknown) -> Option<Decision> {
    match on_unknown {
        OnUnknown::Refer => Some(Decision::Refer),
        OnUnknown::Fire => Some(effect.decision()),
        OnUnknown::Ignore => None,
    }
}

fn too_slow(rule: &Rule, steps: u64) -> Error {
    wrong(
        &rule.id,
        format!(
            "this rule takes up to {steps} steps, and with the rules before it more than {MAX_STEPS}; use shorter lists in macros, or compute the value in a derived field"
        ),
    )
}
