//! Fields: the inputs of a scorecard and what is done with values outside their range.

use serde::{Deserialize, Serialize};

use super::Interval;
use crate::Literal;

/// One input of an application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name of the field in an application.
    pub name: String,
    /// For people, e.g. `Duration of the credit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Unit of a numeric field, e.g. `months`, `EUR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether a missing value is refused: an absent member, a null, or a code that means missing, with no stand-in.
    #[serde(default)]
    pub required: bool,
    /// Allowed range of a numeric field: a value must be in one of these; none means any finite number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Interval>,
    /// Allowed values of a categorical field; none means any text. For a numeric field: values allowed beside the ranges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Literal>,
    /// Values that mean "missing", e.g. `-999`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_values: Vec<Literal>,
    /// Values that are invalid though they lie in the range.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invalid_values: Vec<Literal>,
    /// What stands in for a missing value; without it a missing value stays missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_as: Option<Literal>,
    /// What happens to a value outside `ranges` or `values` (an unseen category, an out-of-range number).
    #[serde(default, skip_serializing_if = "OnInvalid::is_reject")]
    pub on_invalid: OnInvalid,
    /// What happens to valid numbers beyond two bounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outliers: Option<Outliers>,
}

impl Field {
    /// A field that takes any value of its type.
    #[must_use]
    pub fn new(name: impl Into<String>, field_type: FieldType) -> Self {
        Self {
            name: name.into(),
            label: None,
            field_type,
            unit: None,
            required: false,
            ranges: Vec::new(),
            values: Vec::new(),
            missing_values: Vec::new(),
            invalid_values: Vec::new(),
            missing_as: None,
            on_invalid: OnInvalid::Reject,
            outliers: None,
        }
    }
}

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// A finite double.
    Numeric,
    /// A whole number, held as a double.
    Integer,
    /// One of a set of texts.
    Categorical,
    /// `true` or `false`.
    Boolean,
    /// A calendar date, `2026-11-23`.
    Date,
    /// A time of day, `17:03:53`.
    Time,
    /// A date and time, `2026-11-23T17:03:53`.
    DateTime,
}

impl FieldType {
    /// Whether values are numbers.
    #[must_use]
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Numeric | Self::Integer)
    }
}

impl std::fmt::Display for FieldType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Numeric => "numeric",
            Self::Integer => "integer",
            Self::Categorical => "categorical",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "date_time",
        })
    }
}

/// What happens to a value that the field does not allow.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnInvalid {
    /// The application is refused.
    #[default]
    Reject,
    /// It counts as missing.
    Missing,
    /// It is used as it is (and usually meets an `otherwise` attribute).
    Accept,
    /// This value is used in its place.
    Replace(Literal),
}

impl OnInvalid {
    #[allow(clippy::trivially_copy_pass_by_ref)]
    fn is_reject(&self) -> bool {
        matches!(self, Self::Reject)
    }
}

/// What happens to valid numbers below `low` or above `high`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outliers {
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// `clamp` to the bound, or count as `missing`.
    pub treatment: super::OutlierTreatment,
}
