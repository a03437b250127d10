//! What the figures come to: one question a row, with the rule that answers it.

use super::ranked;
use crate::{
    drift::Light,
    fairness::FairnessColumn,
    figure::decimals_beside,
    report::{
        ReportData, SampleReport,
        html::{
            markup::Markup,
            number::{count, fixed, signed},
            table::{Cell, Table},
        },
    },
    validation::{Estimate, SampleRole},
};

/// One answer.
struct Verdict {
    question: &'static str,
    finding: String,
    light: Light,
    rule: &'static str,
}

pub(super) fn write(m: &mut Markup, data: &ReportData) {
    let samples = ranked(data);
    let Some(main) = samples.first() else { return };
    let verdicts = [
        Some(discrimination(main)),
        overfitting(data, main),
        level(main),
        spread(main),
        stability(data),
        fairness(data),
        Some(evidence(data)),
    ];
    let mut table = Table::new(format!("Verdicts on the {} sample", main.name))
        .words("Question")
        .words("Finding")
        .words("Verdict")
        .words("Rule");
    for verdict in verdicts.into_iter().flatten() {
        table.row(vec![
            Cell::text(verdict.question),
            Cell::Text(verdict.finding),
            Cell::Verdict(verdict.light),
            Cell::text(verdict.rule),
        ]);
    }
    table.write(m);
}

fn discrimination(sample: &SampleReport) -> Verdict {
    let (auc, gini) = (&sample.measures.auc, &sample.measures.gini);
    let by_chance = auc.interval.map_or(auc.value, |interval| interval.lower) <= 0.5;
    let light = match (by_chance, gini.value < 0.3) {
        (true, _) => Light::Red,
        (_, true) => Light::Amber,
        _ => Light::Green,
    };
    Verdict {
        question: "Does the score tell goods from bads?",
        finding: format!("Gini {}{}", told(gini.value, &[0.3], 3), bracketed(gini, 0.0)),
        light,
        rule: "Unsound where the interval holds chance (0); Gini below 0.30 is to be looked into",
    }
}

/// The sample that was learnt from against the best estimate of new ones: cross-validation, else the sample held out.
fn overfitting(data: &ReportData, main: &SampleReport) -> Option<Verdict> {
    let train = data.samples.iter().find(|sample| sample.role == SampleRole::Development)?.measures.auc.value;
    let (new, what) = match &data.cross_validation {
        Some(folds) if !folds.folds.is_empty() => {
            let sum: f64 = folds.folds.iter().map(|fold| fold.auc.value).sum();
            (sum / folds.folds.len() as f64, "cross-validated")
        }
        _ if main.role == SampleRole::Validation => (main.measures.auc.value, main.name.as_str()),
        _ => return None,
    };
    let lost = train - new;
    // Enough that the two figures on paper lie as far apart as the rule asks.
    let decimals = (3..=8).find(|decimals| {
        let scale = 10_f64.powi(*decimals);
        let on_paper = ((train * scale).round() - (new * scale).round()) / scale;
        [0.05, 0.10].iter().all(|limit| (on_paper > limit + 1e-12) == (lost > *limit))
    });
    let decimals = decimals.unwrap_or(8) as usize;
    Some(Verdict {
        question: "Does it hold on applicants that it has not seen?",
        finding: format!("AUC {} on train, {} {what}", fixed(train, decimals), fixed(new, decimals)),
        light: graded(lost, 0.05, 0.10),
        rule: "A loss of AUC above 0.05 is to be looked into, above 0.10 unsound",
    })
}

fn level(sample: &SampleReport) -> Option<Verdict> {
    let found = sample.calibration.as_ref()?;
    let intercept = found.intercept?;
    Some(Verdict {
        question: "Are there as many bads as it expects?",
        finding: format!(
            "{} expected, {} seen; intercept {}{}",
            fixed(found.expected_bads, 1),
            count(found.observed_bads),
            signed(intercept.value, decimals_beside(intercept.value, &[-0.5, 0.5], 2)),
            bracketed(&intercept, 0.0)
        ),
        light: if holds(&intercept, 0.0) { Light::Green } else { graded(intercept.value.abs(), 0.0, 0.5) },
        rule: "The interval of the intercept should hold 0; beyond ±0.5 it is unsound",
    })
}

