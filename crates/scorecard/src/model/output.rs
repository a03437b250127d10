//! What is done to the sum of points before it is the score, as in PMML's Targets.

use serde::{Deserialize, Serialize};

/// score = cast(clamp(sum, minimum, maximum) · `factor` + `constant`), in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputRule {
    /// Lower limit of the sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// Upper limit of the sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// Multiplies the limited sum.
    #[serde(default = "one")]
    pub factor: f64,
    /// Is added to it.
    #[serde(default)]
    pub constant: f64,
    /// Makes it a whole number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cast: Option<Cast>,
}

fn one() -> f64 {
    1.0
}

/// How a number becomes whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cast {
    /// To the nearest, halves away from zero for positive and negative numbers alike.
    Round,
    /// Up.
    Ceiling,
    /// Down.
    Floor,
}
