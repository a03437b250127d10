//! Reasons: points lost, summed by code, ranked.

use super::{Amount, RankedReason};

/// Adds up the points lost under each code and keeps the greatest.
///
/// Equal codes are summed, negative differences included; what is then not above zero (or below it, in PMML's mode) is
/// dropped; the rest is ranked by descending difference, ties by where the code first stands in the document.
/// Source: PMML 4.4.1, Scorecard, "Ranking reason codes".
pub(crate) fn rank(
    differences: impl Iterator<Item = (u32, u32, Amount)>, // characteristic, code, points lost
    codes_are_shared: bool,
    zero_counts: bool,
    at_most: usize,
    reasons: &mut Vec<RankedReason>,
) {
    reasons.clear();
    if codes_are_shared {
        for (characteristic, code, difference) in differences {
            match reasons.iter_mut().find(|reason| reason.code == code) {
                Some(reason) => reason.difference = reason.difference.plus(difference),
                None => reasons.push(RankedReason { code, characteristic, difference }),
            }
        }
        reasons.retain(|reason| reason.difference.counts(zero_counts));
        // Stable: ties stay in document order.
        reasons.sort_by(|a, b| b.difference.order(a.difference));
        reasons.truncate(at_most);
    } else {
        for (characteristic, code, difference) in differences {
            if difference.counts(zero_counts) {
                insert(RankedReason { code, characteristic, difference }, at_most, reasons);
            }
        }
    }
}

/// Inserts behind all that are at least as great; what falls off the end was not among the greatest.
#[inline]
fn insert(reason: RankedReason, at_most: usize, reasons: &mut Vec<RankedReason>) {
    let better = |other: &RankedReason| other.difference.order(reason.difference).is_ge();
    let place = reasons.iter().rposition(better).map_or(0, |last| last + 1);
    if place < at_most {
        reasons.truncate(at_most - 1);
        reasons.insert(place, reason);
    }
}

/// Points lost by one attribute and where it stands, in one number that orders as reasons rank: the more points lost the
/// greater, of equals the earlier characteristic. A whole double: doubles are compared and exchanged in one step each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RankKey(f64);

impl RankKey {
    /// Bits for the characteristic.
    const BITS: u32 = 14;
    const PLACES: i64 = 1 << Self::BITS;

    /// Below all that lost or gained anything.
    pub(crate) const NONE: Self = Self(f64::NEG_INFINITY);

    /// `None` where it does not fit, or is not exact.
    pub(crate) fn new(lost: Amount, characteristic: u32) -> Option<Self> {
        let Amount::Exact { units, .. } = lost else { return None };
        let place = (Self::PLACES - 1).checked_sub(i64::from(characteristic)).filter(|place| *place >= 0)?;
        let fits = units.unsigned_abs() < 1 << (f64::MANTISSA_DIGITS - 1 - Self::BITS);
        fits.then(|| Self((units * Self::PLACES + place) as f64))
    }

    /// Index of the characteristic, where it is that of a reason, as [`Amount::counts`] has it.
    pub(crate) fn characteristic(self, zero_counts: bool) -> Option<u32> {
        let key = if self.0.is_finite() { self.0 as i64 } else { return None };
        let units = key >> Self::BITS;
        let counts = units > 0 || (zero_counts && units == 0);
        u32::try_from(Self::PLACES - 1 - (key & (Self::PLACES - 1))).ok().filter(|_| counts)
    }
}

/// The greatest keys of those added, found without a branch: who lost most cannot be predicted.
#[derive(Clone, Copy)]
pub(crate) struct Greatest([RankKey; Self::MOST]);

impl Greatest {
    /// So many are kept.
    pub(crate) const MOST: usize = 4;

    /// None yet.
    pub(crate) const NONE: Self = Self([RankKey::NONE; Self::MOST]);

    #[inline]
    pub(crate) fn add(&mut self, key: RankKey) {
        let mut rest = key.0;
        for RankKey(kept) in &mut self.0 {
            // No key is NaN.
            let (greater, less) = (if *kept > rest { *kept } else { rest }, if *kept < rest { *kept } else { rest });
            (*kept, rest) = (greater, less);
        }
    }

    /// In descending order.
    pub(crate) fn keys(self) -> impl Iterator<Item = RankKey> {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(differences: &[(u32, i64)], shared: bool, zero_counts: bool) -> Vec<(u32, i64)> {
        let amount = |units| Amount::Exact { units, decimals: 0 };
        let rows = differences.iter().enumerate().map(|(i, (code, units))| (i as u32, *code, amount(*units)));
        let mut reasons = Vec::new();
        rank(rows, shared, zero_counts, 4, &mut reasons);
        reasons.iter().map(|r| (r.code, r.difference.to_f64() as i64)).collect()
    }

    #[test]
    fn greatest_first_ties_in_document_order() {
        let differences = [(0, 5), (1, 9), (2, 5), (3, -2), (4, 0), (5, 1), (6, 5)];
        assert_eq!(ranked(&differences, false, false), [(1, 9), (0, 5), (2, 5), (6, 5)]);
        assert_eq!(ranked(&differences, true, false), [(1, 9), (0, 5), (2, 5), (6, 5)]);
    }

    #[test]
    fn keys_rank_as_amounts_do() {
        let amount = |units| Amount::Exact { units, decimals: 0 };
        let lost = [5, 9, 5, -2, 0, 1, 5, 0, i64::from(u32::MAX)];
        for count in 0..=lost.len() {
            let rows = (0_u32..).zip(&lost).take(count);
            let mut greatest = Greatest::NONE;
            rows.clone().for_each(|(i, units)| greatest.add(RankKey::new(amount(*units), i).unwrap()));
            let keys: Vec<RankKey> = greatest.keys().collect();
            for zero_counts in [false, true] {
                let mut reasons = Vec::new();
                rank(rows.clone().map(|(i, units)| (i, i, amount(*units))), false, zero_counts, 4, &mut reasons);
                let by_key = keys.iter().filter_map(|key| key.characteristic(zero_counts));
                assert_eq!(by_key.collect::<Vec<_>>(), reasons.iter().map(|r| r.characteristic).collect::<Vec<_>>());
            }
        }
        assert_eq!(RankKey::new(Amount::Double(1.0), 0), None);
        assert_eq!(RankKey::new(amount(1 << 38), 0), None);
        assert_eq!(RankKey::new(amount(1), 1 << 14), None);
        let largest = (1 << 38) - 1;
        for units in [largest, -largest] {
            let (first, second) = (RankKey::new(amount(units), 0).unwrap(), RankKey::new(amount(units), 1).unwrap());
            assert!(first.0 > second.0 && RankKey::new(amount(units - 1), 0).is_none_or(|less| less.0 < second.0));
        }
        assert_eq!(RankKey::NONE.characteristic(true), None);
    }

    #[test]
    fn zero_counts_only_in_pmml_mode() {
        assert_eq!(ranked(&[(0, 0), (1, 3)], false, false), [(1, 3)]);
        assert_eq!(ranked(&[(0, 0), (1, 3)], false, true), [(1, 3), (0, 0)]);
    }

    #[test]
    fn equal_codes_are_summed_before_ranking() {
        assert_eq!(ranked(&[(0, 4), (1, 5), (0, 3), (2, -1), (2, 1)], true, false), [(0, 7), (1, 5)]);
    }
}
