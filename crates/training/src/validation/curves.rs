//! Points of the ROC and KS curves.

use serde::{Deserialize, Serialize};

use super::ranked::Ranked;
use crate::Result;

/// What would be declined if everybody at or below a score were.
///
/// The ROC curve is `bads` (true positive rate) over `goods` (false positive rate); the KS curve is both over `score`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The score; absent in the first point, below which nobody scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Share of all goods with this score or less, 0–1.
    pub goods: f64,
    /// Share of all bads with this score or less, 0–1.
    pub bads: f64,
}

/// The curve from (0, 0) to (1, 1), one point a distinct score, thinned to about `at_most` points.
///
/// Where there are more scores than that, a point is kept when the path along both shares has moved on by `2 / at_most`
/// since the last, and the point of the KS statistic is always kept: what is drawn does not change visibly.
///
/// # Errors
/// [`crate::Error::Validation`] as for [`super::measure`].
pub fn curve(scores: &[f64], bad: &[bool], weights: Option<&[f64]>, at_most: usize) -> Result<Vec<CurvePoint>> {
    let ranked = Ranked::new(scores, bad, weights)?;
    let (mut goods, mut bads) = (0.0, 0.0);
    let all: Vec<CurvePoint> = ranked
        .levels
        .iter()
        .map(|level| {
            goods += level.goods;
            bads += level.bads;
            CurvePoint {
                score: Some(level.value),
                goods: (goods / ranked.goods).min(1.0),
                bads: (bads / ranked.bads).min(1.0),
            }
        })
        .collect();
    let start = CurvePoint { score: None, goods: 0.0, bads: 0.0 };
    let thin = all.len() > at_most.max(2);
    let step = 2.0 / at_most.max(2) as f64;
    let distance = |p: &CurvePoint| (p.bads - p.goods).abs();
    let ks = all.iter().enumerate().max_by(|a, b| distance(a.1).total_cmp(&distance(b.1))).map(|(place, _)| place);
    let last = all.len().saturating_sub(1);
    let mut points = vec![start];
    let mut kept = start;
    for (place, point) in all.iter().enumerate() {
        let moved = point.goods - kept.goods + point.bads - kept.bads;
        if !thin || moved >= step || place == last || Some(place) == ks {
            points.push(*point);
            kept = *point;
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_curve() {
        let points = curve(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false], None, 100).unwrap();
        let shares: Vec<_> = points.iter().map(|p| (p.score, p.goods, p.bads)).collect();
        assert_eq!(shares, [(None, 0.0, 0.0), (Some(1.0), 0.0, 0.5), (Some(2.0), 0.5, 1.0), (Some(3.0), 1.0, 1.0)]);
    }

    #[test]
    fn thinning_keeps_the_ends_and_the_ks() {
        let scores: Vec<f64> = (0..10_000).map(|i| f64::from((i * 7919) % 10_007)).collect();
        let bad: Vec<bool> = (0..10_000).map(|i| (i * 31) % 97 < 20 + i % 3).collect();
        let points = curve(&scores, &bad, None, 100).unwrap();
        assert!((50..=110).contains(&points.len()), "{}", points.len());
        let last = points[points.len() - 1];
        assert_eq!((last.goods, last.bads), (1.0, 1.0));
        let greatest = points.iter().map(|p| (p.bads - p.goods).abs()).fold(0.0, f64::max);
        let (ks, _) = crate::validation::ks(&scores, &bad, None).unwrap();
        assert!((greatest - ks).abs() < 1e-12);
    }
}
