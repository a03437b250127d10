//! From flags to the library's options.

use training::{
    binning::BinningOptions,
    regression::RegressionOptions,
    scaling::ScalingOptions,
    selection::SelectionOptions,
    table::{ReadOptions, Table},
    train::{Dictionary, Holdout, Role, TrainOptions},
};

use super::Arguments;
use crate::{data_file, failure::Failure};

/// How the table is read.
pub(super) fn reading(arguments: &Arguments, dictionary: &Dictionary) -> ReadOptions {
    let excluded = dictionary.columns.iter().filter(|(_, entry)| entry.role == Role::Excluded).map(|(name, _)| name);
    ReadOptions {
        exclude: excluded.chain(&arguments.columns.exclude).cloned().collect(),
        numeric: arguments.columns.numeric.clone(),
        categorical: arguments.columns.categorical.clone(),
        missing_values: arguments.cells.missing_values(),
        delimiter: arguments.cells.delimiter,
        ..ReadOptions::default()
    }
}

/// The columns that flags name must be there and fit.
pub(super) fn check_columns(
    arguments: &Arguments,
    dictionary: &Dictionary,
    target: &str,
    table: &Table,
) -> Result<(), Failure> {
    let (columns, sampling) = (&arguments.columns, &arguments.sampling);
    let held = columns.exclude.iter().filter(|name| !table.is_left_out(name));
    data_file::check_columns(table, held, "--exclude")?;
    data_file::check_columns(table, &columns.protected, "--protected")?;
    data_file::check_columns(table, &columns.weight, "--weight")?;
    data_file::check_columns(table, &sampling.holdout_by, "--holdout-by")?;
    for (column, trend) in &arguments.bins.trend {
        let Some(name) = column else { continue };
        let mut told = Dictionary::default();
        told.columns.entry(name.clone()).or_default().trend = Some(*trend);
        told.check(table).map_err(|error| Failure::from(error).named("--trend"))?;
        let set_apart = [&columns.exclude, &columns.protected].iter().any(|names| names.contains(name))
            || dictionary.entry(name).role != Role::Input
            || columns.weight.as_ref() == Some(name)
            || sampling.holdout_by.as_ref() == Some(name)
            || target == name;
        if set_apart {
            let problem = "is not scored, so that no bad rate runs along it; leave the trend out";
            return Err(Failure::input(format!("--trend: column `{name}` {problem}")));
        }
    }
    Ok(())
}

/// A failure to read the table, with the flag that named the column first.
pub(super) fn named(error: training::Error, arguments: &Arguments) -> Failure {
    let columns = &arguments.columns;
    let flag = match &error {
        training::Error::Column { column, .. } if columns.numeric.contains(column) => "--numeric",
        training::Error::Column { column, .. } if columns.categorical.contains(column) => "--categorical",
        _ => return error.into(),
    };
    Failure::from(error).named(flag)
}

/// What decides, with the data, what scorecard comes out.
pub(super) fn options(
    arguments: &Arguments,
    mut dictionary: Dictionary,
    target: String,
    bad_values: Vec<String>,
) -> TrainOptions {
    let mut binning = binning(arguments);
    for (column, trend) in &arguments.bins.trend {
        match column {
            None => binning.trend = *trend,
            // The dictionary carries the trends of single columns; what is said now outweighs what was written then.
            Some(column) => dictionary.columns.entry(column.clone()).or_default().trend = Some(*trend),
        }
    }
    let (columns, model) = (&arguments.columns, &arguments.model);
    TrainOptions {
        name: arguments.name.clone().unwrap_or_else(|| data_file::stem(&arguments.data)),
        author: arguments.author.clone(),
        target,
        bad_values,
        exclude: columns.exclude.clone(),
        protected: columns.protected.clone(),
        weight: columns.weight.clone(),
        dictionary,
        holdout: holdout(arguments),
        folds: arguments.sampling.folds,
        seed: arguments.sampling.seed,
        binning,
        selection: SelectionOptions {
            min_iv: model.min_iv,
            max_correlation: model.max_correlation,
            max_vif: model.max_vif,
            method: model.selection.into(),
            max_p_value: model.max_p_value,
            max_characteristics: model.max_characteristics,
            ..SelectionOptions::default()
        },
        regression: RegressionOptions {
            ridge: model.ridge,
            non_negative: !model.allow_negative,
            max_iterations: model.max_iterations,
            ..RegressionOptions::default()
        },
        scaling: ScalingOptions {
            pdo: arguments.scores.pdo,
            points: arguments.scores.points,
            odds: arguments.scores.odds,
            decimals: arguments.scores.decimals,
            base: arguments.scores.base.into(),
        },
        reason_method: arguments.scores.reasons.into(),
        cutoff: arguments.scores.cutoff,
        bootstrap: arguments.sampling.bootstrap,
    }
}

fn binning(arguments: &Arguments) -> BinningOptions {
    let bins = &arguments.bins;
    BinningOptions {
        max_bins: bins.max_bins,
        min_share: bins.min_share,
        min_class: bins.min_class,
        min_woe_gap: bins.min_woe_gap,
        max_prebins: bins.max_prebins,
        rare_share: bins.rare_share,
        // A text that is a number may stand in either kind of column.
        special_numbers: bins.special.iter().filter_map(|text| text.parse().ok()).collect(),
        special_texts: bins.special.clone(),
        ..BinningOptions::default()
    }
}

fn holdout(arguments: &Arguments) -> Holdout {
    let sampling = &arguments.sampling;
    match (&sampling.holdout_by, &sampling.holdout_from) {
        (Some(column), Some(from)) => Holdout::Date { column: column.clone(), from: from.clone() },
        (Some(column), None) => Holdout::Newest { column: column.clone(), share: sampling.holdout },
        (None, _) if sampling.holdout == 0.0 => Holdout::None,
        (None, _) => Holdout::Random { share: sampling.holdout },
    }
}
