//! Predicates: tests with three outcomes (true, false, unknown), as in the PMML standard.

use serde::{Deserialize, Serialize};

use crate::Literal;

/// A test of one or more fields. A comparison with a missing value is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    /// Always true.
    True,
    /// Always false.
    False,
    /// `field operator value`.
    Compare {
        /// Field or derived field.
        field: String,
        /// How it is compared.
        operator: Operator,
        /// With what.
        value: Literal,
    },
    /// The field has no value.
    IsMissing(String),
    /// The field has a value.
    IsNotMissing(String),
    /// The field's value is one of these.
    IsIn {
        /// Field or derived field.
        field: String,
        /// The set.
        values: Vec<Literal>,
    },
    /// The field's value is none of these.
    IsNotIn {
        /// Field or derived field.
        field: String,
        /// The set.
        values: Vec<Literal>,
    },
    /// All are true (false where one is false, else unknown where one is unknown).
    And(Vec<Predicate>),
    /// One is true (else unknown where one is unknown).
    Or(Vec<Predicate>),
    /// An odd number are true (unknown where one is unknown).
    Xor(Vec<Predicate>),
    /// The first that is not unknown.
    Surrogate(Vec<Predicate>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `=`
    Equal,
    /// `≠`
    NotEqual,
    /// `<`
    LessThan,
    /// `≤`
    LessOrEqual,
    /// `>`
    GreaterThan,
    /// `≥`
    GreaterOrEqual,
}
