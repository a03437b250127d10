//! `train`: a table in, a fitted, validated and reported scorecard out.
//!
//! The way: derived columns → columns by role → rows to learn from and rows held out → bins, selection, regression →
//! points → the scorecard as a document, with baselines and population → everything measured through the scorecard
//! itself, as any later user of it will. Cross-validation repeats bins, selection and regression in each fold.

mod binned;
mod card;
mod columns;
mod cross_fit;
mod cross_validation;
mod derive;
mod dictionary;
mod fitting;
mod holdout;
mod narrative;
mod one_bin;
mod options;
mod scorecard_of;
mod summary;

pub use columns::Unfit;
pub use derive::with_derived;
pub use dictionary::{Dictionary, Entry, Role};
pub use options::{Holdout, TrainOptions};

use scorecard::{Evaluator, Scorecard};

use crate::{
    Result, assessment::Assessed, report::ReportData, scoring::score_table, table::Table, validation::Bootstrap,
    weighting,
};
use columns::Roles;
use fitting::Material;

/// A scorecard and what is to be said of it.
#[derive(Debug)]
pub struct Trained {
    /// The scorecard, ready to evaluate.
    pub evaluator: Evaluator,
    /// The report.
    pub report: ReportData,
}

impl Trained {
    /// The scorecard.
    #[must_use]
    pub fn scorecard(&self) -> &Scorecard {
        self.evaluator.scorecard()
    }
}

/// What is being done, for those who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A column has been binned: so many of so many.
    Binned(usize, usize),
    /// The regression stands.
    Fitted,
    /// A fold is done: so many of so many.
    Fold(usize, usize),
    /// Intervals are being drawn.
    Measuring,
}

/// Fits a scorecard and reports on it; `progress` is told of each step, from any thread. Equal tables and options give
/// equal scorecards, byte for byte.
///
/// # Errors
/// [`crate::Error::Column`] and [`crate::Error::Setting`] for a table or options that cannot serve,
/// [`crate::Error::Regression`] where there is no solution.
pub fn train(table: &Table, options: &TrainOptions, progress: &(dyn Fn(Step) + Sync)) -> Result<Trained> {
    options.validate()?;
    let extended = with_derived(table, options)?;
    let table = &*extended;
    let target = table.target(&options.target, &options.bad_values)?;
    let roles = Roles::of(table, options)?;
    let weights = options.weight.as_ref().map(|name| table.weights(name)).transpose()?;
    if let (Some(weights), Some(name)) = (weights, &options.weight) {
        weighting::refuse_dwarfing(name, table, weights, &target.bad)?;
    }
    cross_validation::refuse_too_many(&target.bad, weights, options.folds)?;
    let split = holdout::split(table, &target.bad, options)?;
    let scaled = weights.and_then(|weights| weighting::to_effective(weights, &split.train));
    let material = Material { table, bad: &target.bad, weights: scaled.as_deref(), inputs: &roles.inputs, options };
    let done = std::sync::atomic::AtomicUsize::new(0);
    let binned = || {
        let count = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        progress(Step::Binned(count, roles.inputs.len()));
    };
    let learnt = material.learn(&split.train, &binned)?;
    progress(Step::Fitted);

    let made = scorecard_of::build(&material, &learnt, &target, &split)?;
    let folds = match options.folds {
        0 | 1 => None,
        folds => {
            let count = std::cell::Cell::new(0);
            let told = || {
                count.set(count.get() + 1);
                progress(Step::Fold(count.get(), folds));
            };
            Some(cross_validation::run(&material, folds, options.seed, &told)?)
        }
    };
    progress(Step::Measuring);
    let scored = score_table(&made.evaluator, table)?;
    let assessed = |rows: &[u32]| Assessed::of(&scored, rows, &target.bad, weights);
    let train = assessed(&split.train);
    let test = (!split.test.is_empty()).then(|| assessed(&split.test));
    let facts = summary::Facts {
        material: &material,
        roles: &roles,
        target: &target,
        split: &split,
        learnt: &learnt,
        made: &made,
        train: &train,
        test: test.as_ref(),
        cross_validation: folds,
        bootstrap: bootstrap(options),
    };
    summary::finish(facts)
}

fn bootstrap(options: &TrainOptions) -> Option<Bootstrap> {
    let resamples = u32::try_from(options.bootstrap).unwrap_or(u32::MAX);
    (resamples > 1).then_some(Bootstrap { resamples, seed: options.seed, level: 0.95 })
}
