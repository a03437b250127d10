//! How well the score separates goods from bads.

use super::{ranked, summary::interval};
use crate::{
    report::{
        CrossValidation, ReportData,
        html::{
            markup::Markup,
            number::{ABSENT, count, fixed, percent},
            plot::{self, Numbers},
            sources::{Source, cite},
            table::{Cell, Table},
        },
    },
    validation::{Estimate, Measures},
};

/// How a measure is found in its struct.
type Of = fn(&Measures) -> Option<Estimate>;

const MEASURES: [(&str, Of); 5] = [
    ("AUC", |m| Some(m.auc)),
    ("Gini", |m| Some(m.gini)),
    ("KS", |m| Some(m.ks)),
    ("Brier score (lower is better)", |m| m.brier),
    ("Log loss (lower is better)", |m| m.log_loss),
];

pub(super) fn write(m: &mut Markup, numbers: &mut Numbers, data: &ReportData) {
    let mut table = Table::new("Measures by sample, with bootstrap intervals at 95%").words("Measure");
    for sample in &data.samples {
        table = table.figures(&[sample.name.as_str(), "95% interval"]);
    }
    for (name, of) in MEASURES {
        let mut cells = vec![Cell::text(name)];
        for sample in &data.samples {
            let estimate = of(&sample.measures);
            cells.push(Cell::maybe(estimate.map(|e| e.value), |value| fixed(value, 4)));
            cells.push(match estimate.as_ref().map(interval) {
                Some(interval) if !interval.is_empty() => Cell::Figure(interval),
                _ => Cell::Absent,
            });
        }
        table.row(cells);
    }
    table.write(m);
    m.tag("p", &[("class", "quiet")], |m| {
        m.text("A train figure well above the test figure is a sign of overfitting.");
        cite(m, &[Source::Auc, Source::Ks, Source::Brier, Source::Bootstrap]);
    });
    if let Some(folds) = &data.cross_validation {
        cross_validation(m, folds);
    }
    let samples = ranked(data);
    m.tag("div", &[("class", "pair")], |m| {
        plot::roc(m, numbers, &samples);
        if let Some(sample) = samples.first() {
            plot::kolmogorov_smirnov(m, numbers, sample);
        }
        plot::gains(m, numbers, &samples);
        if let Some(sample) = samples.first() {
            plot::lift(m, numbers, sample);
        }
    });
    for sample in &samples {
        let mut table =
            Table::new(format!("Gains and lift, {}: groups of nearly equal size, lowest scores first", sample.name))
                .words("Scores")
                .figures(&[
                    "Goods",
                    "Bads",
                    "Bad rate",
                    "Lift",
                    "Applicants, cumulative",
                    "Bads, cumulative",
                    "Lift, cumulative",
                ]);
        for row in &sample.gains {
            table.row(vec![
                Cell::Text(format!("{} to {}", fixed(row.from, 0), fixed(row.to, 0))),
                Cell::Figure(count(row.goods)),
                Cell::Figure(count(row.bads)),
                Cell::Figure(percent(row.bad_rate, 1)),
                Cell::Figure(fixed(row.lift, 2)),
                Cell::Figure(percent(row.cumulative_share, 1)),
                Cell::Figure(percent(row.cumulative_bads, 1)),
                Cell::Figure(fixed(row.cumulative_lift, 2)),
            ]);
        }
        table.write(m);
    }
}

fn cross_validation(m: &mut Markup, folds: &CrossValidation) {
    let names = ["Rows", "Bads", "AUC", "Gini", "KS", "Brier score", "Log loss"];
    let mut table =
        Table::new(format!("Cross-validation in {} folds", folds.folds.len())).words("Fold").figures(&names);
    let of: [Of; 5] = MEASURES.map(|(_, of)| of);
    for (place, fold) in folds.folds.iter().enumerate() {
        let mut cells = vec![
            Cell::Text((place + 1).to_string()),
            Cell::Figure(count(fold.rows as f64)),
            Cell::Figure(count(fold.bads)),
        ];
        cells.extend(of.iter().map(|of| Cell::maybe(of(fold).map(|e| e.value), |value| fixed(value, 4))));
        table.row(cells);
    }
    for (name, figure) in [("Mean", mean as fn(&[f64]) -> f64), ("Standard deviation", deviation)] {
        let mut cells = vec![Cell::text(name), Cell::Text(String::new()), Cell::Text(String::new())];
        cells.extend(of.iter().map(|of| {
            let values: Vec<f64> = folds.folds.iter().filter_map(|fold| of(fold).map(|e| e.value)).collect();
            let text = fixed(figure(&values), 4);
            if text == ABSENT { Cell::Absent } else { Cell::Figure(text) }
        }));
        table.strong(cells);
    }
    table.write(m);
    m.line("p", &[("class", "quiet")], &folds.method);
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sample's, over n − 1.
fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    #[test]
    fn means_and_deviations_are_those_of_numpy() {
        // numpy.mean([1, 2, 4]), numpy.std([1, 2, 4], ddof=1) -> 2.3333333333333335, 1.5275252316519468
        assert!((super::mean(&[1.0, 2.0, 4.0]) - 2.333_333_333_333_333_5).abs() < 1e-12);
        assert!((super::deviation(&[1.0, 2.0, 4.0]) - 1.527_525_231_651_946_8).abs() < 1e-12);
    }
}
