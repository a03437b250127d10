//! Intervals of numbers with stated open and closed ends.

use serde::{Deserialize, Serialize};

/// A set of numbers between two ends; an absent end is unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Lower end; absent means minus infinity.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::value::number::serialize_option"
    )]
    pub from: Option<f64>,
    /// Upper end; absent means plus infinity.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::value::number::serialize_option"
    )]
    pub to: Option<f64>,
    /// Which of the ends belong to the interval.
    pub closed: Closure,
}

/// Which ends of an interval belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// `[from, to)`
    Left,
    /// `(from, to]`
    Right,
    /// `[from, to]`
    Both,
    /// `(from, to)`
    Neither,
}

impl Closure {
    /// Whether the lower end belongs to the interval.
    #[must_use]
    pub fn left(self) -> bool {
        matches!(self, Self::Left | Self::Both)
    }

    /// Whether the upper end belongs to the interval.
    #[must_use]
    pub fn right(self) -> bool {
        matches!(self, Self::Right | Self::Both)
    }
}

impl Interval {
    /// Whether `x` is inside. NaN is inside nothing.
    #[must_use]
    pub fn contains(&self, x: f64) -> bool {
        let above = self.from.is_none_or(|from| if self.closed.left() { x >= from } else { x > from });
        let below = self.to.is_none_or(|to| if self.closed.right() { x <= to } else { x < to });
        above && below && !x.is_nan()
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("any number"),
            (None, Some(to)) => write!(f, "{} {to}", if self.closed.right() { "≤" } else { "<" }),
            (Some(from), None) => write!(f, "{} {from}", if self.closed.left() { "≥" } else { ">" }),
            (Some(from), Some(to)) => {
                let open = if self.closed.left() { '[' } else { '(' };
                let close = if self.closed.right() { ']' } else { ')' };
                write!(f, "{open}{from}, {to}{close}")
            }
        }
    }
}
