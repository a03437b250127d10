//! What a report says in sentences: the model card, and what to look into.

use super::{
    binned::Bins,
    summary::{Facts, mean_auc},
};
use crate::{
    assessment::{adverse, few_bads},
    binning::{Bin, Totals, is_one_class},
    drift::Light,
    figure::beside,
    report::{ModelCard, ReportData, SampleReport},
    selection::Rule,
    table::ColumnData,
};

/// An information value above this is rare in honest data (Siddiqi, 2006, ch. 6).
const SUSPICIOUS_IV: f64 = 1.5;
/// How much AUC may fall from the sample that was learnt from to one that was not.
const GREAT_LOSS: f64 = 0.05;

/// The model card.
pub(super) fn model_card(facts: &Facts<'_>) -> ModelCard {
    let (table, options) = (facts.material.table, facts.material.options);
    let what = match options.dictionary.description.as_str() {
        "" => format!("applicants like those of {}", table.source),
        description => format!("applicants like these: {description}"),
    };
    let bads = facts.material.bad.iter().filter(|bad| **bad).count();
    ModelCard {
        author: options.author.clone(),
        intended_use: format!(
            "Ranks {what}, by the odds that the outcome is not {}. A decision needs a policy beside it.",
            facts.target.bad_values.join(" or ")
        ),
        not_for: vec![
            "Applicants of another kind, product or market than those it was fitted on.".into(),
            "Decisions without human review where the law asks for it.".into(),
        ],
        limits: vec![
            format!("Fitted on {} of {} rows with {bads} bads in all.", facts.split.train.len(), table.rows),
            "Only applicants with a known outcome are in the data: those who were declined are not (no reject inference).".into(),
            "Probabilities hold at the bad rate of the data; where that was sampled, they need recalibration.".into(),
        ],
        definition_of_bad: Some(format!("{} is {}", options.target, facts.target.bad_values.join(" or "))),
        materiality: None,
        monitoring: vec![
            "PSI of the score and CSI of each characteristic every month: `plimsoll monitor`.".into(),
            "AUC and calibration once outcomes are known: `plimsoll validate`.".into(),
        ],
    }
}

/// What to look into, the most serious first.
pub(super) fn warnings(facts: &Facts<'_>, report: &ReportData) -> Vec<String> {
    let mut warnings = Vec::new();
    warnings.extend(report.fairness.iter().flat_map(adverse));
    for (column, bins) in names(facts).zip(&facts.learnt.bins) {
        if bins.iv() > SUSPICIOUS_IV {
            warnings.push(format!(
                "`{column}` has an information value of {}: look whether it is known only after the outcome.",
                beside(bins.iv(), SUSPICIOUS_IV, 2)
            ));
        }
    }
    for input in &facts.learnt.selection.kept {
        let bins = facts.learnt.bins.get(*input).map(Bins::in_order).unwrap_or_default();
        if let (Some(column), Some(totals)) = (names(facts).nth(*input), largest_of_one_class(&bins)) {
            let class = if totals.bads <= 0.0 { "bad" } else { "good" };
            warnings.push(format!(
                "`{column}` has a bin of {:.0} applicants without a single {class}: how much it is worth rests on half a \
                 record that was added. Look whether it is known only after the outcome, or decides it by a rule.",
                totals.count()
            ));
        }
    }
    let flat = facts.made.evaluator.scorecard().characteristics.iter().filter(|characteristic| {
        let mut points = characteristic.attributes.iter().map(|attribute| attribute.points);
        points.next().is_some_and(|first| points.all(|next| next == first))
    });
    warnings.extend(flat.map(|characteristic| {
        format!(
            "`{}` earns the same points whatever its value: leave it out with `--exclude`, or keep decimals.",
            characteristic.name
        )
    }));
    if let Some(sample) = report.samples.last().filter(|sample| no_better_than_chance(sample)) {
        warnings.insert(
            0,
            format!(
                "On the {} sample the score is no better than chance (AUC {:.3}): it must not be used.",
                sample.name, sample.measures.auc.value
            ),
        );
    }
    for (column, index) in names(facts).zip(&facts.roles.inputs) {
        if facts.material.table.columns.get(*index).is_some_and(|column| numbers_the_rows(&column.data)) {
            warnings.push(format!(
                "`{column}` numbers the rows of the file one by one: where it is an identifier, leave it out with `--exclude`."
            ));
        }
    }
    let auc = |place: usize| report.samples.get(place).map(|sample| sample.measures.auc.value);
    if let (Some(train), Some(test)) = (auc(0), auc(1))
        && train - test > GREAT_LOSS
    {
        warnings.push(format!("AUC falls from {train:.3} (train) to {test:.3} (test): the model may be overfitted."));
    }
    if let (Some(folds), Some(train)) = (&facts.cross_validation, auc(0))
        && train - mean_auc(folds) > GREAT_LOSS
    {
        warnings.push(format!(
            "AUC falls from {train:.3} (train) to {:.3} (cross-validated): the model may be overfitted.",
            mean_auc(folds)
        ));
    }
    let unstable = report.stability.iter().filter(|named| named.stability.light == Light::Red);
    warnings.extend(unstable.map(|named| format!("`{}` differs greatly between train and test.", named.name)));
    warnings.extend(report.samples.iter().find_map(few_bads));
    for dropped in facts.learnt.selection.dropped.iter().filter(|dropped| dropped.rule == Rule::Sign) {
        warnings.push(format!(
            "`{}` was left out because its coefficient would be negative beside the others.",
            dropped.name
        ));
    }
    for unfit in &facts.roles.unfit {
        warnings.push(format!("Column `{}` {}.", unfit.column, unfit.problem));
    }
    let entry = |name: &str| facts.material.options.dictionary.entry(name);
    let unexplained: Vec<&str> = report
        .characteristics
        .iter()
        .map(|characteristic| characteristic.name.as_str())
        .filter(|name| entry(name).reason.is_none())
        .collect();
    if !unexplained.is_empty() {
        warnings.push(format!(
            "Reason texts of {} are only column names: write them in a dictionary before a notice goes out.",
            unexplained.join(", ")
        ));
    }
    warnings
}

/// Whether chance alone could have ranked as well: by the interval, or by the null distribution of the Mann–Whitney statistic
/// where none was drawn.
fn no_better_than_chance(sample: &SampleReport) -> bool {
    let (measures, Totals { goods, bads }) = (&sample.measures, sample.evidence());
    let chance = 1.645 * ((goods + bads + 1.0) / (12.0 * goods * bads)).sqrt();
    measures.auc.interval.map_or(measures.auc.value - chance, |interval| interval.lower) <= 0.5
}

/// The largest bin that is of one class and large enough to speak for itself.
fn largest_of_one_class(bins: &[Option<Bin>]) -> Option<Totals> {
    const SPEAKS: f64 = 30.0;
    let of_one_class = bins.iter().flatten().map(|bin| bin.totals).filter(|totals| is_one_class(*totals));
    of_one_class.filter(|totals| totals.count() >= SPEAKS).max_by(|a, b| a.count().total_cmp(&b.count()))
}

/// Whether each value is the one before and one more.
fn numbers_the_rows(data: &ColumnData) -> bool {
    let ColumnData::Numeric(values) = data else { return false };
    values.len() > 2 && values.windows(2).all(|pair| matches!(pair, [before, next] if next - before == 1.0))
}

fn names<'a>(facts: &'a Facts<'a>) -> impl Iterator<Item = &'a str> {
    let columns = &facts.material.table.columns;
    facts.roles.inputs.iter().filter_map(|index| columns.get(*index)).map(|column| column.name.as_str())
}
