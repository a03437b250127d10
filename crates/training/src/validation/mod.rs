//! How well a score separates goods from bads, and how true its probabilities are.
//!
//! Inputs are plain slices of equal length, one element an applicant: scores (**higher is better**) or probabilities of
//! bad, `bad` (whether the applicant went bad) and optional weights. Every result is a plain struct that can be
//! serialised. Applicants with equal scores are never told apart: ties count half in the AUC and stay together in every
//! group, band and point of a curve.

mod bootstrap;
mod calibration;
mod characteristics;
mod chi_squared;
mod curves;
mod cutoffs;
mod distribution;
mod estimate;
mod gains;
mod groups;
mod measures;
mod ranked;
mod recalibration;

pub use bootstrap::Bootstrap;
pub use calibration::{Calibration, CalibrationGroup, HosmerLemeshow, SampleRole, calibration, wilson_interval};
pub use characteristics::{BinRow, characteristic_table};
pub use chi_squared::{chi_squared_quantile, chi_squared_survival};
pub use curves::{CurvePoint, curve};
pub use cutoffs::{CutOffRow, cut_offs, suggested_cuts};
pub use distribution::{DistributionBand, score_distribution};
pub use estimate::{ConfidenceInterval, Estimate};
pub use gains::{GainsRow, gains};
pub use measures::{Measures, auc, ks, measure};

pub(crate) use estimate::Z_95;
pub(crate) use groups::equal_groups;
pub(crate) use ranked::{Ranked, check, check_lengths, check_weights};
