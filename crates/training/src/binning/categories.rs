//! Groups of categories.

use super::{Bin, BinningOptions, Totals, Trend, one_class, perfect, prebins};
use crate::Result;

/// Groups of categories. Codes: the groups by ascending bad rate, then the special texts, then missing.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryBins {
    /// The levels of each group, ascending.
    pub groups: Vec<Vec<u32>>,
    /// One a group.
    pub bins: Vec<Bin>,
    /// The special levels, those among them that were not seen with a neutral WoE.
    pub specials: Vec<(u32, Bin)>,
    /// Present where a value was missing.
    pub missing: Option<Bin>,
    /// The group for categories never seen: the one that took the rare ones, else the one nearest to the average.
    pub unseen: usize,
    /// Information value, special and missing bins included.
    pub iv: f64,
    /// Whether the column alone tells good from bad, though its groups cannot show it: few levels, each of one class.
    pub perfect: bool,
}

/// Groups categories by bad rate, optimally. Codes index `levels`; those beyond it are missing.
///
/// # Errors
/// [`crate::Error::Setting`] for constraints that make no sense.
pub fn bin_categories(
    codes: &[u32],
    levels: &[String],
    bad: &[bool],
    weights: Option<&[f64]>,
    options: &BinningOptions,
) -> Result<CategoryBins> {
    options.validate()?;
    let mut by_level = vec![Totals::default(); levels.len()];
    let mut missing = Totals::default();
    let mut all = Totals::default();
    for (row, (code, bad)) in codes.iter().zip(bad).enumerate() {
        let weight = weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0));
        all.add(*bad, weight);
        by_level.get_mut(*code as usize).unwrap_or(&mut missing).add(*bad, weight);
    }
    let perfect = perfect::tells_outcome(&[], by_level.iter().copied().chain([missing]));
    let is_special = |level: usize| levels.get(level).is_some_and(|text| options.special_texts.contains(text));
    let present = || (0_u32..).zip(&by_level).filter(|(_, totals)| totals.count() > 0.0);
    let regular: f64 =
        present().filter(|(level, _)| !is_special(*level as usize)).map(|(_, totals)| totals.count()).sum();

    // What is merged: a frequent level alone, all rare ones together.
    let mut rare: (Vec<u32>, Totals) = Default::default();
    let mut parts: Vec<(Vec<u32>, Totals)> = Vec::new();
    for (level, totals) in present().filter(|(level, _)| !is_special(*level as usize)) {
        if totals.count() < options.rare_share * regular {
            rare.0.push(level);
            rare.1 = rare.1.plus(*totals);
        } else {
            parts.push((vec![level], *totals));
        }
    }
    let first_rare = rare.0.first().copied();
    if !rare.0.is_empty() {
        parts.push(rare);
    }
    parts.sort_by(|(a, x), (b, y)| x.bad_rate().total_cmp(&y.bad_rate()).then_with(|| a.cmp(b)));
    let ordered: Vec<Totals> = parts.iter().map(|(_, totals)| *totals).collect();
    let fine = prebins::cuts(&ordered, options.max_prebins, all.count());
    let options = BinningOptions { trend: Trend::Ascending, ..options.clone() };
    let merge = one_class::merge(&prebins::totals(&ordered, &fine), all, &options);
    let cuts: Vec<usize> = merge.cuts.iter().filter_map(|cut| fine.get(cut.checked_sub(1)?)).copied().collect();

    let mut groups: Vec<Vec<u32>> = vec![Vec::new()];
    let mut sums = vec![Totals::default()];
    for (index, (levels, totals)) in parts.into_iter().enumerate() {
        if cuts.contains(&index) {
            groups.push(Vec::new());
            sums.push(Totals::default());
        }
        if let (Some(group), Some(sum)) = (groups.last_mut(), sums.last_mut()) {
            group.extend(levels);
            *sum = sum.plus(totals);
        }
    }
    groups.iter_mut().for_each(|group| group.sort_unstable());
    let bins: Vec<Bin> = sums.into_iter().map(|totals| Bin::new(totals, all)).collect();
    let with_rare = first_rare.and_then(|level| groups.iter().position(|group| group.contains(&level)));
    let nearest =
        || bins.iter().enumerate().min_by(|(_, a), (_, b)| a.woe.abs().total_cmp(&b.woe.abs())).map(|(index, _)| index);
    let unseen = with_rare.or_else(nearest).unwrap_or(0);
    let specials: Vec<(u32, Bin)> = (0_u32..)
        .zip(&by_level)
        .filter(|(level, _)| is_special(*level as usize))
        .map(|(level, totals)| (level, Bin::apart(*totals, all)))
        .collect();
    let missing = (missing.count() > 0.0).then(|| Bin::apart(missing, all));
    let iv = bins.iter().chain(specials.iter().map(|(_, bin)| bin)).chain(&missing).map(|bin| bin.iv).sum();
    Ok(CategoryBins { groups, bins, specials, missing, unseen, iv, perfect })
}

