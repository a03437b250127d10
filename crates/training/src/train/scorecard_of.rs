//! From what was learnt to the scorecard: points, reasons, baselines, population.

use scorecard::{
    Evaluator, Scorecard,
    model::{CharacteristicStatistics, Reasons},
};

use super::{
    card::{self, Fitted},
    derive,
    fitting::{Learnt, Material},
};
use crate::{
    Result,
    assessment::Assessed,
    drift,
    scaling::{self, Part, Rounding},
    scoring::score_table,
    table::{Split, Target},
};

/// Bands of the population that later ones are compared with.
const BANDS: usize = 10;

/// The scorecard and what was found while making it.
pub(super) struct Made {
    pub(super) evaluator: Evaluator,
    pub(super) rounding: Rounding,
    /// The score from which applicants are approved, for baselines and fairness figures.
    pub(super) cutoff: f64,
    /// AUC on the rows that were learnt from, before points were rounded.
    pub(super) exact_auc: f64,
}

/// Builds the scorecard.
pub(super) fn build(material: &Material<'_>, learnt: &Learnt, target: &Target, split: &Split) -> Result<Made> {
    let options = material.options;
    let (mut card, rounding) = points(material, learnt, split)?;
    // Scores come first: baselines are made from them, and reasons from baselines.
    card.reasons.enabled = false;
    let evaluator = Evaluator::new(card.clone())?;
    card.reasons.enabled = true;
    let scored = score_table(&evaluator, material.table)?;
    let train = Assessed::of(&scored, &split.train, material.bad, material.weights);
    let cutoff = options.cutoff.unwrap_or_else(|| train.approving());
    baselines(&mut card, material, &scored, split, cutoff);
    let (bad, weights) = (super::binned::gather(material.bad, &split.train), material.weights);
    let weights = weights.map(|weights| super::binned::gather(weights, &split.train));
    card.population = Some(drift::population(&train.scores, &bad, weights.as_deref(), BANDS)?);
    provenance(&mut card, material, target);
    let exact: Vec<f64> = split.train.iter().map(|row| learnt.log_odds(*row)).collect();
    let exact_auc = crate::validation::auc(&exact, &bad, weights.as_deref())?;
    Ok(Made { evaluator: Evaluator::new(card)?, rounding, cutoff, exact_auc })
}

/// The scorecard with points and statistics, and what rounding cost.
fn points(material: &Material<'_>, learnt: &Learnt, split: &Split) -> Result<(Scorecard, Rounding)> {
    let (table, options) = (material.table, material.options);
    let fit = &learnt.selection.fit;
    let kept = || learnt.selection.kept.iter().zip(&fit.coefficients);
    let counts: Vec<Vec<f64>> = kept()
        .filter_map(|(input, _)| learnt.bins.get(*input))
        .map(|bins| bins.in_order().iter().map(|bin| bin.map_or(0.0, |bin| bin.totals.count())).collect())
        .collect();
    let parts: Vec<Part<'_>> = kept()
        .zip(&counts)
        .filter_map(|((input, estimate), counts)| {
            Some(Part { coefficient: estimate.value, woe: learnt.woe.get(*input)?, counts })
        })
        .collect();
    let scaled = scaling::to_points(fit.intercept.value, &parts, &options.scaling)?;
    let codes: Vec<&[u16]> = kept().filter_map(|(input, _)| learnt.codes.get(*input)).map(Vec::as_slice).collect();
    let rounding = scaling::measure(&scaled, &codes, &split.train, options.scaling.decimals);

    let mut card = Scorecard::named(options.name.clone());
    card.description.clone_from(&options.dictionary.description);
    card.initial_score = scaled.initial_score;
    card.scaling = Some(options.scaling.to_scaling());
    card.reasons = Reasons { method: options.reason_method, ..Reasons::default() };
    let total = split.train.iter().map(|row| weight(material, *row)).sum();
    for (((input, estimate), points), number) in kept().zip(&scaled.points).zip(1..) {
        let Some(column) = material.inputs.get(*input).and_then(|index| table.columns.get(*index)) else { continue };
        let Some(bins) = learnt.bins.get(*input) else { continue };
        let entry = options.dictionary.entry(&column.name);
        let derived = options.dictionary.derives(&column.name);
        let field = card::field(column, &entry);
        // What is computed may be missing for reasons that no row had.
        let required = field.required && !derived;
        let fitted = Fitted {
            column,
            bins,
            points,
            statistics: CharacteristicStatistics {
                information_value: bins.iv(),
                coefficient: estimate.value,
                standard_error: estimate.standard_error,
            },
            total,
        };
        card.characteristics.push(card::characteristic(&fitted, &entry, number, required));
        if !derived {
            card.fields.push(field);
        }
    }
    derive::complete(&mut card, table, options)?;
    Ok((card, rounding))
}

fn weight(material: &Material<'_>, row: u32) -> f64 {
    material.weights.map_or(1.0, |weights| weights.get(row as usize).copied().unwrap_or_default())
}

/// Puts the baselines of all methods into the card.
fn baselines(
    card: &mut Scorecard,
    material: &Material<'_>,
    scored: &crate::scoring::Scored,
    split: &Split,
    cutoff: f64,
) {
    let options = material.options;
    let points: Vec<Vec<scorecard::Points>> =
        card.characteristics.iter().map(|c| c.attributes.iter().map(|a| a.points).collect()).collect();
    // Everything by row of the table; rows that could not be scored have no matched attribute and no score.
    let mut scores = vec![f64::NAN; material.table.rows];
    let mut matched = vec![vec![u16::MAX; material.table.rows]; points.len()];
    for (place, row) in scored.rows.iter().enumerate() {
        let row = *row as usize;
        if let (Some(score), Some(found)) = (scores.get_mut(row), scored.scores.get(place)) {
            *score = *found;
        }
        for (all, found) in matched.iter_mut().zip(&scored.attributes) {
            if let (Some(all), Some(found)) = (all.get_mut(row), found.get(place)) {
                *all = *found;
            }
        }
    }
    let matched: Vec<&[u16]> = matched.iter().map(Vec::as_slice).collect();
    let made = scaling::baselines(
        &points,
        &matched,
        &scores,
        material.weights,
        &split.train,
        cutoff,
        options.scaling.pdo / 2.0,
    );
    for (characteristic, baselines) in card.characteristics.iter_mut().zip(made.characteristics) {
        characteristic.baselines = baselines;
    }
    card.reasons.baseline_note = made.note;
}

fn provenance(card: &mut Scorecard, material: &Material<'_>, target: &Target) {
    let (table, options) = (material.table, material.options);
    let provenance = &mut card.provenance;
    provenance.author.clone_from(&options.author);
    provenance.tool = Some(format!("plimsoll {}", env!("CARGO_PKG_VERSION")));
    provenance.data_hash = Some(table.data_hash.clone());
    provenance.rows = u64::try_from(table.rows).ok();
    provenance.seed = Some(options.seed);
    provenance.target = Some(options.target.clone());
    provenance.bad_values.clone_from(&target.bad_values);
}
