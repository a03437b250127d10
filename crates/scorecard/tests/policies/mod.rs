//! Policies for tests, on the small card.
#![allow(dead_code, clippy::unwrap_used)] // each test file uses its own part

use scorecard::{
    Evaluator, Value,
    model::Reason,
    policy::{Decision, Effect, Policy, PolicyEvaluator, PolicyOutcome, Rule},
};

use super::cards::small;

/// A rule whose reason has the rule's own id as code.
pub(crate) fn rule(id: &str, effect: Effect, when: &str) -> Rule {
    Rule {
        id: id.into(),
        description: String::new(),
        effect,
        when: when.into(),
        reason: Reason { code: id.into(), text: format!("Reason {id}") },
        on_unknown: None,
        enabled: true,
    }
}

/// A policy whose every score approves.
pub(crate) fn document(rules: Vec<Rule>) -> Policy {
    let mut policy = Policy::named("test", Decision::Approve);
    policy.rules = rules;
    policy
}

/// Made ready for the small card.
pub(crate) fn evaluator(rules: Vec<Rule>) -> PolicyEvaluator {
    PolicyEvaluator::new(document(rules), &small()).unwrap()
}

/// Evaluates on the small card and decides.
pub(crate) fn decide(policy: &PolicyEvaluator, values: &[Value<'_>]) -> PolicyOutcome {
    policy.decide(values, &Evaluator::new(small()).unwrap().evaluate(values).unwrap()).unwrap()
}
