//! Standard errors, tests and intervals of coefficients.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

/// A coefficient and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The coefficient.
    pub value: f64,
    /// From the inverse of the observed information (with the ridge penalty, where there is one); `None` for a
    /// coefficient held at 0.
    pub standard_error: Option<f64>,
}

/// Of the standard normal distribution, two-sided 95 %.
const Z_95: f64 = 1.959_963_984_540_054;

impl Estimate {
    /// Wald statistic, value / standard error.
    #[must_use]
    pub fn z(&self) -> Option<f64> {
        self.standard_error.map(|error| self.value / error)
    }

    /// Two-sided p-value of the Wald test against 0, from the normal distribution.
    #[must_use]
    pub fn p_value(&self) -> Option<f64> {
        self.z().map(|z| libm::erfc(z.abs() / std::f64::consts::SQRT_2))
    }

    /// 95 % Wald interval.
    #[must_use]
    pub fn interval(&self) -> Option<[f64; 2]> {
        self.standard_error.map(|error| [self.value - Z_95 * error, self.value + Z_95 * error])
    }
}

/// Estimates by coefficient from the curvature at the solution.
pub(super) fn estimates(beta: &DVector<f64>, curvature: &DMatrix<f64>, free: &[usize]) -> Vec<Estimate> {
    let index = |k: usize| free.get(k).copied().unwrap_or(0);
    let information = DMatrix::from_fn(free.len(), free.len(), |i, j| curvature[(index(i), index(j))]);
    let covariance = information.cholesky().map(|cholesky| cholesky.inverse());
    let error = |coefficient: usize| {
        let place = free.iter().position(|index| *index == coefficient)?;
        covariance.as_ref().map(|covariance| covariance[(place, place)].sqrt())
    };
    beta.iter().enumerate().map(|(index, value)| Estimate { value: *value, standard_error: error(index) }).collect()
}
