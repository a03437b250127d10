//! Characteristics and their attributes.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{BaselineMethod, Expression, Interval, Predicate};
use crate::{Literal, Points};

/// One input of the score: the first of its attributes that is true of the applicant gives the points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Characteristic {
    /// Name, unique in the scorecard.
    pub name: String,
    /// The field or derived field that its attributes test.
    pub field: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The reason for points lost here, unless the attribute names its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Whether this counts credit inquiries: the fifth key factor of FCRA 609(f)(9).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inquiries: bool,
    /// The points that an applicant's are compared with, one a method.
    #[serde(default, skip_serializing_if = "Baselines::is_empty")]
    pub baselines: Baselines,
    /// The attributes, in the order in which they are tried.
    pub attributes: Vec<Attribute>,
    /// How it was fitted; informs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics: Option<CharacteristicStatistics>,
}

/// A reason code and its text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Short code, e.g. `R07`. Differences under equal codes are summed.
    pub code: String,
    /// The text that a person may be shown; specific to the factor, as 12 CFR 1002.9(b)(2) asks.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Baseline points of one characteristic under each method that was computed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baselines {
    /// The highest points of any attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Points>,
    /// The mean points of all applicants in the development sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<Points>,
    /// The mean points of the applicants at or just above the cut-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_at_cutoff: Option<Points>,
    /// As an imported model stated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<Points>,
}

impl Baselines {
    /// The baseline under a method.
    #[must_use]
    pub fn get(&self, method: BaselineMethod) -> Option<Points> {
        match method {
            BaselineMethod::Maximum => self.maximum,
            BaselineMethod::Mean => self.mean,
            BaselineMethod::MeanAtCutoff => self.mean_at_cutoff,
            BaselineMethod::Stated => self.stated,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A bin of a characteristic and what it is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// For people; made from the condition where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// When this attribute is the applicant's.
    pub when: Condition,
    /// What it is worth.
    #[serde(default)]
    pub points: Points,
    /// Where present, its value takes the place of `points` (PMML's ComplexPartialScore).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_expression: Option<Expression>,
    /// A reason of its own, in place of the characteristic's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// How it was fitted; `share` is the baseline of CSI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics: Option<AttributeStatistics>,
}

/// When an attribute is the applicant's. All but `predicate` test the characteristic's own field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The number lies in the interval.
    Interval(Interval),
    /// The value is one of these categories (or truth values, or numbers).
    Values(Vec<Literal>),
    /// The value is one of these special codes, e.g. `-9` for "no record".
    Special(Vec<Literal>),
    /// There is no value.
    Missing,
    /// Whatever no earlier attribute took, missing values included.
    Otherwise,
    /// Any other test, with PMML's three-valued logic.
    Predicate(Predicate),
}

impl Attribute {
    /// An attribute that is worth these points, and nothing else said of it.
    #[must_use]
    pub fn new(when: Condition, points: impl Into<Points>) -> Self {
        Self { label: None, when, points: points.into(), points_expression: None, reason: None, statistics: None }
    }

    /// Its label, or its condition in words.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        self.label.as_deref().map_or_else(|| Cow::Owned(self.when.to_string()), Cow::Borrowed)
    }
}

/// The condition in words, e.g. `[12, 24)`, `own, rent`, `missing`.
impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |f: &mut std::fmt::Formatter<'_>, literals: &[Literal]| {
            literals.iter().enumerate().try_for_each(|(index, literal)| {
                f.write_str(if index == 0 { "" } else { ", " })?;
                match literal {
                    Literal::Text(text) => f.write_str(text),
                    other => other.fmt(f),
                }
            })
        };
        match self {
            Self::Interval(interval) => interval.fmt(f),
            Self::Values(literals) => list(f, literals),
            Self::Special(literals) => f.write_str("special: ").and_then(|()| list(f, literals)),
            Self::Missing => f.write_str("missing"),
            Self::Otherwise => f.write_str("anything else"),
            Self::Predicate(_) => f.write_str("a test of its own"),
        }
    }
}

/// What was seen of an attribute in the development sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeStatistics {
    /// Number of applicants (a sum of weights where weighted).
    pub count: f64,
    /// Share of all applicants, 0–1.
    pub share: f64,
    /// Bads as a share of this attribute's applicants, 0–1.
    pub bad_rate: f64,
    /// Weight of evidence, ln(share of goods / share of bads).
    pub woe: f64,
}

/// What was fitted for a characteristic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharacteristicStatistics {
    /// Information value: Σ (share of goods − share of bads) · WoE.
    pub information_value: f64,
    /// Coefficient of the characteristic's WoE in the logistic regression.
    pub coefficient: f64,
    /// Standard error of the coefficient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}
