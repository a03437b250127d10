//! What scoring gives beside the score, under names that the model declares, as in PMML's Output.

use serde::{Deserialize, Serialize};

use super::{Expression, FieldType};

/// A named result. Results are computed in order; an expression may use the results before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputField {
    /// Name, unique among fields, derived fields and output fields.
    pub name: String,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Type that an expression's value is converted to; without it the value stays as computed.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub field_type: Option<FieldType>,
    /// Whether it is only a step on the way to other output fields.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// What it holds.
    pub value: OutputSource,
}

/// What an output field holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputSource {
    /// The score.
    Score,
    /// The code of the reason of this rank, counted from 1; missing where there are fewer reasons.
    Reason(u8),
    /// A value computed from fields, derived fields and the output fields before.
    Expression(Expression),
}
