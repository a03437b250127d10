//! Values: what a field holds in an application, and what a model compares it with.

use serde::{Deserialize, Serialize};

/// What one field of one application holds. Borrowed, so that evaluation copies nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Absent, null, or a code that the field declares to mean missing.
    Missing,
    /// A number. Never NaN or infinite once it has passed the field's checks.
    Number(f64),
    /// A category, or a date or time in ISO 8601.
    Text(&'a str),
    /// A truth value.
    Boolean(bool),
}

impl Value<'_> {
    /// Whether nothing is there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

impl std::fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("a missing value"),
            Self::Number(n) => write!(f, "{n}"),
            Self::Text(s) => write!(f, "\"{s}\""),
            Self::Boolean(b) => write!(f, "{b}"),
        }
    }
}

/// A constant in a model: a number, a text or a truth value, written as the plain JSON value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Literal {
    /// The literal as a borrowed [`Value`].
    #[must_use]
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Self::Boolean(b) => Value::Boolean(*b),
            Self::Number(n) => Value::Number(*n),
            Self::Text(s) => Value::Text(s),
        }
    }
}

impl std::fmt::Display for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_value().fmt(f)
    }
}

impl From<f64> for Literal {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<&str> for Literal {
    fn from(s: &str) -> Self {
        Self::Text(s.to_owned())
    }
}

impl From<bool> for Literal {
    fn from(b: bool) -> Self {
        Self::Boolean(b)
    }
}
