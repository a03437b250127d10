//! Gains and lift.

use serde::{Deserialize, Serialize};

use super::{groups::equal_groups, ranked::Ranked};
use crate::Result;

/// One group of a gains table; the first holds the lowest scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GainsRow {
    /// Lowest score of the group.
    pub from: f64,
    /// Highest score of the group.
    pub to: f64,
    /// Goods (weight).
    pub goods: f64,
    /// Bads (weight).
    pub bads: f64,
    /// Bads as a share of the group, 0–1.
    pub bad_rate: f64,
    /// The group's bad rate over that of all: 2 means twice as many bads as drawn by chance.
    pub lift: f64,
    /// Share of all applicants in this group and those below, 0–1.
    pub cumulative_share: f64,
    /// Share of all bads in this group and those below (the gain), 0–1.
    pub cumulative_bads: f64,
    /// Share of all goods in this group and those below, 0–1.
    pub cumulative_goods: f64,
    /// `cumulative_bads / cumulative_share`.
    pub cumulative_lift: f64,
}

/// Gains and lift in `groups` groups of nearly equal weight, worst scores first (Siddiqi 2006, ch. 6). Equal scores stay together.
///
/// # Errors
/// [`crate::Error::Validation`] as for [`super::measure`].
pub fn gains(scores: &[f64], bad: &[bool], weights: Option<&[f64]>, groups: usize) -> Result<Vec<GainsRow>> {
    let ranked = Ranked::new(scores, bad, weights)?;
    let all_rate = ranked.bads / ranked.total();
    let (mut goods, mut bads) = (0.0, 0.0);
    let rows = equal_groups(&ranked, groups.max(1)).into_iter().filter(|group| group.weight() > 0.0);
    Ok(rows
        .map(|group| {
            goods += group.goods;
            bads += group.bads;
            let bad_rate = group.bads / group.weight();
            let cumulative_share = (goods + bads) / ranked.total();
            let cumulative_bads = bads / ranked.bads;
            GainsRow {
                from: group.from,
                to: group.to,
                goods: group.goods,
                bads: group.bads,
                bad_rate,
                lift: bad_rate / all_rate,
                cumulative_share,
                cumulative_bads,
                cumulative_goods: goods / ranked.goods,
                cumulative_lift: cumulative_bads / cumulative_share,
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_table() {
        // Ten applicants, four bads: three among the five lowest scores.
        let scores: Vec<f64> = (1..=10).map(f64::from).collect();
        let bad = [true, true, false, true, false, false, false, true, false, false];
        let rows = gains(&scores, &bad, None, 2).unwrap();
        assert_eq!(rows.len(), 2);
        let first = &rows[0];
        assert_eq!((first.from, first.to, first.goods, first.bads, first.bad_rate), (1.0, 5.0, 2.0, 3.0, 0.6));
        assert!((first.lift - 1.5).abs() < 1e-12);
        assert_eq!((first.cumulative_share, first.cumulative_bads), (0.5, 0.75));
        assert!((first.cumulative_lift - 1.5).abs() < 1e-12);
        let last = &rows[1];
        assert_eq!((last.cumulative_share, last.cumulative_bads, last.cumulative_goods), (1.0, 1.0, 1.0));
        assert!((last.cumulative_lift - 1.0).abs() < 1e-12);
    }
}
