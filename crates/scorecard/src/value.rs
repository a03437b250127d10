//! Values: what a field holds in an application, and what a model compares it with.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Texts that mean "missing" in tables without types, in training and in scoring alike.
pub const MISSING_TEXTS: [&str; 9] = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "."];

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
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A finite number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(b) => serializer.serialize_bool(*b),
            Self::Number(n) => number::serialize(n, serializer),
            Self::Text(s) => serializer.serialize_str(s),
        }
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Literal;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, a text, true or false")
            }
            fn visit_bool<E: de::Error>(self, b: bool) -> Result<Literal, E> {
                Ok(Literal::Boolean(b))
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Literal, E> {
                Ok(Literal::Number(n as f64))
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Literal, E> {
                Ok(Literal::Number(n as f64))
            }
            fn visit_f64<E: de::Error>(self, n: f64) -> Result<Literal, E> {
                Ok(Literal::Number(n))
            }
            fn visit_str<E: de::Error>(self, s: &str) -> Result<Literal, E> {
                Ok(Literal::Text(s.to_owned()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Numbers as people write them: `12`, not `12.0`.
pub(crate) mod number {
    use serde::Serializer;

    /// Writes a whole double as a whole JSON number. Zero loses its sign, which no comparison sees.
    #[allow(clippy::trivially_copy_pass_by_ref)] // the signature is serde's
    pub(crate) fn serialize<S: Serializer>(n: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if n.fract() == 0.0 && n.abs() <= EXACT {
            serializer.serialize_i64(*n as i64)
        } else {
            serializer.serialize_f64(*n)
        }
    }

    /// As [`serialize`], for a number that may be absent.
    #[allow(clippy::ref_option)] // the signature is serde's
    pub(crate) fn serialize_option<S: Serializer>(n: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        match n {
            Some(n) => serialize(n, serializer),
            None => serializer.serialize_none(),
        }
    }
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
