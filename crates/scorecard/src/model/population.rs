//! The score distribution that a model was fitted on: what later populations are compared with.

use serde::{Deserialize, Serialize};

/// Score distribution of the development sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Number of applicants (a sum of weights where weighted).
    pub count: f64,
    /// Bands in ascending order; the first is open below, the last open above.
    pub bands: Vec<ScoreBand>,
}

/// A band of scores, `[from, to)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreBand {
    /// Lowest score of the band; absent in the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// First score above the band; absent in the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Share of all applicants, 0–1.
    pub share: f64,
    /// Bads as a share of the band's applicants, 0–1.
    pub bad_rate: f64,
}
