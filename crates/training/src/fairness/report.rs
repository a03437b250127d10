//! What was found of the groups of one protected column.

use serde::{Deserialize, Serialize};

use crate::validation::Estimate;

/// How groups are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FairnessOptions {
    /// The group that others are compared with; the largest where absent.
    pub reference: Option<String>,
    /// Groups with fewer rows (of weighted ones a smaller effective size), or fewer approved or declined expected by chance
    /// than five, are flagged as small.
    pub small: u64,
    /// The adverse impact ratio below which a group is flagged. 0.80 is the four-fifths rule of 29 CFR 1607.4(D), which
    /// is employment law: a customary line here, not a legal one.
    pub impact_line: f64,
}

impl Default for FairnessOptions {
    fn default() -> Self {
        Self { reference: None, small: 30, impact_line: 0.80 }
    }
}

/// How the reference group came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceChoice {
    /// It was named.
    Named,
    /// It is the group with the most rows; the first of equals.
    Largest,
}

/// The groups of one protected column, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FairnessColumn {
    /// Name of the protected column. It is no input of the scorecard.
    pub column: String,
    /// Applicants with at least this score count as approved.
    pub cut_off: f64,
    /// The group that the others are compared with.
    pub reference: String,
    /// How it was chosen.
    pub reference_choice: ReferenceChoice,
    /// The ratio below which a group is flagged.
    pub impact_line: f64,
    /// The groups, in the order in which they were given; those without applicants left out.
    pub groups: Vec<FairnessGroup>,
    /// What to mind when reading the figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One group of a protected column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FairnessGroup {
    /// Name of the group.
    pub group: String,
    /// Whether it is the reference.
    pub reference: bool,
    /// Number of rows.
    pub rows: u64,
    /// Rows at or above the cut-off.
    pub approved: u64,
    /// Rows below the cut-off.
    pub declined: u64,
    /// Approved as a share of the group, 0–1 (by weight where weighted).
    pub approval_rate: f64,
    /// Adverse impact ratio: this group's approval rate over the reference's, with Katz's interval at 95 %. Absent for
    /// the reference and where nobody of the reference is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub air: Option<Estimate>,
    /// Whether the ratio lies below the line.
    pub below_line: bool,
    /// Mean score (by weight where weighted).
    pub mean_score: f64,
    /// Standardised mean difference: (mean score − the reference's) / standard deviation of all scores. Absent for the
    /// reference and where all scores are equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smd: Option<f64>,
    /// P of Fisher's exact test, two-sided, of approved and declined against the reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fisher_p: Option<f64>,
    /// z of the difference in approval rates, pooled variance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<f64>,
    /// P of that z, two-sided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z_p: Option<f64>,
    /// Goods, where outcomes are known (by weight where weighted).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<f64>,
    /// Bads, where outcomes are known (by weight where weighted).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bads: Option<f64>,
    /// Bads as a share of the group, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad_rate: Option<f64>,
    /// Bads as a share of the group's approved, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_bad_rate: Option<f64>,
    /// AUC within the group; absent where it lacks a class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auc: Option<f64>,
    /// Whether the group is too small for its ratio to say much.
    pub small: bool,
}