impl CategoryBins {
    /// The code of each category; levels that were not seen fall to [`Self::unseen`].
    #[must_use]
    pub fn assign(&self, codes: &[u32], level_count: usize) -> Vec<u16> {
        let code = |code: usize| u16::try_from(code).unwrap_or(u16::MAX);
        let mut by_level = vec![code(self.unseen); level_count];
        let groups =
            self.groups.iter().enumerate().flat_map(|(index, group)| group.iter().map(move |level| (index, *level)));
        let specials = self.specials.iter().enumerate().map(|(index, (level, _))| (self.bins.len() + index, *level));
        for (index, level) in groups.chain(specials) {
            if let Some(place) = by_level.get_mut(level as usize) {
                *place = code(index);
            }
        }
        let missing = code(self.bins.len() + self.specials.len());
        codes.iter().map(|level| by_level.get(*level as usize).copied().unwrap_or(missing)).collect()
    }

    /// WoE by code; missing has 0 where none was seen.
    #[must_use]
    pub fn woe_table(&self) -> Vec<f64> {
        let bins = self.bins.iter().chain(self.specials.iter().map(|(_, bin)| bin));
        bins.map(|bin| bin.woe).chain([self.missing.map_or(0.0, |bin| bin.woe)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_levels_are_pooled_and_take_the_unseen() {
        let levels: Vec<String> = (0..10_000).map(|level| format!("level {level}")).collect();
        let codes: Vec<u32> = (0..30_000).map(|row| if row % 3 == 0 { row / 3 } else { row % 3 }).collect();
        let bad: Vec<bool> = (0..30_000).map(|row| row % 3 == 1 && row % 5 == 0 || row % 30 == 0).collect();
        let bins = bin_categories(&codes, &levels, &bad, None, &BinningOptions::default()).unwrap();
        assert!(bins.bins.len() <= 10);
        assert!(bins.groups[bins.unseen].len() > 9_000);
        assert_eq!(bins.groups.iter().map(Vec::len).sum::<usize>(), 10_000);
        assert_eq!(bins.assign(&[u32::MAX], 10_000), [u16::try_from(bins.bins.len()).unwrap()]);
    }

    /// The information value of the best of all ways to group so few levels, neighbours by bad rate or not.
    fn best_of_all_groupings(levels: &[Totals], most: usize) -> f64 {
        fn place(levels: &[Totals], groups: &mut Vec<Totals>, most: usize, all: Totals, best: &mut f64) {
            let Some((next, rest)) = levels.split_first() else {
                if groups.iter().all(|group| group.goods >= 1.0 && group.bads >= 1.0) {
                    *best = best.max(groups.iter().map(|group| Bin::new(*group, all).iv).sum());
                }
                return;
            };
            for index in 0..groups.len() {
                let before = groups[index];
                groups[index] = before.plus(*next);
                place(rest, groups, most, all, best);
                groups[index] = before;
            }
            if groups.len() < most {
                groups.push(*next);
                place(rest, groups, most, all, best);
                groups.pop();
            }
        }
        let all = levels.iter().fold(Totals::default(), |sum, level| sum.plus(*level));
        let mut best = 0.0;
        place(levels, &mut Vec::new(), most, all, &mut best);
        best
    }

    proptest::proptest! {
        /// Where no size binds, the best groups of categories are neighbours by bad rate: the merge finds the best grouping of all.
        #[test]
        fn no_grouping_beats_it(counts in proptest::collection::vec((1_u32..30, 1_u32..30), 2..7), most in 1_usize..5) {
            let levels: Vec<String> = (0..counts.len()).map(|level| level.to_string()).collect();
            let (mut codes, mut bad) = (Vec::new(), Vec::new());
            for (level, (goods, bads)) in (0_u32..).zip(&counts) {
                codes.extend(std::iter::repeat_n(level, (goods + bads) as usize));
                bad.extend((0..goods + bads).map(|row| row < *bads));
            }
            let options = BinningOptions { max_bins: most, min_share: 0.0, rare_share: 0.0, ..BinningOptions::default() };
            let found = bin_categories(&codes, &levels, &bad, None, &options).unwrap();
            let totals: Vec<Totals> =
                counts.iter().map(|(g, b)| Totals { goods: f64::from(*g), bads: f64::from(*b) }).collect();
            let best = best_of_all_groupings(&totals, most);
            proptest::prop_assert!((found.iv - best).abs() < 1e-9, "{} {}", found.iv, best);
        }
    }
}
