//! The points that an applicant's are compared with when reasons are drawn.
//!
//! 12 CFR 1002.9, comment 9(b)(2)-5, accepts comparison with the average of all applicants, or with the average of
//! those at or slightly above the cut-off; the maximum is the third method in use.

use scorecard::{Points, model::Baselines};

/// Decimals of a mean.
const DECIMALS: u32 = 2;
/// Fewest applicants that an average at the cut-off may rest on.
const FEWEST: usize = 50;

/// Baselines by characteristic, and how they were made, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// One a characteristic.
    pub characteristics: Vec<Baselines>,
    /// Sample, cut-off and counts.
    pub note: String,
}

/// Baselines under all three methods.
///
/// `points` are by characteristic and code, `codes` by characteristic, one a row of the table; `scores` and `weights`
/// stand one a row of the table; `rows` are those of the development sample. "Slightly above" is a band of `band`
/// points from the cut-off on, widened until it holds 50 applicants or all that there are.
#[must_use]
pub fn baselines(
    points: &[Vec<Points>],
    codes: &[&[u16]],
    scores: &[f64],
    weights: Option<&[f64]>,
    rows: &[u32],
    cutoff: f64,
    band: f64,
) -> Baseline {
    let score = |row: &u32| scores.get(*row as usize).copied().unwrap_or(f64::NAN);
    let above = rows.iter().filter(|row| score(row) >= cutoff).count();
    let mut width = band;
    let mut near: Vec<u32> = Vec::new();
    if above > 0 {
        loop {
            near = rows.iter().copied().filter(|row| score(row) >= cutoff && score(row) < cutoff + width).collect();
            if near.len() >= FEWEST.min(above) {
                break;
            }
            width *= 2.0;
        }
    }
    let characteristics = points
        .iter()
        .zip(codes)
        .map(|(points, codes)| Baselines {
            maximum: points.iter().copied().max(),
            mean: mean(points, codes, weights, rows),
            mean_at_cutoff: mean(points, codes, weights, &near),
            stated: None,
        })
        .collect();
    let at_cutoff = if near.is_empty() {
        format!("no applicant reaches the cut-off of {cutoff}, so mean_at_cutoff is not given")
    } else {
        format!("mean_at_cutoff: the {} with scores from {cutoff} to below {}", near.len(), cutoff + width)
    };
    let note = format!(
        "maximum: the most points of any attribute; mean: all {} applicants of the development sample; {at_cutoff}.",
        rows.len()
    );
    Baseline { characteristics, note }
}

/// Weighted mean points of some rows; `None` where they weigh nothing.
fn mean(points: &[Points], codes: &[u16], weights: Option<&[f64]>, rows: &[u32]) -> Option<Points> {
    let (mut sum, mut total) = (0.0, 0.0);
    for row in rows {
        let index = *row as usize;
        let weight = weights.map_or(1.0, |weights| weights.get(index).copied().unwrap_or(0.0));
        let worth = codes.get(index).and_then(|code| points.get(usize::from(*code)))?;
        sum += weight * worth.to_f64();
        total += weight;
    }
    if total > 0.0 { Points::rounded(sum / total, DECIMALS) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_methods_three_figures() {
        let points = vec![vec![Points::from(10), Points::from(30)]];
        let codes: Vec<u16> = (0..400).map(|row| u16::from(row % 4 == 0)).collect();
        let scores: Vec<f64> = codes.iter().map(|code| 500.0 + 20.0 * f64::from(*code)).collect();
        let rows: Vec<u32> = (0..400).collect();
        let made = baselines(&points, &[&codes], &scores, None, &rows, 510.0, 10.0);
        let b = &made.characteristics[0];
        assert_eq!((b.maximum, b.mean, b.mean_at_cutoff), (Some(30.into()), Some(15.into()), Some(30.into())));
        assert!(made.note.contains("the 100 with scores from 510 to below 530"), "{}", made.note);
        let none = baselines(&points, &[&codes], &scores, None, &rows, 600.0, 10.0);
        assert_eq!(none.characteristics[0].mean_at_cutoff, None);
    }
}
