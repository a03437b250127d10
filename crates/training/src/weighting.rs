//! What weights count for: how much a sample tells whose rows do not count alike.
//!
//! A weight says how many applicants a row stands for, and not how many were seen. So weights are scaled once, where a
//! sample is taken, to add up to its effective size: rates, shares and rankings stay what they are, and whatever asks how
//! much was seen (standard errors, limits of chance, least counts, penalties) gets an honest answer.

use serde::{Deserialize, Serialize};

use crate::{Error, Result, table::Table};

/// The sizes of a weighted sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weighting {
    /// Sum of the weights as they are in the table.
    pub sum: f64,
    /// Effective size of the sample: (Σ w)² / Σ w², as many rows of equal weight as would tell as much (Kish, *Survey
    /// Sampling*, 1965, section 11.7).
    pub effective: f64,
    /// Effective size of the goods alone.
    pub effective_goods: f64,
    /// Effective size of the bads alone.
    pub effective_bads: f64,
}

impl Weighting {
    /// Weights and outcomes stand one a row.
    pub(crate) fn of(weights: &[f64], bad: &[bool]) -> Self {
        let class = |class: bool| weights.iter().zip(bad).filter(move |(_, bad)| **bad == class).map(|(w, _)| *w);
        Self {
            sum: weights.iter().sum(),
            effective: effective_size(weights.iter().copied()),
            effective_goods: effective_size(class(false)),
            effective_bads: effective_size(class(true)),
        }
    }
}

/// Kish's effective size, (Σ w)² / Σ w²; whatever the scale of the weights, and 0 where there are none above 0.
pub(crate) fn effective_size(weights: impl Iterator<Item = f64> + Clone) -> f64 {
    let greatest = weights.clone().fold(0.0, f64::max);
    if greatest <= 0.0 {
        return 0.0;
    }
    // Against the greatest, no square is too large for a number.
    let (sum, squares) = weights.map(|weight| weight / greatest).fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
    sum * sum / squares
}

/// All weights on one scale, on which those of the named rows add up to their effective size. `None` where all are alike:
/// such weights say nothing.
pub(crate) fn to_effective(weights: &[f64], rows: &[u32]) -> Option<Vec<f64>> {
    let of_rows = || rows.iter().filter_map(|row| weights.get(*row as usize)).copied();
    let greatest = of_rows().fold(0.0, f64::max);
    if greatest <= 0.0 || weights.iter().all(|weight| *weight == greatest) {
        return None;
    }
    let share: f64 = of_rows().map(|weight| weight / greatest).sum();
    let scale = effective_size(of_rows()) / share;
    Some(weights.iter().map(|weight| weight / greatest * scale).collect())
}

/// As [`to_effective`], of a sample of its own: every row counts.
pub(crate) fn all_to_effective(weights: &[f64]) -> Option<Vec<f64>> {
    let rows: Vec<u32> = (0_u32..).zip(weights).map(|(row, _)| row).collect();
    to_effective(weights, &rows)
}

/// Refuses a weight that is more than all the others of its class together, where these are several: every figure would
/// be that one row's.
pub(crate) fn refuse_dwarfing(name: &str, table: &Table, weights: &[f64], bad: &[bool]) -> Result<()> {
    const SEVERAL: usize = 10;
    for (class, what) in [(true, "bads"), (false, "goods")] {
        let of_class = || weights.iter().enumerate().zip(bad).filter(|(_, bad)| **bad == class).map(|(row, _)| row);
        let Some((row, greatest)) = of_class().max_by(|a, b| a.1.total_cmp(b.1)) else { continue };
        let others = of_class().filter(|(other, weight)| *other != row && **weight > 0.0);
        let share: f64 = others.clone().map(|(_, weight)| weight / greatest).sum();
        let count = others.count();
        if count >= SEVERAL && share < 1.0 {
            let heavy = if *greatest < 1e15 { greatest.to_string() } else { format!("{greatest:e}") };
            return Err(Error::Column {
                column: name.to_owned(),
                problem: format!(
                    "{} has the weight {heavy}, more than the {count} other {what} together: every figure would rest on \
                     that one row; a weight is how many applicants a row stands for: correct it, or leave the row out",
                    table.place(row)
                ),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_size_is_that_of_kish_whatever_the_scale() {
        // sum([1,2,3,4])**2 / sum(w*w for w in [1,2,3,4]) -> 100 / 30
        for scale in [1.0, 1e-300, 1e300, 0.01] {
            let found = effective_size([1.0, 2.0, 3.0, 4.0].into_iter().map(|weight| weight * scale));
            assert!((found - 100.0 / 30.0).abs() < 1e-12, "{found}");
        }
        assert_eq!(effective_size([7.0; 81].into_iter()), 81.0);
        assert_eq!((effective_size([].into_iter()), effective_size([0.0, 0.0].into_iter())), (0.0, 0.0));
        assert_eq!(effective_size([0.0, 3.0, 3.0].into_iter()), 2.0);
    }

    #[test]
    fn weights_are_scaled_to_the_effective_size_of_the_rows_that_count() {
        let scaled = to_effective(&[1.0, 2.0, 3.0, 4.0, 90.0], &[0, 1, 2, 3]).unwrap();
        assert!((scaled[..4].iter().sum::<f64>() - 100.0 / 30.0).abs() < 1e-12);
        assert!((scaled[4] / scaled[0] - 90.0).abs() < 1e-9);
        assert_eq!(to_effective(&[0.1, 0.1, 5.0], &[0, 1]), Some(vec![1.0, 1.0, 50.0]));
        assert_eq!(to_effective(&[0.1, 0.1, 0.1], &[0, 1]), None);
        assert_eq!(all_to_effective(&[0.0, 2.0, 2.0]), Some(vec![0.0, 1.0, 1.0]));
    }
}
