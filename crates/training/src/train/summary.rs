//! The report on a trained scorecard, and its headline figures in the scorecard's own provenance.

use scorecard::{Evaluator, Scorecard, model::Characteristic};

use super::{
    Trained,
    binned::Bins,
    columns::Roles,
    fitting::{Learnt, Material},
    holdout, narrative, one_bin,
    scorecard_of::Made,
};
use crate::{
    Result,
    assessment::{Assessed, characteristics},
    fairness::{FairnessColumn, FairnessOptions},
    figure::beside,
    regression::{Design, Estimate as Found, correlation, variance_inflation},
    report::{
        Coefficient, CrossValidation, DataSource, ModelIdentity, REPORT_VERSION, ReasonRow, ReasonsReport, Regression,
        ReportData, RoundingError, SampleReport, ScalingReport, SelectionRow, Setting, Split as SplitReport,
    },
    scoring::reasons_given,
    selection::{Dropped, Rule},
    table::{Split, Target},
    validation::{Bootstrap, ConfidenceInterval, Estimate, SampleRole},
};

/// All that is known once a scorecard is made.
pub(super) struct Facts<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) roles: &'a Roles,
    pub(super) target: &'a Target,
    pub(super) split: &'a Split,
    pub(super) learnt: &'a Learnt,
    pub(super) made: &'a Made,
    pub(super) train: &'a Assessed,
    pub(super) test: Option<&'a Assessed>,
    pub(super) cross_validation: Option<CrossValidation>,
    pub(super) bootstrap: Option<Bootstrap>,
}

/// Measures, writes the headline figures into the scorecard, and reports.
pub(super) fn finish(facts: Facts<'_>) -> Result<Trained> {
    let bootstrap = facts.bootstrap.as_ref();
    let mut samples = vec![facts.train.sample_report("train", SampleRole::Development, bootstrap)?];
    if let Some(test) = facts.test {
        samples.push(test.sample_report("test", SampleRole::Validation, bootstrap)?);
    }
    let mut card = facts.made.evaluator.scorecard().clone();
    headline(&mut card, &samples, facts.cross_validation.as_ref());
    let evaluator = Evaluator::new(card)?;
    let card = evaluator.scorecard();
    let stability = facts.test.map(|test| test.stability(card)).transpose()?.unwrap_or_default();
    let fairness = fairness(&facts)?;
    let mut report = ReportData {
        report_version: REPORT_VERSION,
        title: format!("Scorecard {}", card.name),
        tool: card.provenance.tool.clone().unwrap_or_default(),
        command: None,
        created: card.provenance.created.clone(),
        model: ModelIdentity {
            name: card.name.clone(),
            description: card.description.clone(),
            content_hash: card.content_hash(),
        },
        data: data(&facts),
        split: SplitReport { method: holdout::in_words(facts.material.options), seed: facts.material.options.seed },
        options: settings(&facts)?,
        card: narrative::model_card(&facts),
        selection: selection(&facts),
        characteristics: characteristics(card, facts.train, facts.test, &trends(&facts))?,
        regression: Some(regression(&facts)),
        scaling: Some(scaling(&facts, card, &samples)),
        samples,
        cross_validation: None,
        stability,
        fairness,
        reasons: Some(reasons(&facts, &evaluator)?),
        warnings: Vec::new(),
    };
    report.warnings = narrative::warnings(&facts, &report);
    report.cross_validation = facts.cross_validation;
    Ok(Trained { evaluator, report })
}

/// Mean over the folds.
pub(super) fn mean_auc(folds: &CrossValidation) -> f64 {
    folds.folds.iter().map(|fold| fold.auc.value).sum::<f64>() / folds.folds.len().max(1) as f64
}

fn headline(card: &mut Scorecard, samples: &[SampleReport], folds: Option<&CrossValidation>) {
    let metrics = &mut card.provenance.metrics;
    for sample in samples {
        let mut put = |name: &str, value: f64| metrics.insert(format!("{}_{name}", sample.name), value);
        put("auc", sample.measures.auc.value);
        put("gini", sample.measures.gini.value);
        put("ks", sample.measures.ks.value);
    }
    if let Some(folds) = folds {
        metrics.insert("cross_validated_auc".into(), mean_auc(folds));
    }
}

fn data(facts: &Facts<'_>) -> DataSource {
    let (table, options) = (facts.material.table, facts.material.options);
    let names = |columns: &[usize]| {
        columns.iter().filter_map(|index| table.columns.get(*index)).map(|column| column.name.clone()).collect()
    };
    DataSource {
        source: table.source.clone(),
        hash: Some(table.data_hash.clone()),
        rows: table.rows as u64,
        columns: table.columns.len() as u64,
        target: options.target.clone(),
        bad_values: facts.target.bad_values.clone(),
        weight: options.weight.clone(),
        protected: names(&facts.roles.protected),
        excluded: names(&facts.roles.excluded),
        left_out: Vec::new(),
    }
}

