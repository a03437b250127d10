//! Weights of evidence that an applicant had no part in.
//!
//! Bins learnt from a row make it look well told: regressed on its own weight of evidence, pure noise is worth points, the
//! more the fewer bads there are. So what the regression sees of a row are bins that were learnt without the row's fold
//! (cross-fitting; Chernozhukov et al., *Econometrics Journal* 21, 2018; for coded categories Micci-Barreca, *SIGKDD
//! Explorations* 3, 2001). Coefficients of what does not hold fall towards 0, and p-values and information values are
//! honest. The scorecard itself has the bins of all rows.

use super::{binned::Bins, fitting::Material};
use crate::{Result, binning::BinningOptions, table::kfold, weighting::effective_size};

/// Records of the rarer class from which on it makes no difference: the information value that chance gives ten bins is
/// then below any limit in use.
const ENOUGH: f64 = 10_000.0;

/// The rows of each fold, and those that its bins are learnt from.
pub(super) struct Folds {
    parts: Vec<(Vec<u32>, Vec<u32>)>,
}

/// A column as the regression sees it.
pub(super) struct Crossed {
    /// One a row of the table.
    pub(super) codes: Vec<u16>,
    /// WoE by code: the codes of one fold follow those of another.
    pub(super) woe: Vec<f64>,
    /// Mean WoE of the goods less that of the bads: the information value with shares of rows that were not learnt from. Of
    /// noise it is as often below 0 as above.
    pub(super) iv: f64,
}

impl Folds {
    /// The folds of these rows: as many as asked for in small samples, fewer in larger ones. `None` where there are enough
    /// rows, or fewer than two folds are asked for.
    pub(super) fn of(material: &Material<'_>, rows: &[u32], folds: usize) -> Option<Self> {
        let bad = super::binned::gather(material.bad, rows);
        let class = |class: bool| {
            let of_class = rows.iter().zip(&bad).filter(move |(_, bad)| **bad == class);
            effective_size(of_class.map(|(row, _)| material.weight(*row)))
        };
        let rarer = class(true).min(class(false));
        if folds < 2 || rarer >= ENOUGH {
            return None;
        }
        let folds = folds.min((ENOUGH / rarer.max(1.0)).ceil() as usize).max(2);
        let named = |places: Vec<u32>| super::binned::gather(rows, &places);
        // A stream of its own: the outer folds of a cross-validation are drawn by the seed itself.
        let seed = material.options.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let parts = kfold(&bad, folds, seed).into_iter().map(|split| (named(split.test), named(split.train)));
        Some(Self { parts: parts.collect() })
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.parts.len()
    }

    /// What the bins of the other folds say of each row.
    pub(super) fn cross(&self, material: &Material<'_>, input: usize, options: &BinningOptions) -> Result<Crossed> {
        let Some(column) = material.table.columns.get(input) else {
            return Ok(Crossed { codes: Vec::new(), woe: Vec::new(), iv: 0.0 });
        };
        let mut crossed = Crossed { codes: vec![0; material.table.rows], woe: Vec::new(), iv: 0.0 };
        let mut sums = [(0.0, 0.0); 2];
        for (held_out, learnt_from) in &self.parts {
            let bins = Bins::of(column, learnt_from, material.bad, material.weights, options)?;
            let (first, woe) = (crossed.woe.len(), bins.woe_table());
            for (row, code) in held_out.iter().zip(bins.assign_rows(&column.data, held_out)) {
                let (place, weight) = (*row as usize, material.weight(*row));
                if let Some(to) = crossed.codes.get_mut(place) {
                    *to = u16::try_from(first + usize::from(code)).unwrap_or(u16::MAX);
                }
                let bad = material.bad.get(place) == Some(&true);
                let (sum, total) = &mut sums[usize::from(bad)];
                *sum += weight * woe.get(usize::from(code)).copied().unwrap_or(0.0);
                *total += weight;
            }
            crossed.woe.extend(woe);
        }
        let [(goods, good_weight), (bads, bad_weight)] = sums;
        crossed.iv = goods / good_weight - bads / bad_weight;
        Ok(crossed)
    }
}
