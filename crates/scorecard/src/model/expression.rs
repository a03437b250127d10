//! Expressions: values computed from fields, as in PMML's transformations.

use serde::{Deserialize, Serialize};

use super::{FieldType, Interval};
use crate::Literal;

/// A value computed from fields and other derived fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedField {
    /// Name, unique among fields and derived fields.
    pub name: String,
    /// Type of its value.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// How it is computed.
    pub expression: Expression,
}

/// How a value is computed. Missing inputs give a missing result unless the variant says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Expression {
    /// A constant; null is missing.
    Constant(Option<Literal>),
    /// The value of a field or derived field.
    Field {
        /// Its name.
        name: String,
        /// Used where it is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map_missing_to: Option<Literal>,
    },
    /// Piecewise linear interpolation of a number.
    NormContinuous {
        /// The numeric field.
        field: String,
        /// At least two points in ascending order of `orig`.
        norms: Vec<LinearNorm>,
        /// Beyond the first and last point.
        #[serde(default)]
        outliers: OutlierTreatment,
        /// Used where the field is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map_missing_to: Option<f64>,
    },
    /// 1 where the field has this value, else 0.
    NormDiscrete {
        /// The categorical field.
        field: String,
        /// The value that gives 1.
        value: Literal,
        /// Used where the field is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map_missing_to: Option<f64>,
    },
    /// Intervals of a number to values.
    Discretize {
        /// The numeric field.
        field: String,
        /// Tried in order.
        bins: Vec<DiscretizeBin>,
        /// Used where no bin takes the number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<Literal>,
        /// Used where the field is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map_missing_to: Option<Literal>,
    },
    /// Rows of a table to values.
    MapValues {
        /// The fields that are looked up, one a key column.
        fields: Vec<String>,
        /// Each row: the keys in the order of `fields`, then the result.
        rows: Vec<Vec<Literal>>,
        /// Used where no row matches.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<Literal>,
        /// Used where a key is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map_missing_to: Option<Literal>,
    },
    /// A built-in function of PMML 4.4 applied to arguments.
    Apply {
        /// Its PMML name, e.g. `+`, `if`, `log10`.
        function: String,
        /// Its arguments.
        arguments: Vec<Expression>,
        /// The result where an argument is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map_missing_to: Option<Literal>,
        /// The result where the function's result is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<Literal>,
        /// What an impossible result (division by zero, log of a negative number) turns into.
        #[serde(default, skip_serializing_if = "InvalidTreatment::is_reject")]
        on_invalid: InvalidTreatment,
    },
}

/// A point of a piecewise linear function.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinearNorm {
    /// Input.
    pub orig: f64,
    /// Output.
    pub norm: f64,
}

/// An interval and the value that it gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscretizeBin {
    /// Which numbers.
    pub interval: Interval,
    /// The value.
    pub value: Literal,
}

/// What is done with numbers beyond the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlierTreatment {
    /// Used as they are (extrapolated).
    #[default]
    AsIs,
    /// Count as missing.
    Missing,
    /// Moved to the bound.
    Clamp,
}

/// What an impossible result of a function turns into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidTreatment {
    /// The evaluation fails with an error.
    #[default]
    Reject,
    /// The result is missing.
    Missing,
}

impl InvalidTreatment {
    #[allow(clippy::trivially_copy_pass_by_ref)]
    fn is_reject(&self) -> bool {
        *self == Self::Reject
    }
}
