//! What a report says, as data: the document `report.json`, and all that the HTML report is drawn from.

use serde::{Deserialize, Serialize};

use super::{CharacteristicReport, ModelCard, Regression, SampleReport, ScalingReport, SelectionRow};
use crate::{
    drift::Stability,
    fairness::FairnessColumn,
    validation::{CurvePoint, Measures},
};

/// The format of [`ReportData`] that this version writes. It rises when a field changes its meaning or goes; new fields alone do
/// not raise it, so a reader ignores those that it does not know.
pub const REPORT_VERSION: u32 = 1;

/// Everything that is reported of a scorecard. Shares and rates run from 0 to 1; absent figures are left out, never null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    /// [`REPORT_VERSION`].
    pub report_version: u32,
    /// Title, e.g. `Scorecard german-credit`.
    pub title: String,
    /// What made the report, e.g. `plimsoll 0.1.0`.
    pub tool: String,
    /// The command that made it, as a user would type it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// When, as the caller says (RFC 3339); this crate has no clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// The scorecard that is reported on.
    pub model: ModelIdentity,
    /// The table that it was made from.
    pub data: DataSource,
    /// Which rows served for what.
    pub split: Split,
    /// Every setting with the value that was used, defaults included, in a fixed order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Setting>,
    /// The model card.
    pub card: ModelCard,
    /// One row a candidate column: kept or dropped, where and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<SelectionRow>,
    /// The characteristics of the scorecard, in its order.
    pub characteristics: Vec<CharacteristicReport>,
    /// The logistic regression; absent for a scorecard that was not fitted here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regression: Option<Regression>,
    /// How log-odds became points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<ScalingReport>,
    /// How the scorecard does on each sample: train first, then test; see [`SampleReport::of`].
    pub samples: Vec<SampleReport>,
    /// How scorecards fitted the same way on parts of the data do on the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_validation: Option<CrossValidation>,
    /// Shift of the score and the characteristics from train to test, under the default [`crate::drift::Thresholds`]; empty
    /// without a test sample.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stability: Vec<NamedStability>,
    /// One element a protected column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fairness: Vec<FairnessColumn>,
    /// How reasons for a decision are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<ReasonsReport>,
    /// What to look into, in sentences; the most serious first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Which scorecard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelIdentity {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its content hash, `sha256:…`, which identifies the version.
    pub content_hash: String,
}

/// The table that a scorecard was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSource {
    /// The file, as it was named.
    pub source: String,
    /// `sha256:…` of its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Rows that were used.
    pub rows: u64,
    /// Columns of the file.
    pub columns: u64,
    /// The target column.
    pub target: String,
    /// The target's values that count as bad.
    pub bad_values: Vec<String>,
    /// Column of weights, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Columns that were looked at for fairness only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub protected: Vec<String>,
    /// Columns that were not looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<String>,
    /// Rows that were left out, by cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// Rows left out for one cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Why, e.g. `no target`.
    pub cause: String,
    /// How many.
    pub rows: u64,
}

/// Which rows served for what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// How rows were told apart, in words, e.g. `30 % of each class held out at random`.
    pub method: String,
    /// Seed of everything that was drawn.
    pub seed: u64,
}

/// A setting and its value, as a user writes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// E.g. `--max-bins`.
    pub name: String,
    /// E.g. `10`.
    pub value: String,
}

/// K-fold cross-validation: bins, selection and regression made anew in each fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidation {
    /// What was done in each fold, in words.
    pub method: String,
    /// The measures on the held-out part of each fold.
    pub folds: Vec<Measures>,
    /// The ROC curve of all held-out scores together, where it was drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<CurvePoint>,
}

/// The stability index of the score or of one characteristic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedStability {
    /// `score`, or the name of the characteristic.
    pub name: String,
    /// PSI of the score, CSI of a characteristic: train is expected, test is actual.
    pub stability: Stability,
}

/// How reasons for a decision are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonsReport {
    /// The method, e.g. `mean`: points below the mean of all applicants.
    pub method: String,
    /// How the baselines were made: sample, cut-off, counts.
    pub note: String,
    /// At most so many reasons are given.
    pub at_most: u8,
    /// Applicants below the cut-off on the sample that matters most, whose reasons were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<u64>,
    /// The baselines and reasons, one a characteristic.
    pub characteristics: Vec<ReasonRow>,
}

/// The baselines of one characteristic and the reason drawn from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonRow {
    /// Name of the characteristic.
    pub characteristic: String,
    /// Reason code.
    pub code: String,
    /// Reason text.
    pub text: String,
    /// Highest points of any attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// Mean points of all applicants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Mean points of the applicants at or just above the cut-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_at_cutoff: Option<f64>,
    /// Of those declined, the share that is given this code as the first reason, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_first: Option<f64>,
    /// Of those declined, the share that is given this code at all, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<f64>,
}
