//! Evaluation: a pure function of (scorecard, values).

mod amount;
mod evaluation;
mod evaluator;
mod expression;

pub use amount::Amount;
pub use evaluation::{Evaluation, Matched, RankedReason};
pub use evaluator::Evaluator;
