//! What each attribute is worth, in the arithmetic that the scorecard allows.

use super::Amount;
use crate::{
    Points, Scorecard,
    model::{Characteristic, Direction},
};

/// The arithmetic of a scorecard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    /// Whole units of `10^-decimals`; no sum over the scorecard can overflow.
    Exact {
        /// Decimals of a unit.
        decimals: u8,
    },
    /// Doubles, added in document order.
    Double,
}

/// Largest total that is added in units: far below where `i64` ends, so that a difference cannot overflow either.
const MAX_TOTAL: i64 = 1 << 61;

impl Arithmetic {
    /// Exact where every number of the scorecard is a constant of few enough digits.
    pub(crate) fn of(scorecard: &Scorecard) -> Self {
        let computed =
            scorecard.characteristics.iter().flat_map(|c| &c.attributes).any(|a| a.points_expression.is_some());
        if computed {
            return Self::Double;
        }
        let decimals = constants(scorecard).map(Points::decimals).max().unwrap_or(0);
        let units = |points: Points| points.to_units(decimals).and_then(i64::checked_abs);
        let largest = |characteristic: &Characteristic| {
            constants_of(characteristic).map(units).try_fold(0_i64, |largest, units| Some(largest.max(units?)))
        };
        let total =
            scorecard.characteristics.iter().map(largest).try_fold(units(scorecard.initial_score), |total, next| {
                // Twice, since a difference holds both points and baseline.
                Some(total.and_then(|total| total.checked_add(next?.checked_mul(2)?)))
            });
        match (total.flatten(), u8::try_from(decimals)) {
            (Some(total), Ok(decimals)) if total < MAX_TOTAL => Self::Exact { decimals },
            _ => Self::Double,
        }
    }

    pub(crate) fn amount(self, points: Points) -> Amount {
        match self {
            Self::Exact { decimals } => match points.to_units(u32::from(decimals)) {
                Some(units) => Amount::Exact { units, decimals },
                None => Amount::Double(points.to_f64()),
            },
            Self::Double => Amount::Double(points.to_f64()),
        }
    }
}

fn constants(scorecard: &Scorecard) -> impl Iterator<Item = Points> + '_ {
    std::iter::once(scorecard.initial_score).chain(scorecard.characteristics.iter().flat_map(constants_of))
}

fn constants_of(characteristic: &Characteristic) -> impl Iterator<Item = Points> + '_ {
    let baselines = &characteristic.baselines;
    let baselines = [baselines.maximum, baselines.mean, baselines.mean_at_cutoff, baselines.stated];
    characteristic.attributes.iter().map(|attribute| attribute.points).chain(baselines.into_iter().flatten())
}

impl Amount {
    /// Sum. Both are of one scorecard's arithmetic, within which units cannot overflow.
    #[inline]
    pub(crate) fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact { units: a, decimals }, Self::Exact { units: b, .. }) => {
                Self::Exact { units: a.saturating_add(b), decimals }
            }
            _ => Self::Double(self.to_f64() + other.to_f64()),
        }
    }

    /// How far `self`, an attribute's points, lies on the adverse side of the baseline.
    #[inline]
    pub(crate) fn lost_against(self, baseline: Self, direction: Direction) -> Self {
        let (from, take) = match direction {
            Direction::PointsBelow => (baseline, self),
            Direction::PointsAbove => (self, baseline),
        };
        match (from, take) {
            (Self::Exact { units: a, decimals }, Self::Exact { units: b, .. }) => {
                Self::Exact { units: a.saturating_sub(b), decimals }
            }
            _ => Self::Double(from.to_f64() - take.to_f64()),
        }
    }

    /// Order of two amounts of one scorecard's arithmetic.
    #[inline]
    pub(crate) fn order(self, other: Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Exact { units: a, .. }, Self::Exact { units: b, .. }) => a.cmp(&b),
            // A zero and a negative zero are a tie.
            _ => (self.to_f64() + 0.0).total_cmp(&(other.to_f64() + 0.0)),
        }
    }

    /// Whether this is above zero, or at zero where that counts too.
    #[inline]
    pub(crate) fn counts(self, zero_counts: bool) -> bool {
        match self {
            Self::Exact { units, .. } => units > 0 || (zero_counts && units == 0),
            Self::Double(value) => value > 0.0 || (zero_counts && value == 0.0),
        }
    }
}
