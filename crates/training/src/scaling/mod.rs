//! From log-odds to points.
//!
//! score = offset + factor · ln(odds), with factor = PDO / ln 2 and offset = points − factor · ln(odds at those points)
//! (Siddiqi, *Credit Risk Scorecards* (2006), ch. 6). A bin is worth factor · coefficient · WoE and its
//! characteristic's part of the constant, rounded.

mod baselines;
mod options;
mod rounding;

pub use baselines::{Baseline, baselines};
pub use options::{Base, ScalingOptions};
pub use rounding::{Part, Rounding, Scaled, measure, to_points};
