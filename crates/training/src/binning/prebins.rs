//! Fine pre-bins of an ascending list of distinct values.

use super::{Totals, tree};

/// Indices of first values of pre-bins but the first, ascending: every value where they are few, else quantiles; and
/// the cuts of a decision tree. `all` is the weight of all records, missing and special ones included.
pub(super) fn cuts(values: &[Totals], max_prebins: usize, all: f64) -> Vec<usize> {
    if values.len() <= max_prebins {
        return (1..values.len()).collect();
    }
    let total: f64 = values.iter().map(|value| value.count()).sum();
    let mut cuts = tree::cuts(values, all);
    let (mut sum, mut next) = (0.0, 1.0);
    for (index, value) in values.iter().enumerate() {
        if index > 0 && sum >= next * total / max_prebins as f64 {
            cuts.push(index);
            next = (sum * max_prebins as f64 / total).floor() + 1.0;
        }
        sum += value.count();
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Sums of the values between cuts.
pub(super) fn totals(values: &[Totals], cuts: &[usize]) -> Vec<Totals> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([values.len()]);
    let sum = |range: &[Totals]| range.iter().fold(Totals::default(), |sum, value| sum.plus(*value));
    starts.zip(ends).map(|(start, end)| values.get(start..end).map(sum).unwrap_or_default()).collect()
}