fn spread(sample: &SampleReport) -> Option<Verdict> {
    let slope = sample.calibration.as_ref()?.slope?;
    Some(Verdict {
        question: "Are high and low probabilities as far apart as they should be?",
        finding: format!("Slope {}{}", told(slope.value, &[0.5, 1.5], 2), bracketed(&slope, 1.0)),
        light: if holds(&slope, 1.0) { Light::Green } else { graded((slope.value - 1.0).abs(), 0.0, 0.5) },
        rule: "The interval of the slope should hold 1; beyond 0.5 to 1.5 it is unsound",
    })
}

fn stability(data: &ReportData) -> Option<Verdict> {
    let score = &data.stability.iter().find(|one| one.name == "score")?.stability;
    // What chance exceeds is no shift.
    let light = if score.chance.is_some_and(|chance| score.index <= chance) { Light::Green } else { score.light };
    let limits = [0.1, 0.25, score.chance.unwrap_or(0.25)];
    let decimals = decimals_beside(score.index, &limits, 3);
    let chance = score.chance.map_or_else(String::new, |chance| {
        format!(" (chance: up to {})", fixed(chance, decimals.max(decimals_beside(chance, &[score.index], 3))))
    });
    Some(Verdict {
        question: "Are scores spread as they were in development?",
        finding: format!("PSI {}{chance}", fixed(score.index, decimals)),
        light,
        rule: "To be looked into from 0.10, unsound above 0.25, where it is beyond chance",
    })
}

fn fairness(data: &ReportData) -> Option<Verdict> {
    let groups = data.fairness.iter().flat_map(|column| {
        column
            .groups
            .iter()
            .filter(|group| !group.reference && !group.small)
            .filter_map(move |group| Some((group.air?.value, group.below_line, column, &group.group)))
    });
    let (ratio, below, FairnessColumn { column, impact_line, .. }, group) =
        groups.min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Verdict {
        question: "Are groups of people approved alike?",
        finding: format!("Least impact ratio {}: {group} of {column}", told(ratio, &[*impact_line], 2)),
        light: if below { Light::Amber } else { Light::Green },
        rule: "Below the line it is to be looked into: a figure, not a finding of law",
    })
}

fn evidence(data: &ReportData) -> Verdict {
    let fewest = data.samples.iter().map(|sample| sample.evidence()).map(|classes| classes.bads.min(classes.goods));
    let fewest = fewest.fold(f64::INFINITY, f64::min);
    let decimals = decimals_beside(fewest, &[100.0, 30.0], 1);
    let shown = if decimals > 1 { fixed(fewest, decimals) } else { count(fewest) };
    let uneven = data.samples.iter().any(SampleReport::is_uneven);
    Verdict {
        question: "Is there enough to judge by?",
        finding: format!(
            "{} of the rarer class in the smallest sample{}",
            shown,
            if uneven { ", by effective size" } else { "" }
        ),
        light: graded(-fewest, -100.0, -30.0),
        rule: "Fewer than 100 are to be looked into, fewer than 30 are no base",
    }
}

/// Green up to the first limit, amber up to the second.
fn graded(value: f64, amber: f64, red: f64) -> Light {
    if value > red {
        Light::Red
    } else if value > amber {
        Light::Amber
    } else {
        Light::Green
    }
}

fn holds(estimate: &Estimate, ideal: f64) -> bool {
    estimate.interval.is_some_and(|interval| interval.lower <= ideal && ideal <= interval.upper)
}

/// A figure in at least so many decimals, on its side of each limit.
fn told(value: f64, limits: &[f64], decimals: usize) -> String {
    fixed(value, decimals_beside(value, limits, decimals))
}

/// The interval, so that it holds or misses a figure on paper as it does in truth.
fn bracketed(estimate: &Estimate, ideal: f64) -> String {
    let end = |value: f64| told(value, &[ideal], 3);
    estimate.interval.map_or_else(String::new, |i| format!(" ({} to {})", end(i.lower), end(i.upper)))
}
