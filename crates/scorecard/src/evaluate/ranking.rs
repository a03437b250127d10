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
    fn zero_counts_only_in_pmml_mode() {
        assert_eq!(ranked(&[(0, 0), (1, 3)], false, false), [(1, 3)]);
        assert_eq!(ranked(&[(0, 0), (1, 3)], false, true), [(1, 3), (0, 0)]);
    }

    #[test]
    fn equal_codes_are_summed_before_ranking() {
        assert_eq!(ranked(&[(0, 4), (1, 5), (0, 3), (2, -1), (2, 1)], true, false), [(0, 7), (1, 5)]);
    }
}
