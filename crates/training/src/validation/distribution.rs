//! Score distribution by class, in bands of equal width.

use serde::{Deserialize, Serialize};

use super::ranked::Ranked;
use crate::Result;

/// A band of scores, `[from, to)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistributionBand {
    /// Lowest score of the band.
    pub from: f64,
    /// First score above the band.
    pub to: f64,
    /// Goods (weight).
    pub goods: f64,
    /// Bads (weight).
    pub bads: f64,
    /// Share of all goods, 0–1.
    pub share_of_goods: f64,
    /// Share of all bads, 0–1.
    pub share_of_bads: f64,
    /// Share of all applicants, 0–1.
    pub share: f64,
    /// Bads as a share of the band, 0–1; absent where the band is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad_rate: Option<f64>,
}

/// The distribution in about `bands` bands (never more than twice as many), their ends on round numbers (1, 2 or 5 times a power of ten).
///
/// # Errors
/// [`crate::Error::Validation`] as for [`super::measure`].
pub fn score_distribution(
    scores: &[f64],
    bad: &[bool],
    weights: Option<&[f64]>,
    bands: usize,
) -> Result<Vec<DistributionBand>> {
    let ranked = Ranked::new(scores, bad, weights)?;
    let (lowest, highest) = ranked.range();
    let edges = round_edges(lowest, highest, bands);
    let mut levels = ranked.levels.iter().peekable();
    let mut rows = Vec::with_capacity(edges.len());
    for ends in edges.windows(2) {
        let &[from, to] = ends else { continue };
        let (mut goods, mut bads) = (0.0, 0.0);
        while let Some(level) = levels.next_if(|level| level.value < to) {
            goods += level.goods;
            bads += level.bads;
        }
        let weight = goods + bads;
        rows.push(DistributionBand {
            from,
            to,
            goods,
            bads,
            share_of_goods: goods / ranked.goods,
            share_of_bads: bads / ranked.bads,
            share: weight / ranked.total(),
            bad_rate: (weight > 0.0).then(|| bads / weight),
        });
    }
    Ok(rows)
}

/// Ascending round numbers, the first at most `lowest`, the last above `highest`.
pub(super) fn round_edges(lowest: f64, highest: f64, bands: usize) -> Vec<f64> {
    let step = round_step((highest - lowest) / bands.max(1) as f64);
    let first = (lowest / step).floor();
    let last = (highest / step).floor() + 1.0;
    // Beyond 2^53 steps neighbouring edges are one and the same number; such a range is one band.
    if !(last - first).is_finite() || last - first > 4.0 * bands.max(1) as f64 + 4.0 || first * step >= last * step {
        return vec![lowest, highest.next_up()];
    }
    (0..=(last - first) as u32).map(|i| tidy(first + f64::from(i), step)).collect()
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `width`; 1 where there is no width.
fn round_step(width: f64) -> f64 {
    if !(width.is_finite() && width > 0.0) {
        return 1.0;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(width)));
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= width * (1.0 - 1e-9));
    step.unwrap_or(10.0 * power)
}

/// `count · step` without the tail of binary digits, e.g. 0.3 rather than 0.30000000000000004.
fn tidy(count: f64, step: f64) -> f64 {
    if step >= 1.0 { count * step } else { count / (1.0 / step).round() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_round_and_cover_everything() {
        assert_eq!(round_edges(413.0, 689.0, 6), [400.0, 450.0, 500.0, 550.0, 600.0, 650.0, 700.0]);
        assert_eq!(round_edges(0.0, 0.4, 4), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
        assert_eq!(round_edges(7.0, 7.0, 10), [7.0, 8.0]);
        assert_eq!(round_edges(1e300, 1e300, 3), [1e300, 1e300_f64.next_up()]);
        assert_eq!(round_edges(-1e308, 1e308, 3), [-1e308, 1e308_f64.next_up()]);
    }

    #[test]
    fn a_hand_worked_distribution() {
        let scores = [410.0, 450.0, 455.0, 620.0];
        let bands = score_distribution(&scores, &[true, true, false, false], None, 5).unwrap();
        assert_eq!(bands.len(), 5);
        assert_eq!((bands[0].from, bands[0].to, bands[0].goods, bands[0].bads), (400.0, 450.0, 0.0, 1.0));
        assert_eq!((bands[1].share_of_goods, bands[1].share_of_bads, bands[1].bad_rate), (0.5, 0.5, Some(0.5)));
        assert_eq!(bands[2].bad_rate, None);
        assert!((bands.iter().map(|b| b.share).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
