//! Columns that tell the outcome.

use super::Totals;

/// Least weight that a part of one class must have on average: below it, purity is chance, or the column names rows.
const LEAST: f64 = 20.0;

/// Whether a column alone tells good from bad: it falls into a few parts, each of one class, and both classes occur.
///
/// Most often such a column was filled in once the outcome was known, and must not be scored. `runs` are the values in an
/// order in which neighbours of one class make one part; each of `apart` is a part of its own.
pub(super) fn tells_outcome(runs: &[Totals], apart: impl Iterator<Item = Totals>) -> bool {
    let class = |totals: &Totals| totals.bads > 0.0;
    let mixed = |totals: &Totals| totals.goods > 0.0 && totals.bads > 0.0;
    let mut all = Totals::default();
    let mut parts = 0.0;
    let mut last = None;
    for totals in runs.iter().filter(|totals| totals.count() > 0.0) {
        if mixed(totals) {
            return false;
        }
        all = all.plus(*totals);
        if last.replace(class(totals)) != Some(class(totals)) {
            parts += 1.0;
        }
    }
    for totals in apart.filter(|totals| totals.count() > 0.0) {
        if mixed(&totals) {
            return false;
        }
        all = all.plus(totals);
        parts += 1.0;
    }
    all.goods > 0.0 && all.bads > 0.0 && parts * LEAST <= all.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Totals = Totals { goods: 50.0, bads: 0.0 };
    const BAD: Totals = Totals { goods: 0.0, bads: 50.0 };
    const BOTH: Totals = Totals { goods: 50.0, bads: 1.0 };

    #[test]
    fn few_pure_parts_tell_and_many_do_not() {
        let none = || std::iter::empty();
        assert!(tells_outcome(&[GOOD, GOOD, BAD], none()));
        assert!(tells_outcome(&[GOOD], [BAD].into_iter()));
        assert!(!tells_outcome(&[GOOD, BOTH], none()));
        assert!(!tells_outcome(&[GOOD, BAD], [BOTH].into_iter()));
        assert!(!tells_outcome(&[GOOD, GOOD], none()));
        assert!(!tells_outcome(&[], none()));
        // A row number: each value is of one class, as there is but one row.
        let rows: Vec<Totals> = (0..1000)
            .map(|row| if row % 3 == 0 { Totals { goods: 0.0, bads: 1.0 } } else { Totals { goods: 1.0, bads: 0.0 } })
            .collect();
        assert!(!tells_outcome(&rows, none()));
    }
}
