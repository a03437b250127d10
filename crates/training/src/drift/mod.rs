//! Whether a population still is the one that a scorecard was fitted on.
//!
//! The baseline is in the scorecard itself: the score bands of [`scorecard::model::Population`] and the share of each
//! attribute. A [`DriftCounter`] counts a new population against it, in any order and on any number of threads, and gives
//! a [`DriftReport`].

mod counter;
mod index;
mod population;
mod report;

pub use counter::{DriftCounter, DriftCounts};
pub use index::{Light, Stability, StabilityRow, Thresholds, stability};
pub use population::population;
pub use report::{CharacteristicDrift, DriftReport};
