//! The compact form: boolean combinations of sets of numbers, and an index that finds the rules which may fire.
//!
//! Whatever a rule compares is a **view**: a number that is computed at most once a decision. A numeric field is its own
//! number; a text is the place of its value in a list of the texts that rules name; a question is 0 or 1; NaN is
//! unknown. A comparison is then a set of closed intervals of one view, which has an exact complement (the next double
//! after a bound is known), and rules that are sets of one view merge, negate and sort.

mod compile;
mod formula;
mod guard;
mod index;
mod number;
mod set;
mod views;

pub(super) use compile::compile;
pub(super) use formula::{Formula, Truth};
pub(super) use index::Index;
pub(super) use views::{Values, Views};
