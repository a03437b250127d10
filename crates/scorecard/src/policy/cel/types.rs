//! The types of expressions.

use super::super::inputs::Kind;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    Truth,
    Int,
    Double,
    Text,
    Null,
    /// Elements, and how many there are at most.
    List(Box<Type>, usize),
    /// Keys, values, and how many there are at most.
    Map(Box<Type>, Box<Type>, usize),
    /// Of the elements of an empty list.
    Nothing,
}

impl Type {
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self::Double,
            Kind::Text => Self::Text,
            Kind::Truth => Self::Truth,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Double)
    }

    /// The type that values of both have, if there is one.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Nothing, other) | (other, Self::Nothing) => Some(other),
            (Self::List(a, m), Self::List(b, n)) => Some(Self::List(Box::new(a.join(*b)?), m.max(n))),
            (Self::Map(a, v, m), Self::Map(b, w, n)) => {
                Some(Self::Map(Box::new(a.join(*b)?), Box::new(v.join(*w)?), m.max(n)))
            }
            (a, b) => (a == b).then_some(a),
        }
    }

    /// Whether values of the two types can be equal: numbers of any kind, else the same type.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        (self.is_number() && other.is_number()) || self.clone().join(other.clone()).is_some()
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Truth => f.write_str("a truth value"),
            Self::Int => f.write_str("a whole number"),
            Self::Double => f.write_str("a number"),
            Self::Text => f.write_str("a text"),
            Self::Null => f.write_str("null"),
            Self::List(..) => f.write_str("a list"),
            Self::Map(..) => f.write_str("a map"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}
