//! Any bytes as a policy: refused, or decided with, written, and read back equal.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::decide;
use scorecard::{
    Evaluator,
    policy::{PolicyEvaluator, from_json, to_json},
};

static EVALUATOR: LazyLock<Evaluator> = LazyLock::new(plimsoll_fuzz::evaluator);

fuzz_target!(|input: &[u8]| {
    let Ok(policy) = from_json(input) else { return };
    let written = to_json(&policy);
    assert_eq!(from_json(written.as_bytes()).expect("what was written is read"), policy);
    let Ok(policy) = PolicyEvaluator::new(policy, EVALUATOR.scorecard()) else { return };
    decide(&policy, &EVALUATOR);
});
