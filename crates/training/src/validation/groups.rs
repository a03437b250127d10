//! Equal groups of a ranked sample.

use super::ranked::{Level, Ranked};

/// Levels that belong together, with their sums.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// Lowest value of the group.
    pub(crate) from: f64,
    /// Highest value of the group.
    pub(crate) to: f64,
    /// Weight of its goods.
    pub(crate) goods: f64,
    /// Weight of its bads.
    pub(crate) bads: f64,
    /// Its rows.
    pub(crate) rows: u64,
    /// Σ weight².
    pub(crate) squares: f64,
    /// Σ weight · value.
    pub(crate) weighted_sum: f64,
}

/// At most `count` groups of nearly equal weight, in ascending order of value; equal values are never parted, so that
/// groups differ in size where there are many ties, and a heavy value may leave fewer groups.
///
/// A level belongs to the group in which its middle lies: ⌊count · (weight below + half its own) / all⌋.
pub(crate) fn equal_groups(ranked: &Ranked, count: usize) -> Vec<Group> {
    let total = ranked.total();
    let mut groups: Vec<Group> = Vec::with_capacity(count);
    let (mut below, mut last) = (0.0, usize::MAX);
    for level in &ranked.levels {
        let weight = level.goods + level.bads;
        let place = (count as f64 * (below + weight / 2.0) / total) as usize;
        below += weight;
        match groups.last_mut() {
            Some(group) if place == last => group.take(level),
            _ => groups.push(Group::of(level)),
        }
        last = place;
    }
    groups
}

impl Group {
    fn of(level: &Level) -> Self {
        let (from, to) = (level.value, level.value);
        let mut group = Self { from, to, goods: 0.0, bads: 0.0, rows: 0, squares: 0.0, weighted_sum: 0.0 };
        group.take(level);
        group
    }

    fn take(&mut self, level: &Level) {
        self.to = level.value;
        self.goods += level.goods;
        self.bads += level.bads;
        self.rows += level.rows;
        self.squares += level.squares;
        self.weighted_sum += (level.goods + level.bads) * level.value;
    }

    /// Effective size of the group, (Σ w)² / Σ w²: its rows where these count alike.
    pub(crate) fn effective(&self) -> f64 {
        self.weight() * self.weight() / self.squares
    }

    /// Weight of the group.
    pub(crate) fn weight(&self) -> f64 {
        self.goods + self.bads
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_values_make_ten_tens_and_ties_stay_together() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let bad: Vec<bool> = (0..100).map(|i| i % 3 == 0).collect();
        let groups = equal_groups(&Ranked::new(&values, &bad, None).unwrap(), 10);
        assert_eq!(groups.iter().map(|g| g.rows).collect::<Vec<_>>(), [10; 10]);
        assert_eq!((groups[3].from, groups[3].to, groups[3].weighted_sum), (30.0, 39.0, 345.0));

        let tied: Vec<f64> = (0..100).map(|i| f64::from(i).max(60.0)).collect();
        let groups = equal_groups(&Ranked::new(&tied, &bad, None).unwrap(), 10);
        assert_eq!(groups.iter().map(|g| g.rows).sum::<u64>(), 100);
        assert_eq!(groups[0].rows, 61);
    }
}
