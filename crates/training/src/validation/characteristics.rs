//! The bins of a characteristic on any sample.

use serde::{Deserialize, Serialize};

use super::ranked::{check_lengths, check_weights};
use crate::{
    Error, Result,
    binning::{Bin, Totals},
};

/// One bin of a characteristic on one sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BinRow {
    /// The bin in words, e.g. `[12, 24)`.
    pub label: String,
    /// Number of applicants (a sum of weights where weighted).
    pub count: f64,
    /// Share of all applicants, 0–1.
    pub share: f64,
    /// Goods (weight).
    pub goods: f64,
    /// Bads (weight).
    pub bads: f64,
    /// Bads as a share of the bin, 0–1; absent where the bin is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad_rate: Option<f64>,
    /// Weight of evidence on this sample, as [`Bin::new`]; in a report that of a missing or special bin as [`Bin::apart`].
    pub woe: f64,
    /// The bin's part of the information value on this sample, always as [`Bin::new`].
    pub iv: f64,
    /// Points; absent where the characteristic is not in the scorecard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<f64>,
}

/// The table of a characteristic on a sample: `bin_of_row` holds, for each applicant, an index into `labels`; `points` are
/// one a label, or none at all.
///
/// # Errors
/// [`Error::Validation`] where lengths differ, a weight is unfit, or an index lies beyond `labels`.
pub fn characteristic_table(
    bin_of_row: &[u16],
    labels: &[String],
    points: &[Option<f64>],
    bad: &[bool],
    weights: Option<&[f64]>,
) -> Result<Vec<BinRow>> {
    check_lengths(&[("bin indices", bin_of_row.len()), ("outcomes", bad.len())])?;
    if !points.is_empty() {
        check_lengths(&[("labels", labels.len()), ("points", points.len())])?;
    }
    check_weights(weights, bad.len())?;
    let mut bins = vec![Totals::default(); labels.len()];
    let mut all = Totals::default();
    for (row, (bin, &is_bad)) in bin_of_row.iter().zip(bad).enumerate() {
        let weight = weights.and_then(|weights| weights.get(row).copied()).unwrap_or(1.0);
        let Some(totals) = bins.get_mut(usize::from(*bin)) else {
            return Err(Error::Validation(format!(
                "row {row} (counted from 0) is in bin {bin}, but there are only {} labels",
                labels.len()
            )));
        };
        totals.add(is_bad, weight);
        all.add(is_bad, weight);
    }
    let rows = bins.into_iter().zip(labels).enumerate().map(|(place, (totals, label))| {
        let points = points.get(place).copied().flatten();
        BinRow::of(label.clone(), Bin::new(totals, all), all, points)
    });
    Ok(rows.collect())
}

impl BinRow {
    /// The row of a bin that is already counted; `all` are the totals of the whole sample.
    #[must_use]
    pub fn of(label: String, bin: Bin, all: Totals, points: Option<f64>) -> Self {
        let count = bin.totals.count();
        Self {
            label,
            count,
            share: if all.count() > 0.0 { count / all.count() } else { 0.0 },
            goods: bin.totals.goods,
            bads: bin.totals.bads,
            bad_rate: (count > 0.0).then(|| bin.totals.bad_rate()),
            woe: bin.woe,
            iv: bin.iv,
            points,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_table() {
        let labels = ["low".to_owned(), "high".to_owned(), "missing".to_owned()];
        let bad = [true, true, false, false, true, false];
        let rows =
            characteristic_table(&[0, 0, 0, 1, 1, 1], &labels, &[Some(10.0), Some(20.5), None], &bad, None).unwrap();
        assert_eq!((rows[0].goods, rows[0].bads, rows[0].share), (1.0, 2.0, 0.5));
        assert_eq!((rows[1].bad_rate, rows[1].points), (Some(1.0 / 3.0), Some(20.5)));
        // ln((1/3) / (2/3))
        assert!((rows[0].woe + std::f64::consts::LN_2).abs() < 1e-12);
        assert!((rows.iter().map(|r| r.iv).sum::<f64>() - 2.0 / 3.0 * std::f64::consts::LN_2).abs() < 1e-12);
        assert_eq!((rows[2].count, rows[2].bad_rate, rows[2].woe), (0.0, None, 0.0));
        let error = characteristic_table(&[3], &labels, &[], &[true], None).unwrap_err().to_string();
        assert!(error.contains("only 3 labels"), "{error}");
    }
}
