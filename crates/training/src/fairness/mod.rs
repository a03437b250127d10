//! Whether groups of people fare differently: approval rates, scores and accuracy by a protected column.
//!
//! Figures, not verdicts: none of these says whether a difference is lawful. The counts are always given, since a ratio of
//! small counts says little.

mod compare;
mod fisher;
mod groups;
mod report;

pub use compare::{Applicants, compare};
pub use fisher::{fisher_exact, two_proportion_z};
pub use groups::{by_level, by_number};
pub use report::{FairnessColumn, FairnessGroup, FairnessOptions, ReferenceChoice};
