//! Values that part the classes: all of one class on one side.
//!
//! A bin must hold both classes, or its WoE would be infinite. Where that leaves a single bin although the value divides
//! the records, the strongest of columns would seem to tell nothing: there, bins of one class are let in.

use super::{
    BinningOptions, Totals,
    optimal::{self, Merge},
};

/// Records of the class that is absent which a bin of one class would hold at the average rate: with fewer, their absence
/// may be chance (the usual least expected count of a χ² test; Cochran, *Biometrics* 10, 1954).
const EXPECTED: f64 = 5.0;

/// The best merge into bins of both classes; where there is but one bin, the best that may have bins of one class.
///
/// Not where more than a single record of each class was asked for.
pub(super) fn merge(prebins: &[Totals], all: Totals, options: &BinningOptions) -> Merge {
    let merge = optimal::merge(prebins, all, options);
    if !merge.cuts.is_empty() || options.min_class > BinningOptions::default().min_class {
        return merge;
    }
    let sound = |totals: Totals| {
        optimal::holds_both(totals, options) || is_one_class(totals) && absent(totals, all) >= EXPECTED
    };
    optimal::merge_where(prebins, all, options, &sound)
}

/// Whether all records are of one class.
pub(crate) fn is_one_class(totals: Totals) -> bool {
    totals.count() > 0.0 && (totals.goods <= 0.0 || totals.bads <= 0.0)
}

/// Records of the absent class that as many records would hold at the average rate.
fn absent(totals: Totals, all: Totals) -> f64 {
    let rate = if totals.bads <= 0.0 { all.bad_rate() } else { 1.0 - all.bad_rate() };
    totals.count() * rate
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: Totals = Totals { goods: 700.0, bads: 300.0 };

    fn bins(parts: &[Totals], options: &BinningOptions) -> usize {
        let all = parts.iter().fold(Totals::default(), |sum, part| sum.plus(*part));
        merge(parts, all, options).cuts.len() + 1
    }

    #[test]
    fn a_large_side_of_one_class_is_a_bin() {
        let options = BinningOptions::default();
        assert_eq!(bins(&[MIXED, Totals { goods: 800.0, bads: 0.0 }], &options), 2);
        assert_eq!(bins(&[Totals { goods: 0.0, bads: 300.0 }, MIXED], &options), 2);
        // At three in ten, sixteen records would hold five bads.
        assert_eq!(bins(&[MIXED, Totals { goods: 60.0, bads: 0.0 }], &options), 2);
        let small = BinningOptions { min_share: 0.0, ..options.clone() };
        assert_eq!(bins(&[MIXED, Totals { goods: 15.0, bads: 0.0 }], &small), 1);
        let asked = BinningOptions { min_class: 5.0, ..options };
        assert_eq!(bins(&[MIXED, Totals { goods: 800.0, bads: 0.0 }], &asked), 1);
    }

    #[test]
    fn where_bins_of_both_classes_tell_anything_they_stay() {
        let parts = [Totals { goods: 500.0, bads: 0.0 }, Totals { goods: 500.0, bads: 100.0 }, MIXED];
        assert_eq!(bins(&parts, &BinningOptions::default()), 2);
    }
}
