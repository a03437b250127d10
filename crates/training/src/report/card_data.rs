//! The model card, and how the model came to be.

use serde::{Deserialize, Serialize};

use crate::validation::{BinRow, Estimate};

/// What a model-risk function wants to know of a model before anything else (SR 26-2 / OCC 2026-13; Mitchell et al., *Model Cards for
/// Model Reporting*, 2019). What the data cannot tell is left for the lender to say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ModelCard {
    /// Who answers for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What the score is to be used for.
    pub intended_use: String,
    /// What it must not be used for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_for: Vec<String>,
    /// What limits its use: sample, period, rejects that were never booked, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// What the target means, e.g. `90 days past due within 12 months`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition_of_bad: Option<String>,
    /// The lender's own tier of materiality. It cannot be found from data: where absent, the report leaves room for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub materiality: Option<String>,
    /// How the model is to be watched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub monitoring: Vec<String>,
}

/// What became of one candidate column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelectionRow {
    /// Name of the column.
    pub column: String,
    /// Information value on the train sample, where it was binned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information_value: Option<f64>,
    /// Information value on train rows that its bins were not learnt from (the mean WoE of goods less that of bads): what is
    /// left of it without overfitting. Absent where the regression was not cross-fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out_information_value: Option<f64>,
    /// Whether it is in the scorecard.
    pub kept: bool,
    /// The step that dropped it, e.g. `information value`; `kept` where it was not.
    pub step: String,
    /// Why, with the figure and the limit, e.g. `IV 0.008 is below 0.02`.
    pub why: String,
}

/// One characteristic of the scorecard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CharacteristicReport {
    /// Its name.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Unit of its values, e.g. `months`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// `numeric` or `categorical`.
    pub kind: String,
    /// How the bad rate runs along the bins, e.g. `descending`; absent where categories have no order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<String>,
    /// Information value on the train sample.
    pub information_value: f64,
    /// Information value on the test sample, same bins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_information_value: Option<f64>,
    /// The bins on the train sample, in the order in which they are tried.
    pub bins: Vec<BinRow>,
    /// The same bins on the test sample; empty where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test_bins: Vec<BinRow>,
}

/// The logistic regression of good against bad on the WoE of the characteristics: ln(odds of good) = intercept + Σ
/// coefficient · WoE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// How it was solved, in words: method, ridge, constraints.
    pub method: String,
    /// The intercept, then one row a characteristic.
    pub coefficients: Vec<Coefficient>,
    /// Steps until it converged.
    pub iterations: u32,
    /// Log-likelihood at the solution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_likelihood: Option<f64>,
    /// Log-likelihood with the intercept alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_log_likelihood: Option<f64>,
    /// What to mind: separation, collinearity, a coefficient held at zero.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// `intercept`, or the characteristic.
    pub name: String,
    /// The coefficient with its confidence interval.
    pub estimate: Estimate,
    /// Its standard error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Wald's P of the coefficient being zero, two-sided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
    /// Variance inflation factor: 1 / (1 − R²) of this WoE on the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vif: Option<f64>,
}

/// How log-odds became points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScalingReport {
    /// Points that double the odds of good.
    pub pdo: f64,
    /// The score at which the odds are `odds`.
    pub points: f64,
    /// Good-to-bad odds at `points`.
    pub odds: f64,
    /// Lowest score that the scorecard can give.
    pub lowest: f64,
    /// Highest score that the scorecard can give.
    pub highest: f64,
    /// Points that every applicant starts with.
    pub initial_score: f64,
    /// Decimals of the points.
    pub decimals: u32,
    /// What rounding the points cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<RoundingError>,
}

/// Rounded scores against exact ones, on the train sample, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RoundingError {
    /// Mean of |rounded − exact|.
    pub mean_absolute: f64,
    /// Greatest |rounded − exact|.
    pub greatest: f64,
    /// AUC of the exact scores minus that of the rounded ones.
    pub auc_lost: f64,
}
