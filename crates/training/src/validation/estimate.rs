//! A figure and how sure it is.

use serde::{Deserialize, Serialize};

/// A figure with, where it was computed, its confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure on the whole sample.
    pub value: f64,
    /// Its confidence interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<ConfidenceInterval>,
}

/// The range in which the figure of the whole population lies with the stated confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceInterval {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Confidence, 0–1, e.g. 0.95.
    pub level: f64,
}

impl Estimate {
    /// A figure without an interval.
    #[must_use]
    pub fn exactly(value: f64) -> Self {
        Self { value, interval: None }
    }

    /// A figure with the interval `value ± 1.96 · standard_error`, for figures that are normal in large samples.
    #[must_use]
    pub fn normal_95(value: f64, standard_error: f64) -> Self {
        let half = Z_95 * standard_error;
        let interval = ConfidenceInterval { lower: value - half, upper: value + half, level: 0.95 };
        Self { value, interval: half.is_finite().then_some(interval) }
    }
}

/// The 97.5 % quantile of the standard normal distribution.
pub(crate) const Z_95: f64 = 1.959_963_984_540_054;