/// Every option by its path, as JSON has it.
fn settings(facts: &Facts<'_>) -> Result<Vec<Setting>> {
    fn flatten(path: &str, value: &serde_json::Value, into: &mut Vec<Setting>) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    flatten(&path, value, into);
                }
            }
            serde_json::Value::Null => into.push(Setting { name: path.into(), value: "–".into() }),
            serde_json::Value::String(text) => into.push(Setting { name: path.into(), value: text.clone() }),
            other => into.push(Setting { name: path.into(), value: other.to_string() }),
        }
    }
    let value = serde_json::to_value(facts.material.options)
        .map_err(|error| crate::Error::Setting { setting: "options".into(), problem: error.to_string() })?;
    let mut settings = Vec::new();
    flatten("", &value, &mut settings);
    Ok(settings)
}

fn selection(facts: &Facts<'_>) -> Vec<SelectionRow> {
    let learnt = facts.learnt;
    let mut rows: Vec<SelectionRow> = Vec::new();
    for (input, (index, bins)) in facts.roles.inputs.iter().zip(&learnt.bins).enumerate() {
        let dropped = learnt.selection.dropped.iter().find(|dropped| dropped.index == input);
        rows.push(SelectionRow {
            column: facts.material.table.columns.get(*index).map(|column| column.name.clone()).unwrap_or_default(),
            information_value: Some(bins.iv()),
            held_out_information_value: learnt.held_out_ivs.as_ref().and_then(|ivs| ivs.get(input)).copied(),
            kept: dropped.is_none(),
            step: dropped.map_or("kept", |dropped| step(dropped.rule)).into(),
            why: dropped
                .map(|dropped| {
                    let tells_nothing = matches!(dropped.rule, Rule::InformationValue | Rule::Sign);
                    let single = || one_bin::why(facts.material, *index, bins, &facts.split.train);
                    let single = if tells_nothing { single() } else { None };
                    single.unwrap_or_else(|| why(dropped, learnt.held_out_ivs.is_some()))
                })
                .unwrap_or_default(),
        });
    }
    rows.sort_by(|a, b| b.information_value.unwrap_or(0.0).total_cmp(&a.information_value.unwrap_or(0.0)));
    rows.extend(facts.roles.unfit.iter().map(|unfit| SelectionRow {
        column: unfit.column.clone(),
        information_value: None,
        held_out_information_value: None,
        kept: false,
        step: "column".into(),
        why: unfit.problem.clone(),
    }));
    rows
}

fn step(rule: Rule) -> &'static str {
    match rule {
        Rule::InformationValue => "information value",
        Rule::Correlation => "correlation",
        Rule::VarianceInflation => "variance inflation",
        Rule::PValue => "p-value",
        Rule::Sign => "sign",
        Rule::Lasso => "lasso",
        Rule::Number => "number",
    }
}

fn why(dropped: &Dropped, held_out: bool) -> String {
    let iv = if held_out { "held-out IV" } else { "IV" };
    let Dropped { figure, limit, beside: other, .. } = dropped;
    match dropped.rule {
        Rule::InformationValue => format!("{iv} {} is below {limit}", beside(*figure, *limit, 4)),
        Rule::Correlation => {
            let sign = if figure.is_sign_negative() { "-" } else { "" };
            let r = beside(figure.abs(), *limit, 2);
            format!("r = {sign}{r} with the stronger `{}`, beyond {limit}", other.as_deref().unwrap_or_default())
        }
        Rule::VarianceInflation => format!("VIF {} is above {limit}", beside(*figure, *limit, 1)),
        Rule::PValue => format!("p = {} is above {limit}", beside(*figure, *limit, 3)),
        Rule::Sign => "its coefficient would be negative beside the others".into(),
        Rule::Lasso => "the lasso shrinks it to 0".into(),
        Rule::Number => format!("{iv} {figure:.4} is not among the {limit} strongest"),
    }
}

/// How the bad rate runs along each kept characteristic.
fn trends(facts: &Facts<'_>) -> Vec<Option<String>> {
    let trend = |input: &usize| match facts.learnt.bins.get(*input) {
        Some(Bins::Numeric(bins)) => {
            serde_json::to_value(bins.trend).ok().and_then(|name| name.as_str().map(String::from))
        }
        _ => None,
    };
    facts.learnt.selection.kept.iter().map(trend).collect()
}

