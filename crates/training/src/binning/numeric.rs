//! Bins of a number.

use super::{Bin, BinningOptions, Totals, Trend, one_class, perfect, prebins, tidy};
use crate::Result;

/// Bins of a number. Codes: the bins in ascending order, then the special values, then missing.
#[derive(Debug, Clone, PartialEq)]
pub struct NumericBins {
    /// Ascending; bin `i` is `[cuts[i-1], cuts[i])`, the first open below, the last open above.
    pub cuts: Vec<f64>,
    /// One more than cuts.
    pub bins: Vec<Bin>,
    /// The special values, those among them that were not seen with a neutral WoE: no interval may take them for amounts.
    pub specials: Vec<(f64, Bin)>,
    /// Present where a value was missing.
    pub missing: Option<Bin>,
    /// Information value, special and missing bins included.
    pub iv: f64,
    /// The trend that was kept.
    pub trend: Trend,
    /// Whether the column alone tells good from bad, though its bins cannot show it: few ranges, each of one class.
    pub perfect: bool,
}

/// Bins a number optimally. NaN is missing; values, outcomes and weights stand one a row.
///
/// # Errors
/// [`crate::Error::Setting`] for constraints that make no sense.
pub fn bin_numeric(
    values: &[f64],
    bad: &[bool],
    weights: Option<&[f64]>,
    options: &BinningOptions,
) -> Result<NumericBins> {
    options.validate()?;
    let mut missing = Totals::default();
    let mut specials: Vec<(f64, Totals)> = Vec::new();
    for special in options.special_numbers.iter().filter(|special| !special.is_nan()) {
        if specials.iter().all(|(known, _)| known != special) {
            specials.push((*special, Totals::default()));
        }
    }
    let mut records = Records::new(values.len(), weights.is_some());
    for (row, (value, bad)) in values.iter().zip(bad).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0));
        if value.is_nan() {
            missing.add(*bad, weight);
        } else if let Some((_, totals)) = specials.iter_mut().find(|(special, _)| special == value) {
            totals.add(*bad, weight);
        } else {
            records.push(*value, *bad, weight);
        }
    }
    let (distinct, totals) = records.distinct();
    let set_apart = specials.iter().map(|(_, special)| *special).chain([missing]);
    let all = totals.iter().copied().chain(set_apart.clone()).fold(Totals::default(), Totals::plus);
    let perfect = perfect::tells_outcome(&totals, set_apart);
    let fine = prebins::cuts(&totals, options.max_prebins, all.count());
    let merge = one_class::merge(&prebins::totals(&totals, &fine), all, options);
    let first_values: Vec<usize> = merge.cuts.iter().filter_map(|cut| fine.get(cut.checked_sub(1)?)).copied().collect();
    let cut = |index: &usize| Some(tidy::between(*distinct.get(index.checked_sub(1)?)?, *distinct.get(*index)?));
    let bins: Vec<Bin> = prebins::totals(&totals, &first_values).into_iter().map(|t| Bin::new(t, all)).collect();
    let specials: Vec<(f64, Bin)> =
        specials.into_iter().map(|(special, totals)| (special, Bin::apart(totals, all))).collect();
    let missing = (missing.count() > 0.0).then(|| Bin::apart(missing, all));
    let iv = bins.iter().chain(specials.iter().map(|(_, bin)| bin)).chain(&missing).map(|bin| bin.iv).sum();
    Ok(NumericBins {
        cuts: first_values.iter().filter_map(cut).collect(),
        bins,
        specials,
        missing,
        iv,
        trend: merge.trend,
        perfect,
    })
}

impl NumericBins {
    /// The code of each value.
    #[must_use]
    pub fn assign(&self, values: &[f64]) -> Vec<u16> {
        values.iter().map(|value| self.code(*value)).collect()
    }

    fn code(&self, value: f64) -> u16 {
        let code = if value.is_nan() {
            self.bins.len() + self.specials.len()
        } else if let Some(special) = self.specials.iter().position(|(special, _)| *special == value) {
            self.bins.len() + special
        } else {
            self.cuts.iter().map(|cut| usize::from(value >= *cut)).sum()
        };
        u16::try_from(code).unwrap_or(u16::MAX)
    }

    /// WoE by code; missing has 0 where none was seen.
    #[must_use]
    pub fn woe_table(&self) -> Vec<f64> {
        let bins = self.bins.iter().chain(self.specials.iter().map(|(_, bin)| bin));
        bins.map(|bin| bin.woe).chain([self.missing.map_or(0.0, |bin| bin.woe)]).collect()
    }
}

