//! What drift was found.

use serde::{Deserialize, Serialize};

use super::{Light, Stability, Thresholds};

/// A new population against the one that a scorecard was fitted on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// Name of the scorecard.
    pub model: String,
    /// Content hash of the scorecard.
    pub model_hash: String,
    /// Applicants of the baseline (a sum of weights where weighted); absent where the scorecard does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_count: Option<f64>,
    /// Applicants counted (a sum of weights where weighted).
    pub count: f64,
    /// Where the lights change.
    pub thresholds: Thresholds,
    /// The worst light of the score and all characteristics.
    pub light: Light,
    /// PSI of the score; absent where the scorecard holds no score bands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Stability>,
    /// Mean score of those counted.
    pub mean_score: f64,
    /// CSI and shift of each characteristic, in document order.
    pub characteristics: Vec<CharacteristicDrift>,
    /// What could not be compared, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// The drift of one characteristic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CharacteristicDrift {
    /// Name of the characteristic.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its CSI: the stability index over its attributes.
    pub csi: Stability,
    /// Mean points in the baseline: Σ share · points.
    pub expected_points: f64,
    /// Mean points of those counted.
    pub actual_points: f64,
    /// `actual_points − expected_points`: by how much this characteristic moves the mean score.
    pub shift: f64,
}
