//! Bins, selection and regression on some rows of a table: what is done once for the scorecard and once a fold.

use rayon::prelude::*;

use super::{TrainOptions, binned::Bins};
use crate::{
    Error, Result,
    regression::{Characteristic, Design},
    selection::{Selection, select},
    table::Table,
};

/// The table and what is the same whatever rows are learnt from.
#[derive(Clone, Copy)]
pub(super) struct Material<'a> {
    pub(super) table: &'a Table,
    pub(super) bad: &'a [bool],
    pub(super) weights: Option<&'a [f64]>,
    /// Columns that may be scored.
    pub(super) inputs: &'a [usize],
    pub(super) options: &'a TrainOptions,
}

/// What was learnt from some rows.
pub(super) struct Learnt {
    /// One an input.
    pub(super) bins: Vec<Bins>,
    /// One an input, one a row of the table.
    pub(super) codes: Vec<Vec<u16>>,
    /// WoE by code, one an input.
    pub(super) woe: Vec<Vec<f64>>,
    /// Indices are into the inputs.
    pub(super) selection: Selection,
}

impl Material<'_> {
    fn name(&self, input: usize) -> &str {
        self.inputs.get(input).and_then(|index| self.table.columns.get(*index)).map_or("", |column| &column.name)
    }

    /// Learns from the named rows; `binned` is told of each column that is done.
    ///
    /// # Errors
    /// [`Error::Column`] for a column that tells the outcome; those of [`select`].
    pub(super) fn learn(&self, rows: &[u32], binned: &(dyn Fn() + Sync)) -> Result<Learnt> {
        let bin = |input: &usize| {
            let column = self.table.columns.get(*input).ok_or_else(|| no_column(*input))?;
            let mut options = self.options.binning.clone();
            if let Some(trend) = self.options.dictionary.entry(&column.name).trend {
                options.trend = trend;
            }
            let bins = Bins::of(column, rows, self.bad, self.weights, &options)?;
            if bins.is_perfect() {
                return Err(Error::Column {
                    column: column.name.clone(),
                    problem: "tells good from bad in every row, so it is probably known only after the outcome; leave \
                              it out with `--exclude`"
                        .into(),
                });
            }
            let codes = bins.assign(&column.data);
            binned();
            Ok((bins, codes))
        };
        let parts: Vec<(Bins, Vec<u16>)> = self.inputs.par_iter().map(bin).collect::<Result<_>>()?;
        let (bins, codes): (Vec<Bins>, Vec<Vec<u16>>) = parts.into_iter().unzip();
        let woe: Vec<Vec<f64>> = bins.iter().map(Bins::woe_table).collect();
        let ivs: Vec<f64> = bins.iter().map(Bins::iv).collect();
        let columns: Vec<Characteristic<'_>> = codes
            .iter()
            .zip(&woe)
            .enumerate()
            .map(|(input, (codes, woe))| Characteristic { name: self.name(input), codes, woe })
            .collect();
        let design = Design { characteristics: &columns, bad: self.bad, weights: self.weights, rows };
        let TrainOptions { selection, regression, seed, .. } = self.options;
        let selection = select(&design, &ivs, selection, regression, *seed)?;
        Ok(Learnt { bins, codes, woe, selection })
    }
}

fn no_column(index: usize) -> Error {
    Error::Column { column: index.to_string(), problem: "not in the table".into() }
}

impl Learnt {
    /// The kept columns under these names, one each.
    pub(super) fn columns<'a>(&'a self, names: &[&'a str]) -> Vec<Characteristic<'a>> {
        let column = |(input, name): (&usize, &&'a str)| {
            Some(Characteristic { name, codes: self.codes.get(*input)?, woe: self.woe.get(*input)? })
        };
        self.selection.kept.iter().zip(names).filter_map(column).collect()
    }

    /// ln(odds of good) of a row.
    pub(super) fn log_odds(&self, row: u32) -> f64 {
        let fit = &self.selection.fit;
        let part = |(input, estimate): (&usize, &crate::regression::Estimate)| {
            let code = self.codes.get(*input).and_then(|codes| codes.get(row as usize));
            let woe = code.and_then(|code| self.woe.get(*input)?.get(usize::from(*code)));
            estimate.value * woe.copied().unwrap_or(0.0)
        };
        fit.intercept.value + self.selection.kept.iter().zip(&fit.coefficients).map(part).sum::<f64>()
    }
}
