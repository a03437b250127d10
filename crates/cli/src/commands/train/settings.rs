//! From flags to the library's options.

use training::{
    binning::BinningOptions,
    regression::RegressionOptions,
    scaling::ScalingOptions,
    selection::SelectionOptions,
    table::ReadOptions,
    train::{Dictionary, Holdout, TrainOptions},
};

use super::Arguments;
use crate::data_file;

/// How the table is read.
pub(super) fn reading(arguments: &Arguments) -> ReadOptions {
    ReadOptions {
        numeric: arguments.columns.numeric.clone(),
        categorical: arguments.columns.categorical.clone(),
        missing_values: arguments.cells.missing_values(),
        delimiter: arguments.cells.delimiter,
        set_aside: false,
    }
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
