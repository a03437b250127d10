//! Points: exact decimals, as the model says them, without binary rounding.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Points of an attribute, a baseline or a score: an exact decimal of at most 28 digits.
///
/// In JSON a whole number is a number (`12`) and a fraction is a text (`"12.5"`), so that no reader rounds it; a JSON
/// fraction (`12.5`) is accepted on reading and taken at its shortest decimal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(Decimal);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// `units · 10^-decimals`. `None` where that needs more than 28 digits.
    #[must_use]
    pub fn from_units(units: i64, decimals: u32) -> Option<Self> {
        Decimal::try_from_i128_with_scale(i128::from(units), decimals).ok().map(|d| Self(d.normalize()))
    }

    /// The points as a whole count of `10^-decimals`, where that is exact and fits.
    #[must_use]
    pub fn to_units(self, decimals: u32) -> Option<i64> {
        let scale = self.0.scale();
        if scale > decimals {
            return None;
        }
        let factor = 10_i128.checked_pow(decimals - scale)?;
        i64::try_from(self.0.mantissa().checked_mul(factor)?).ok()
    }

    /// The number of decimals that the points need, trailing zeros not counted.
    #[must_use]
    pub fn decimals(self) -> u32 {
        self.0.normalize().scale()
    }

    /// The nearest double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        // The shortest way to the nearest double is through the decimal text: Decimal's own conversion multiplies.
        if self.0.scale() == 0 { self.0.to_f64() } else { self.0.to_string().parse().ok() }.unwrap_or(0.0)
    }

    /// The shortest decimal that reads back as this double; `None` where it is not finite or has too many digits.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() || value.abs() >= 1e28 {
            return None;
        }
        value.to_string().parse().ok()
    }

    /// `value` rounded half away from zero to `decimals` decimals; `None` where it is not finite or too large.
    #[must_use]
    pub fn rounded(value: f64, decimals: u32) -> Option<Self> {
        let Self(exact) = Self::from_f64(value)?;
        Some(Self(
            exact.round_dp_with_strategy(decimals, rust_decimal::RoundingStrategy::MidpointAwayFromZero).normalize(),
        ))
    }

    /// Sum, or `None` on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl From<i32> for Points {
    fn from(n: i32) -> Self {
        Self(Decimal::from(n))
    }
}

impl From<i64> for Points {
    fn from(n: i64) -> Self {
        Self(Decimal::from(n))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.normalize().fmt(f)
    }
}

impl FromStr for Points {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The decimal's own reader takes underscores between digits for nothing.
        let text = text.trim();
        if text.contains('_') {
            return Err(format!("`{text}` is not a decimal number"));
        }
        let exact =
            if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
        exact.map(|d| Self(d.normalize())).map_err(|_| format!("`{text}` is not a decimal number of at most 28 digits"))
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_units(0) {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("points: a whole number, or a decimal as a text such as \"12.5\"")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Points, E> {
                Ok(n.into())
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Points, E> {
                Ok(Points(n.into()))
            }
            fn visit_f64<E: de::Error>(self, n: f64) -> Result<Points, E> {
                Points::from_f64(n).ok_or_else(|| E::custom(format!("{n} has too many digits for points")))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Points, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_points_are_numbers_and_fractions_are_text() {
        let points: Vec<Points> = serde_json::from_str(r#"[12, "12.50", 0.1, -3, "1e-3"]"#).unwrap();
        assert_eq!(serde_json::to_string(&points).unwrap(), r#"[12,"12.5","0.1",-3,"0.001"]"#);
    }

    #[test]
    fn units_are_exact_or_refused() {
        let points: Points = "12.34".parse().unwrap();
        assert_eq!(points.to_units(2), Some(1234));
        assert_eq!(points.to_units(4), Some(123_400));
        assert_eq!(points.to_units(1), None);
        assert_eq!(Points::from_units(1234, 2), Some(points));
    }

    #[test]
    fn too_many_digits_are_an_error_not_a_rounding() {
        assert!("0.12345678901234567890123456789012345".parse::<Points>().is_err());
        assert!(Points::from_f64(f64::NAN).is_none());
        assert!(Points::from_f64(1e308).is_none());
    }
}
