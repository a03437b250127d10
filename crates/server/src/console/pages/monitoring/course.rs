//! A model's course over some days: scores, decisions, reviews, and how far the score's distribution has shifted.

use std::collections::BTreeMap;

use store::monitoring::{Day, Of, begin_of};
use training::drift::{Light, Thresholds};
use training::report::drawing::{Along, Markup, Numbers, fixed, shares};

use crate::console::figures::{count, percent};
use crate::console::plots::{Line, Mark, lines};
use crate::monitoring::{drift, together};
use crate::scoring::Engine;

const APPROVE: u8 = 1;
const DECLINE: u8 = 3;

/// A day's row.
pub(super) struct Row {
    pub(super) day: String,
    pub(super) scores: String,
    pub(super) mean: String,
    pub(super) approval: String,
    pub(super) psi: String,
    pub(super) light: &'static str,
    pub(super) words: &'static str,
    pub(super) reviews: String,
    pub(super) overrides: String,
}

/// The course of a model.
pub(super) struct Course {
    /// All days together.
    pub(super) whole: Row,
    /// The latest day first; days without anything are left out.
    pub(super) rows: Vec<Row>,
    pub(super) psi: String,
    pub(super) distribution: String,
    pub(super) rates: String,
    pub(super) means: String,
    /// Reviews: what the system decided, what the person decided, how often.
    pub(super) reviewed: Vec<(&'static str, &'static str, String)>,
}

/// What a day comes to.
struct Figures {
    scores: f64,
    mean: Option<f64>,
    approval: Option<f64>,
    psi: Option<(f64, Light)>,
    reviews: f64,
    overrides: Option<f64>,
}

impl Course {
    pub(super) fn of(
        numbers: &mut Numbers,
        engine: Option<&Engine>,
        days: &[Day],
        sums: &BTreeMap<Day, BTreeMap<Of, f64>>,
    ) -> Self {
        let by_day: Vec<Option<Figures>> =
            days.iter().map(|day| sums.get(day).map(|sums| figures(engine, sums))).collect();
        let all = together(sums);
        let values = |of: fn(&Figures) -> Option<f64>| -> Vec<Option<f64>> {
            by_day.iter().map(|figures| figures.as_ref().and_then(of)).collect()
        };
        let line = |class, dot, name: &str, values| Line { class, dot, name: name.to_owned(), values };
        let thresholds = Thresholds::default();
        let marks = [
            Mark { at: thresholds.amber, name: "0.10: look into it" },
            Mark { at: thresholds.red, name: "0.25: it may no longer fit" },
        ];
        let psi = [line("line main", "dot main", "PSI of the score", values(|day| day.psi.map(|(index, _)| index)))];
        let rates = [
            line("line good", "dot good", "approval rate", values(|day| day.approval)),
            line("line bad", "dot bad", "override rate", values(|day| day.overrides)),
        ];
        let mean = [line("line main", "dot main", "mean score", values(|day| day.mean))];
        let mut distribution = Markup::default();
        if let Some(shift) = engine.and_then(|engine| drift(engine, &all)).and_then(|report| report.score) {
            shares(
                &mut distribution,
                numbers,
                "Scores beside those of the training",
                ("training", "these days"),
                &shift,
            );
        }
        let named = days.iter().zip(&by_day).rev();
        let rows = named.filter_map(|(day, figures)| Some(row(begin_of(*day).day(), figures.as_ref()?))).collect();
        Self {
            whole: row("All days".to_owned(), &figures(engine, &all)),
            rows,
            psi: lines(numbers, "PSI by day", days, &psi, Along::Number, &marks),
            distribution: distribution.finish(),
            rates: lines(numbers, "Approval and override rates by day", days, &rates, Along::Percent, &[]),
            means: lines(numbers, "Mean score by day", days, &mean, Along::Number, &[]),
            reviewed: reviewed(&all),
        }
    }
}

fn figures(engine: Option<&Engine>, sums: &BTreeMap<Of, f64>) -> Figures {
    let sum = |of: Of| sums.get(&of).copied().unwrap_or(0.0);
    let scores = sum(Of::Scores);
    let decided: f64 = (1..=3).map(|decision| sum(Of::Decision(decision))).sum();
    let among = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let reviews = sums.iter().filter(|(of, _)| matches!(of, Of::Reviewed(..))).map(|(_, count)| count).sum();
    let overrides = sum(Of::Reviewed(APPROVE, DECLINE)) + sum(Of::Reviewed(DECLINE, APPROVE));
    let shift = engine.and_then(|engine| drift(engine, sums)).and_then(|report| report.score);
    Figures {
        scores,
        mean: among(sum(Of::Values), scores),
        approval: among(sum(Of::Decision(APPROVE)), decided),
        psi: shift.map(|shift| (shift.index, shift.light)),
        reviews,
        overrides: among(overrides, decided),
    }
}

fn row(day: String, of: &Figures) -> Row {
    let absent = || "–".to_owned();
    let (light, words) = of.psi.map_or(("", ""), |(_, light)| light_words(light));
    Row {
        day,
        scores: count(of.scores as u64),
        mean: of.mean.map_or_else(absent, |mean| fixed(mean, 1)),
        approval: of.approval.map_or_else(absent, percent),
        psi: of.psi.map_or_else(absent, |(index, _)| fixed(index, 3)),
        light,
        words,
        reviews: count(of.reviews as u64),
        overrides: of.overrides.map_or_else(absent, percent),
    }
}

/// A light as a class and in words: colour alone says nothing to many.
pub(super) fn light_words(light: Light) -> (&'static str, &'static str) {
    match light {
        Light::Green => ("green", "stable"),
        Light::Amber => ("amber", "shifted"),
        Light::Red => ("red", "far off"),
    }
}

fn reviewed(sums: &BTreeMap<Of, f64>) -> Vec<(&'static str, &'static str, String)> {
    let name = |decision: u8| store::DECISIONS.get(usize::from(decision)).copied().unwrap_or("none");
    let pair = |(of, number): (&Of, &f64)| match of {
        Of::Reviewed(system, person) => Some((name(*system), name(*person), count(*number as u64))),
        _ => None,
    };
    sums.iter().filter_map(pair).collect()
}
