//! A sample in the order of its scores, equal scores gathered.

use crate::{Error, Result};

/// The applicants of one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Level {
    /// The score (or probability).
    pub(crate) value: f64,
    /// Weight of the goods at this score.
    pub(crate) goods: f64,
    /// Weight of the bads at this score.
    pub(crate) bads: f64,
    /// Number of rows at this score.
    pub(crate) rows: u64,
    /// Sum of the squares of their weights.
    pub(crate) squares: f64,
}

/// A sample in ascending order of score.
#[derive(Debug, Clone)]
pub(crate) struct Ranked {
    /// One element a distinct score, ascending.
    pub(crate) levels: Vec<Level>,
    /// Weight of all goods, above zero.
    pub(crate) goods: f64,
    /// Weight of all bads, above zero.
    pub(crate) bads: f64,
}

impl Ranked {
    /// Gathers equal values.
    ///
    /// # Errors
    /// [`Error::Validation`] where lengths differ, a value or weight is not finite, or a class is absent.
    pub(crate) fn new(values: &[f64], bad: &[bool], weights: Option<&[f64]>) -> Result<Self> {
        check(values, bad, weights)?;
        let mut levels: Vec<Level> = Vec::new();
        let (mut all_goods, mut all_bads) = (0.0, 0.0);
        for row in ascending(values) {
            // The order holds each index of `values` once, and `check` made the slices equally long.
            let (Some(&value), Some(&is_bad)) = (values.get(row), bad.get(row)) else { continue };
            let weight = weights.and_then(|w| w.get(row).copied()).unwrap_or(1.0);
            let (goods, bads) = if is_bad { (0.0, weight) } else { (weight, 0.0) };
            all_goods += goods;
            all_bads += bads;
            match levels.last_mut() {
                Some(level) if level.value == value => {
                    level.goods += goods;
                    level.bads += bads;
                    level.rows += 1;
                    level.squares += weight * weight;
                }
                _ => levels.push(Level { value, goods, bads, rows: 1, squares: weight * weight }),
            }
        }
        Ok(Self { levels, goods: all_goods, bads: all_bads })
    }

    /// Weight of all applicants.
    pub(crate) fn total(&self) -> f64 {
        self.goods + self.bads
    }

    /// Lowest and highest value.
    pub(crate) fn range(&self) -> (f64, f64) {
        let ends = self.levels.first().zip(self.levels.last());
        ends.map_or((0.0, 0.0), |(low, high)| (low.value, high.value))
    }
}

/// Indices of the values in ascending order; equal values in the order of their index.
fn ascending(values: &[f64]) -> impl Iterator<Item = usize> {
    // Adding zero makes -0 and 0 one value.
    let mut order: Vec<(f64, usize)> = values.iter().enumerate().map(|(row, value)| (value + 0.0, row)).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order.into_iter().map(|(_, row)| row)
}

/// Checks that slices are equally long, numbers finite, weights not negative, and both classes present.
pub(crate) fn check(values: &[f64], bad: &[bool], weights: Option<&[f64]>) -> Result<()> {
    check_lengths(&[("values", values.len()), ("outcomes", bad.len())])?;
    if let Some(row) = values.iter().position(|v| !v.is_finite()) {
        return Err(Error::Validation(format!(
            "the value of row {row} (counted from 0) is not a finite number; score every row or leave it out"
        )));
    }
    check_weights(weights, bad.len())?;
    let weight = |row: usize| weights.map_or(1.0, |w| w.get(row).copied().unwrap_or(0.0));
    for (wanted, class) in [(true, "bad"), (false, "good")] {
        let present = bad.iter().enumerate().any(|(row, &is_bad)| is_bad == wanted && weight(row) > 0.0);
        if !present {
            return Err(Error::Validation(format!(
                "the sample of {} rows has no {class}, and nothing can be said of how a score separates; use a larger \
                 sample or check the target",
                bad.len()
            )));
        }
    }
    Ok(())
}

/// Checks that slices are equally long.
pub(crate) fn check_lengths(named: &[(&str, usize)]) -> Result<()> {
    let Some(((first, expected), rest)) = named.split_first() else { return Ok(()) };
    for (name, length) in rest {
        if length != expected {
            return Err(Error::Validation(format!(
                "there are {expected} {first} but {length} {name}; give one of each a row"
            )));
        }
    }
    Ok(())
}

/// Checks that weights, where given, are one a row, finite and not negative.
pub(crate) fn check_weights(weights: Option<&[f64]>, rows: usize) -> Result<()> {
    let Some(weights) = weights else { return Ok(()) };
    check_lengths(&[("rows", rows), ("weights", weights.len())])?;
    match weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
        Some(row) => Err(Error::Validation(format!(
            "the weight of row {row} (counted from 0) is negative or not a finite number; weights are zero or more"
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_are_one_level() {
        let ranked = Ranked::new(&[2.0, -0.0, 1.0, 0.0], &[false, true, true, false], Some(&[1.0, 2.0, 3.0, 4.0]));
        let ranked = ranked.unwrap();
        assert_eq!(
            ranked.levels,
            [
                Level { value: 0.0, goods: 4.0, bads: 2.0, rows: 2, squares: 20.0 },
                Level { value: 1.0, goods: 0.0, bads: 3.0, rows: 1, squares: 9.0 },
                Level { value: 2.0, goods: 1.0, bads: 0.0, rows: 1, squares: 1.0 },
            ]
        );
        assert_eq!((ranked.goods, ranked.bads), (5.0, 5.0));
    }

    #[test]
    fn what_cannot_be_measured_is_refused_with_a_reason() {
        let refused = |values: &[f64], bad: &[bool], weights: Option<&[f64]>| {
            Ranked::new(values, bad, weights).unwrap_err().to_string()
        };
        assert!(refused(&[1.0], &[true, false], None).contains("1 values but 2 outcomes"));
        assert!(refused(&[1.0, f64::NAN], &[true, false], None).contains("row 1"));
        assert!(refused(&[1.0, 2.0], &[true, true], None).contains("no good"));
        assert!(refused(&[], &[], None).contains("no bad"));
        assert!(refused(&[1.0, 2.0], &[true, false], Some(&[1.0, -1.0])).contains("weight of row 1"));
        assert!(refused(&[1.0, 2.0], &[true, false], Some(&[0.0, 1.0])).contains("no bad"));
    }
}
