//! Logistic regression of the outcome on coded characteristics.
//!
//! ln(odds of good) = intercept + Σ coefficient · WoE. A sound scorecard has coefficients near 1 and none below 0: a
//! negative one would give points for a bin that is worse than average.

mod collinearity;
mod design;
mod gram;
mod inference;
mod irls;
mod newton_system;
mod options;

pub use collinearity::{correlation, variance_inflation};
pub use design::{Characteristic, Design};
pub use inference::Estimate;
pub(crate) use irls::fit_from;
pub use irls::{Fit, fit};
pub(crate) use newton_system::{at as newton_system, log_likelihood};
pub use options::RegressionOptions;

#[cfg(test)]
mod tests;