/// A key whose order as a whole number is the number's: a sort of whole numbers is faster. −0 is 0.
fn sortable(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn unsortable(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Values with their outcomes, to be sorted.
enum Records {
    /// Each counts once: the values of goods and of bads. Sorted apart, they are the smallest there is to sort.
    Counted([Vec<u64>; 2]),
    Weighted(Vec<(u64, bool, f64)>),
}

impl Records {
    fn new(rows: usize, weighted: bool) -> Self {
        if weighted {
            Self::Weighted(Vec::with_capacity(rows))
        } else {
            Self::Counted([Vec::with_capacity(rows), Vec::new()])
        }
    }

    fn push(&mut self, value: f64, bad: bool, weight: f64) {
        match self {
            Self::Counted(classes) => {
                // By index rather than by branch: outcomes are hard to predict, for a processor as well.
                classes[usize::from(bad)].push(sortable(value));
            }
            Self::Weighted(records) => records.push((sortable(value), bad, weight)),
        }
    }

    /// The distinct values in ascending order and who has them.
    fn distinct(self) -> (Vec<f64>, Vec<Totals>) {
        match self {
            Self::Counted([mut goods, mut bads]) => {
                goods.sort_unstable();
                bads.sort_unstable();
                merge_counts(&goods, &bads)
            }
            Self::Weighted(mut records) => {
                // Of equal values in the order of the rows: a sum of weights is the same each time.
                records.sort_by_key(|(key, ..)| *key);
                let (mut values, mut totals): (Vec<f64>, Vec<Totals>) = Default::default();
                for same in records.chunk_by(|a, b| a.0 == b.0) {
                    let mut sum = Totals::default();
                    same.iter().for_each(|(_, bad, weight)| sum.add(*bad, *weight));
                    values.extend(same.first().map(|(key, ..)| unsortable(*key)));
                    totals.push(sum);
                }
                (values, totals)
            }
        }
    }
}

/// The distinct values of two ascending lists, and how often each stands in either.
fn merge_counts(mut goods: &[u64], mut bads: &[u64]) -> (Vec<f64>, Vec<Totals>) {
    let most = goods.len() + bads.len();
    let (mut values, mut totals): (Vec<f64>, Vec<Totals>) = (Vec::with_capacity(most), Vec::with_capacity(most));
    let take = |list: &mut &[u64], key: u64| {
        let count = list.iter().take_while(|next| **next == key).count();
        *list = list.get(count..).unwrap_or_default();
        count as f64
    };
    loop {
        let key = match (goods.first(), bads.first()) {
            (Some(good), Some(bad)) => *good.min(bad),
            (Some(key), None) | (None, Some(key)) => *key,
            (None, None) => return (values, totals),
        };
        values.push(unsortable(key));
        totals.push(Totals { goods: take(&mut goods, key), bads: take(&mut bads, key) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> BinningOptions {
        BinningOptions::default()
    }

    #[test]
    fn constants_gaps_and_extremes() {
        let bad: Vec<bool> = (0..100).map(|row| row % 4 == 0).collect();
        let constant = bin_numeric(&[5.0; 100], &bad, None, &options()).unwrap();
        assert_eq!((constant.bins.len(), constant.iv), (1, 0.0));
        let gone = bin_numeric(&[f64::NAN; 100], &bad, None, &options()).unwrap();
        assert_eq!((gone.missing.unwrap().totals.count(), gone.iv), (100.0, 0.0));
        let wide: Vec<f64> = (0..100).map(|row| if row % 2 == 0 { -1e308 } else { 1e308 }).collect();
        let bins = bin_numeric(&wide, &bad, None, &options()).unwrap();
        assert!(bins.iv.is_finite() && bins.cuts.iter().all(|cut| cut.is_finite()));
        assert!(bin_numeric(&[], &[], None, &options()).unwrap().bins.len() == 1);
    }

    #[test]
    fn missing_and_special_values_have_bins_of_their_own() {
        let values: Vec<f64> = (0..400).map(|row| [f64::NAN, -9.0, 1.0, 2.0][row % 4]).collect();
        let bad: Vec<bool> =
            (0..400).map(|row| row % 8 == 3 || row % 40 == 0 || row % 20 == 1 || row % 20 == 2).collect();
        let bins =
            bin_numeric(&values, &bad, None, &BinningOptions { special_numbers: vec![-9.0], ..options() }).unwrap();
        assert_eq!(bins.specials[0].1.totals.count(), 100.0);
        assert_eq!(bins.missing.unwrap().totals.count(), 100.0);
        assert_eq!(bins.assign(&[1.0, 2.0, -9.0, f64::NAN]), [0, 1, 2, 3]);
    }

    #[test]
    fn a_weight_counts_as_that_many_records() {
        let values: Vec<f64> = (0..300).map(|row| f64::from(row % 7)).collect();
        let bad: Vec<bool> = (0..300).map(|row| (row * row) % 11 < 3).collect();
        let weights: Vec<f64> = (0..300).map(|row| f64::from(row % 3 + 1)).collect();
        let repeat = |row: usize| std::iter::repeat_n(row, weights[row] as usize);
        let rows: Vec<usize> = (0..300).flat_map(repeat).collect();
        let repeated_values: Vec<f64> = rows.iter().map(|row| values[*row]).collect();
        let repeated_bad: Vec<bool> = rows.iter().map(|row| bad[*row]).collect();
        let weighted = bin_numeric(&values, &bad, Some(&weights), &options()).unwrap();
        assert_eq!(weighted, bin_numeric(&repeated_values, &repeated_bad, None, &options()).unwrap());
    }
}
