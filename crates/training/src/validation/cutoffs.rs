//! What each cut-off would have meant.

use serde::{Deserialize, Serialize};

use super::{distribution::round_edges, ranked::Ranked};
use crate::{Error, Result};

/// What happens where everybody with a score of at least `cut` is approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CutOffRow {
    /// Lowest score that is approved.
    pub cut: f64,
    /// Approved (weight).
    pub approved: f64,
    /// Approved as a share of all, 0–1.
    pub approval_rate: f64,
    /// Bads as a share of the approved, 0–1; absent where nobody is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad_rate: Option<f64>,
    /// Share of all bads that is declined, 0–1.
    pub bads_declined: f64,
    /// Share of all goods that is declined, 0–1.
    pub goods_declined: f64,
    /// Bads as a share of the declined, 0–1; absent where nobody is declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined_bad_rate: Option<f64>,
}

/// One row a cut, in ascending order.
///
/// # Errors
/// [`Error::Validation`] as for [`super::measure`], and where a cut is NaN.
pub fn cut_offs(scores: &[f64], bad: &[bool], weights: Option<&[f64]>, cuts: &[f64]) -> Result<Vec<CutOffRow>> {
    if cuts.iter().any(|cut| cut.is_nan()) {
        return Err(Error::Validation("a cut-off is not a number".to_owned()));
    }
    let ranked = Ranked::new(scores, bad, weights)?;
    let mut cuts = cuts.to_vec();
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    let mut levels = ranked.levels.iter().peekable();
    let (mut goods, mut bads) = (0.0, 0.0);
    let rate = |bads: f64, all: f64| (all > 0.0).then(|| bads / all);
    Ok(cuts
        .into_iter()
        .map(|cut| {
            while let Some(level) = levels.next_if(|level| level.value < cut) {
                goods += level.goods;
                bads += level.bads;
            }
            // Differences of sums: rounding must not leave a sliver of approved where all are declined.
            let nobody_left = levels.peek().is_none();
            let approved = if nobody_left { 0.0 } else { ranked.total() - goods - bads };
            CutOffRow {
                cut,
                approved,
                approval_rate: approved / ranked.total(),
                bad_rate: rate((ranked.bads - bads).max(0.0), approved),
                bads_declined: bads / ranked.bads,
                goods_declined: goods / ranked.goods,
                declined_bad_rate: rate(bads, goods + bads),
            }
        })
        .collect())
}

/// About `count` round scores that span the sample: from the second-lowest round number up, so that each declines somebody
/// and the last still approves somebody wherever the scores allow it.
///
/// # Errors
/// [`Error::Validation`] as for [`super::measure`].
pub fn suggested_cuts(scores: &[f64], bad: &[bool], weights: Option<&[f64]>, count: usize) -> Result<Vec<f64>> {
    let (lowest, highest) = Ranked::new(scores, bad, weights)?.range();
    let edges = round_edges(lowest, highest, count);
    Ok(edges.into_iter().filter(|edge| *edge > lowest && *edge <= highest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_table() {
        let scores = [400.0, 450.0, 500.0, 500.0, 550.0];
        let bad = [true, false, true, false, false];
        let rows = cut_offs(&scores, &bad, None, &[500.0, 450.0, 600.0, 450.0, 0.0]).unwrap();
        assert_eq!(rows.iter().map(|r| r.cut).collect::<Vec<_>>(), [0.0, 450.0, 500.0, 600.0]);
        assert_eq!((rows[0].approval_rate, rows[0].bad_rate, rows[0].declined_bad_rate), (1.0, Some(0.4), None));
        assert_eq!((rows[1].approval_rate, rows[1].bad_rate, rows[1].bads_declined), (0.8, Some(0.25), 0.5));
        assert_eq!((rows[2].approved, rows[2].goods_declined), (3.0, 1.0 / 3.0));
        assert_eq!((rows[3].approval_rate, rows[3].bad_rate, rows[3].bads_declined), (0.0, None, 1.0));
    }

    #[test]
    fn suggested_cuts_each_decline_and_approve_somebody() {
        let scores = [413.0, 460.0, 555.0, 689.0];
        let bad = [true, true, false, false];
        let cuts = suggested_cuts(&scores, &bad, None, 6).unwrap();
        assert_eq!(cuts, [450.0, 500.0, 550.0, 600.0, 650.0]);
        assert!(cut_offs(&scores, &bad, None, &[f64::NAN]).is_err());
    }
}
