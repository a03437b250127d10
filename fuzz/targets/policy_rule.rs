//! Any text as the expression of a rule: refused, or decided with.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::decide;
use scorecard::{
    Evaluator,
    model::Reason,
    policy::{Decision, Effect, Policy, PolicyEvaluator, Rule},
};

static EVALUATOR: LazyLock<Evaluator> = LazyLock::new(plimsoll_fuzz::evaluator);

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut policy = Policy::named("fuzz", Decision::Approve);
    policy.rules.push(Rule {
        id: "rule".into(),
        description: String::new(),
        effect: Effect::KnockOut,
        when: text.into(),
        reason: Reason { code: "R".into(), text: "The rule".into() },
        on_unknown: None,
        enabled: true,
    });
    let Ok(policy) = PolicyEvaluator::new(policy, EVALUATOR.scorecard()) else { return };
    decide(&policy, &EVALUATOR);
});
