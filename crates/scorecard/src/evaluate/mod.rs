//! Evaluation: a pure function of (scorecard, values).

mod amount;
mod derived;
mod evaluation;
mod evaluator;
mod expression;
mod field;
mod functions;
mod matching;
mod named_outputs;
mod output;
mod points_table;
mod predicate;
mod ranking;
mod segments;
mod temporal;
mod texts;
mod worth;

pub use amount::Amount;
pub(crate) use derived::{Derived, order as derived_order, uses_of};
pub use evaluation::{Evaluation, Matched, RankedReason};
pub use evaluator::Evaluator;
pub(crate) use field::FieldTreatment;
pub(crate) use functions::function_takes;
pub use named_outputs::OutputValue;
pub(crate) use points_table::Arithmetic;