fn regression(facts: &Facts<'_>) -> Regression {
    let (learnt, options) = (facts.learnt, facts.material.options.regression);
    let fit = &learnt.selection.fit;
    let names: Vec<&str> = facts.made.evaluator.scorecard().characteristics.iter().map(|c| c.name.as_str()).collect();
    let columns = learnt.columns(&names);
    let design = Design {
        characteristics: &columns,
        bad: facts.material.bad,
        weights: facts.material.weights,
        rows: &facts.split.train,
    };
    let vifs = variance_inflation(&correlation(&design));
    let row = |name: &str, found: &Found, vif: Option<f64>| Coefficient {
        name: name.to_owned(),
        estimate: Estimate {
            value: found.value,
            interval: found.interval().map(|[lower, upper]| ConfidenceInterval { lower, upper, level: 0.95 }),
        },
        standard_error: found.standard_error,
        p_value: found.p_value(),
        vif,
    };
    let coefficients =
        names.iter().zip(&fit.coefficients).zip(vifs).map(|((name, found), vif)| row(name, found, Some(vif)));
    Regression {
        method: format!(
            "Newton's method on ln(odds of good); ridge {}{}",
            options.ridge,
            if options.non_negative { "; coefficients not below 0" } else { "" }
        ),
        coefficients: std::iter::once(row("intercept", &fit.intercept, None)).chain(coefficients).collect(),
        iterations: u32::try_from(fit.iterations).unwrap_or(u32::MAX),
        log_likelihood: Some(fit.log_likelihood),
        null_log_likelihood: Some(fit.null_log_likelihood),
        notes: regression_notes(facts),
    }
}

fn regression_notes(facts: &Facts<'_>) -> Vec<String> {
    let mut notes = vec![match facts.learnt.crossed_in {
        0 => {
            "Errors and P take the WoE as given: what was learnt from the same rows makes them look a little too sure."
                .into()
        }
        folds => format!(
            "Cross-fitted in {folds} folds: the WoE that the regression sees of an applicant were learnt without the \
             applicant's fold, so that errors and P are honest and coefficients of what does not hold are small. The \
             intercept is set so that the bads expected of the train sample, by the bins of all of it, are those seen."
        ),
    }];
    let fit = &facts.learnt.selection.fit;
    let names = &facts.made.evaluator.scorecard().characteristics;
    let negative = names.iter().zip(&fit.coefficients).filter(|(_, found)| found.value < 0.0);
    notes
        .extend(negative.map(|(c, _)| {
            format!("The coefficient of `{}` is negative: its points run against its bad rate.", c.name)
        }));
    notes
}

fn scaling(facts: &Facts<'_>, card: &Scorecard, samples: &[SampleReport]) -> ScalingReport {
    let options = facts.material.options.scaling;
    let [lowest, highest] = card.sum_range().map_or([f64::NAN; 2], |range| range.map(scorecard::Points::to_f64));
    let rounded_auc = samples.first().map_or(f64::NAN, |train| train.measures.auc.value);
    ScalingReport {
        pdo: options.pdo,
        points: options.points,
        odds: options.odds,
        lowest,
        highest,
        initial_score: card.initial_score.to_f64(),
        decimals: u32::from(options.decimals),
        rounding: Some(RoundingError {
            mean_absolute: facts.made.rounding.mean_absolute,
            greatest: facts.made.rounding.greatest,
            auc_lost: facts.made.exact_auc - rounded_auc,
        }),
    }
}

/// Fairness figures on the rows held out; on all that were learnt from where none were.
fn fairness(facts: &Facts<'_>) -> Result<Vec<FairnessColumn>> {
    let sample = facts.test.unwrap_or(facts.train);
    let columns = facts.roles.protected.iter().filter_map(|index| facts.material.table.columns.get(*index));
    columns.map(|column| sample.fairness(column, facts.made.cutoff, &FairnessOptions::default())).collect()
}

fn reasons(facts: &Facts<'_>, evaluator: &Evaluator) -> Result<ReasonsReport> {
    let card = evaluator.scorecard();
    let declined = facts.test.unwrap_or(facts.train).below(facts.made.cutoff);
    let given = reasons_given(evaluator, facts.material.table, &declined)?;
    let share = |count: u64| (!declined.is_empty()).then(|| count as f64 / declined.len() as f64);
    let counted = |characteristic: &Characteristic| {
        let code = characteristic.reason.as_ref().map(|reason| reason.code.as_str()).unwrap_or_default();
        given.get(code).copied().unwrap_or_default()
    };
    let number = |points: Option<scorecard::Points>| points.map(scorecard::Points::to_f64);
    Ok(ReasonsReport {
        declined: u64::try_from(declined.len()).ok(),
        method: card.reasons.method.to_string(),
        note: card.reasons.baseline_note.clone(),
        at_most: card.reasons.at_most,
        characteristics: card
            .characteristics
            .iter()
            .map(|c| ReasonRow {
                characteristic: c.name.clone(),
                code: c.reason.as_ref().map(|reason| reason.code.clone()).unwrap_or_default(),
                text: c.reason.as_ref().map(|reason| reason.text.clone()).unwrap_or_default(),
                maximum: number(c.baselines.maximum),
                mean: number(c.baselines.mean),
                mean_at_cutoff: number(c.baselines.mean_at_cutoff),
                given_first: share(counted(c).first),
                given: share(counted(c).at_all),
            })
            .collect(),
    })
}
