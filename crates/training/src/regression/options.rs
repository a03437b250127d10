//! How the regression is solved.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How the regression is solved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegressionOptions {
    /// Ridge penalty: half of it times the sum of squared coefficients is taken from the log-likelihood (of all
    /// records, not of their mean). The intercept is not penalised. 0 for none.
    pub ridge: f64,
    /// Whether coefficients are kept from falling below 0.
    pub non_negative: bool,
    /// Most folds of the cross-fitting: what the regression sees of a row was learnt without the row's fold. Below 2 it sees the
    /// bins of all rows, as textbooks have it, and is too sure of small samples. Larger samples need fewer folds.
    pub cross_fit: usize,
    /// Most Newton steps.
    pub max_iterations: usize,
}

impl Default for RegressionOptions {
    fn default() -> Self {
        Self { ridge: 1.0, non_negative: true, cross_fit: 10, max_iterations: 50 }
    }
}

impl RegressionOptions {
    /// # Errors
    /// [`Error::Setting`] naming the first setting that makes no sense.
    pub fn validate(&self) -> Result<()> {
        if !(self.ridge >= 0.0 && self.ridge.is_finite()) {
            let problem = format!("{} is not a finite number of at least 0", self.ridge);
            return Err(Error::Setting { setting: "ridge".into(), problem });
        }
        if self.cross_fit > 20 {
            let problem = format!("{} is more than 20", self.cross_fit);
            return Err(Error::Setting { setting: "cross_fit".into(), problem });
        }
        if self.max_iterations == 0 {
            return Err(Error::Setting { setting: "max_iterations".into(), problem: "must be at least 1".into() });
        }
        Ok(())
    }
}
