//! Amounts of points during evaluation: exact units where the model allows it, doubles where it computes.

use serde::{Serialize, Serializer};

use crate::Points;

/// A score, the points of an attribute, or a difference from a baseline.
///
/// A scorecard whose points are all constants is added up in whole units of `10^-decimals`, exactly. One with
/// computed points (PMML's ComplexPartialScore, or a rescaled target) is added up in doubles in document order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// `units · 10^-decimals`.
    Exact {
        /// Count of units.
        units: i64,
        /// Decimals of a unit.
        decimals: u8,
    },
    /// A double.
    Double(f64),
}

/// The powers of ten that are exact doubles.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

impl Amount {
    /// The nearest double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Exact { units, decimals: 0 } => units as f64,
            // One correctly rounded division of two exact doubles, where both are exact: the nearest double.
            Self::Exact { units, decimals }
                if units.unsigned_abs() <= 1 << 53 && usize::from(decimals) < POWERS_OF_TEN.len() =>
            {
                units as f64 / POWERS_OF_TEN[usize::from(decimals)]
            }
            Self::Exact { units, decimals } => {
                Points::from_units(units, u32::from(decimals)).map_or(f64::NAN, Points::to_f64)
            }
            Self::Double(value) => value,
        }
    }

    /// As exact points; `None` for a double that has no short decimal form.
    #[must_use]
    pub fn to_points(self) -> Option<Points> {
        match self {
            Self::Exact { units, decimals } => Points::from_units(units, u32::from(decimals)),
            Self::Double(value) => Points::from_f64(value),
        }
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact { units, decimals: 0 } => write!(f, "{units}"),
            Self::Exact { .. } => match self.to_points() {
                Some(points) => points.fmt(f),
                None => write!(f, "{}", self.to_f64()),
            },
            Self::Double(value) => write!(f, "{value}"),
        }
    }
}

/// As [`Points`] are written: a whole number is a number, an exact fraction a text, a double a number.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exact { units, decimals: 0 } => serializer.serialize_i64(*units),
            Self::Exact { .. } => self.to_points().serialize(serializer),
            Self::Double(value) => serializer.serialize_f64(*value),
        }
    }
}
