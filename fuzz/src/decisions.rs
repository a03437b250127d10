//! Decisions that keep their promises, whatever the policy.

use scorecard::{
    Evaluator, Value,
    policy::{Decision, PolicyEvaluator},
};

/// Decides applications to [`crate::CARD`] twice each.
///
/// # Panics
/// Where a decision differs the second time, or is milder than that of a rule which fired.
pub fn decide(policy: &PolicyEvaluator, evaluator: &Evaluator) {
    let missing = Value::Missing;
    let (number, text) = (Value::Number, Value::Text);
    for values in [
        [number(18.0), missing, missing, missing, missing],
        [number(45.0), number(0.0), text("own"), Value::Boolean(true), text("2010-02-28")],
        [number(120.0), number(1e308), text("for free"), Value::Boolean(false), text("2024-02-29")],
        [number(30.0), number(-9.0), text("a castle"), missing, text("no date")],
    ] {
        let evaluation = evaluator.evaluate(&values).expect("the card takes these");
        let Ok(outcome) = policy.decide(&values, &evaluation) else { continue };
        assert_eq!(policy.decide(&values, &evaluation).expect("as before"), outcome);
        let strictest = outcome.fired.iter().map(|fired| fired.decision).max().unwrap_or(Decision::Approve);
        assert!(outcome.decision >= strictest, "{outcome:?}");
        let _ = policy.reasons(&outcome);
    }
}
