//! How reasons are drawn from points lost.

use serde::{Deserialize, Serialize};

/// How reasons are drawn, and from which baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// Whether reasons are drawn at all.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Which baseline an applicant's points are compared with.
    #[serde(default)]
    pub method: BaselineMethod,
    /// Whether points below or above the baseline are the adverse ones.
    #[serde(default)]
    pub direction: Direction,
    /// At most so many reasons; 12 CFR 1002.9, comment 9(b)(2)-1: more than four is unlikely to help.
    #[serde(default = "four")]
    pub at_most: u8,
    /// Whether a difference of exactly zero is a reason.
    #[serde(default)]
    pub mode: ReasonMode,
    /// How the baselines were made, in words: sample, cut-off, counts; or the label of an imported model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub baseline_note: String,
}

fn yes() -> bool {
    true
}

fn four() -> u8 {
    4
}

impl Default for Reasons {
    fn default() -> Self {
        Self {
            enabled: true,
            method: BaselineMethod::default(),
            direction: Direction::default(),
            at_most: 4,
            mode: ReasonMode::default(),
            baseline_note: String::new(),
        }
    }
}

/// The points that an applicant's are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineMethod {
    /// The characteristic's maximum.
    #[default]
    Maximum,
    /// The mean of all applicants.
    Mean,
    /// The mean of the applicants at or just above the cut-off.
    MeanAtCutoff,
    /// As an imported model stated it.
    Stated,
}

impl std::fmt::Display for BaselineMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Maximum => "maximum",
            Self::Mean => "mean",
            Self::MeanAtCutoff => "mean_at_cutoff",
            Self::Stated => "stated",
        })
    }
}

/// Which side of the baseline is adverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// difference = baseline − points.
    #[default]
    PointsBelow,
    /// difference = points − baseline (where high scores mean high risk).
    PointsAbove,
}

/// Whether a difference of exactly zero is a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonMode {
    /// Only differences above zero: nobody is told a reason that cost nothing.
    #[default]
    Notice,
    /// Differences of zero too, as PMML engines report them.
    Pmml,
}
