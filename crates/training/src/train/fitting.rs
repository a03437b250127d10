//! Bins, selection and regression on some rows of a table: what is done once for the scorecard and once a fold.

use rayon::prelude::*;

use super::{
    TrainOptions,
    binned::Bins,
    cross_fit::{Crossed, Folds},
    one_bin,
};
use crate::{
    Error, Result,
    regression::{Characteristic, Design},
    selection::{Selection, Strengths, select},
    table::Table,
};

/// The table and what is the same whatever rows are learnt from.
#[derive(Clone, Copy)]
pub(super) struct Material<'a> {
    pub(super) table: &'a Table,
    pub(super) bad: &'a [bool],
    /// Scaled to the effective size of the rows that are learnt from; none where all rows count alike.
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
    /// Information values on rows that were not learnt from, one an input; where cross-fitted.
    pub(super) held_out_ivs: Option<Vec<f64>>,
    /// Folds of the cross-fitting; 0 where there was none.
    pub(super) crossed_in: usize,
    /// Indices are into the inputs.
    pub(super) selection: Selection,
}

impl Material<'_> {
    /// The weight of a row.
    pub(super) fn weight(&self, row: u32) -> f64 {
        self.weights.map_or(1.0, |weights| weights.get(row as usize).copied().unwrap_or_default())
    }

    fn name(&self, input: usize) -> &str {
        self.inputs.get(input).and_then(|index| self.table.columns.get(*index)).map_or("", |column| &column.name)
    }

    /// Learns from the named rows; `binned` is told of each column that is done.
    ///
    /// # Errors
    /// [`Error::Column`] for a column that tells the outcome; those of [`select`].
    pub(super) fn learn(&self, rows: &[u32], binned: &(dyn Fn() + Sync)) -> Result<Learnt> {
        let folds = Folds::of(self, rows, self.options.regression.cross_fit);
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
            let crossed = folds.as_ref().map(|folds| folds.cross(self, *input, &options)).transpose()?;
            binned();
            Ok((bins, codes, crossed))
        };
        let parts: Vec<(Bins, Vec<u16>, Option<Crossed>)> = self.inputs.par_iter().map(bin).collect::<Result<_>>()?;
        let (mut bins, mut codes, mut crossed) = (Vec::new(), Vec::new(), Vec::new());
        for (of_column, codes_of_column, crossed_column) in parts {
            bins.push(of_column);
            codes.push(codes_of_column);
            crossed.extend(crossed_column);
        }
        let woe: Vec<Vec<f64>> = bins.iter().map(Bins::woe_table).collect();
        let held_out_ivs: Option<Vec<f64>> =
            folds.is_some().then(|| crossed.iter().map(|crossed| crossed.iv).collect());
        let ivs: Vec<f64> = held_out_ivs.clone().unwrap_or_else(|| bins.iter().map(Bins::iv).collect());
        let seen: Vec<(&Vec<u16>, &Vec<f64>)> = match &folds {
            Some(_) => crossed.iter().map(|crossed| (&crossed.codes, &crossed.woe)).collect(),
            None => codes.iter().zip(&woe).collect(),
        };
        let columns: Vec<Characteristic<'_>> = seen
            .into_iter()
            .enumerate()
            .map(|(input, (codes, woe))| Characteristic { name: self.name(input), codes, woe })
            .collect();
        let design = Design { characteristics: &columns, bad: self.bad, weights: self.weights, rows };
        let TrainOptions { selection, regression, seed, .. } = self.options;
        let strengths = Strengths { ivs: &ivs, held_out: folds.is_some() };
        let selection = select(&design, strengths, selection, regression, *seed)
            .map_err(|error| self.with_a_single_bin(error, &bins, rows))?;
        let mut learnt =
            Learnt { bins, codes, woe, held_out_ivs, crossed_in: folds.as_ref().map_or(0, Folds::count), selection };
        if folds.is_some() {
            self.level(&mut learnt, rows);
        }
        Ok(learnt)
    }

    /// Where nothing was selected, the first column that a constraint leaves a single bin is named.
    fn with_a_single_bin(&self, error: Error, bins: &[Bins], rows: &[u32]) -> Error {
        let Error::NothingSelected(problem) = error else { return error };
        let inputs = self.inputs.iter().zip(bins).enumerate();
        let found = inputs.filter_map(|(place, (input, bins))| Some((place, one_bin::why(self, *input, bins, rows)?)));
        Error::NothingSelected(match found.into_iter().next() {
            Some((place, why)) => format!("{problem}; `{}` has {why}", self.name(place)),
            None => problem,
        })
    }

    /// Moves the intercept to where the bads expected among these rows, by the bins of all of them, are those there are.
    fn level(&self, learnt: &mut Learnt, rows: &[u32]) {
        const STEPS: usize = 50;
        let known: Vec<(f64, f64, f64)> = rows
            .iter()
            .map(|row| {
                let good = self.bad.get(*row as usize) == Some(&false);
                (learnt.log_odds(*row), f64::from(u8::from(good)), self.weight(*row))
            })
            .collect();
        let mut shift = 0.0;
        for _ in 0..STEPS {
            let (mut gradient, mut curvature) = (0.0, 0.0);
            for (log_odds, good, weight) in &known {
                let probability = 1.0 / (1.0 + libm::exp(-(log_odds + shift)));
                gradient += weight * (good - probability);
                curvature += weight * probability * (1.0 - probability);
            }
            let step: f64 = (gradient / curvature).clamp(-1.0, 1.0);
            if !step.is_finite() {
                return;
            }
            shift += step;
            if step.abs() < 1e-12 {
                break;
            }
        }
        learnt.selection.fit.intercept.value += shift;
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
