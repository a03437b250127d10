//! How much was decided, how, and for whom beside those that the model was fitted on.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use store::ledger::Hash;
use store::monitoring::{Day, Of};
use training::drift::{DriftReport, Light};
use training::report::drawing::{Markup, Numbers, fixed, shares};

use crate::console::figures::{count, percent};
use crate::console::plots::{Line, bars};
use crate::monitoring::{drift, together};
use crate::scoring::{Engine, hash_bytes};

/// Sums by model and day.
pub(super) type Models = BTreeMap<Hash, BTreeMap<Day, BTreeMap<Of, f64>>>;

/// What decisions are called, by their number, with the class of their bars.
const DECISIONS: [(u8, &str, &str); 4] = [
    (1, "approve", "block good"),
    (2, "refer", "block second"),
    (3, "decline", "block bad"),
    (0, "no decision", "block third"),
];

/// What was scored in some days.
pub(super) struct Volume {
    pub(super) scores: String,
    /// How many of each decision, in words.
    pub(super) decisions: String,
    /// The share of the approved among the decided.
    pub(super) approval_rate: Option<String>,
    pub(super) is_empty: bool,
}

impl Volume {
    pub(super) fn of(models: &Models, days: RangeInclusive<Day>) -> Self {
        let sum = |of: Of| -> f64 {
            let days = models.values().flat_map(|by_day| by_day.range(days.clone()));
            days.filter_map(|(_, sums)| sums.get(&of)).sum()
        };
        let scores = sum(Of::Scores);
        let decided: f64 = (1..=3).map(|number| sum(Of::Decision(number))).sum();
        let some =
            DECISIONS.iter().map(|(number, name, _)| (sum(Of::Decision(*number)), name)).filter(|(n, _)| *n > 0.0);
        Self {
            scores: count(scores as u64),
            decisions: some.map(|(n, name)| format!("{} {name}", count(n as u64))).collect::<Vec<_>>().join(" · "),
            approval_rate: (decided > 0.0).then(|| percent(sum(Of::Decision(1)) / decided)),
            is_empty: scores == 0.0,
        }
    }
}

/// Decisions by day, as SVG.
pub(super) fn by_day(numbers: &mut Numbers, models: &Models, days: &[Day]) -> String {
    let line = |&(number, name, class): &(u8, &'static str, &'static str)| {
        let on = |day: &Day| -> f64 {
            models.values().filter_map(|by_day| by_day.get(day)?.get(&Of::Decision(number))).sum()
        };
        let values: Vec<Option<f64>> = days.iter().map(|day| Some(on(day)).filter(|n| *n > 0.0)).collect();
        Line { class, dot: "dot main", name: name.to_owned(), values }
    };
    let lines: Vec<Line> = DECISIONS.iter().map(line).filter(|line| line.values.iter().any(Option::is_some)).collect();
    bars(numbers, "Decisions by day", days, &lines)
}

/// How far the champion's applicants have shifted.
pub(super) struct Shift {
    pub(super) index: String,
    pub(super) light: &'static str,
    pub(super) words: &'static str,
    /// What chance alone would make of an unchanged population.
    pub(super) chance: Option<String>,
    pub(super) mean: String,
    /// Both distributions, as SVG.
    pub(super) plot: String,
}

impl Shift {
    pub(super) fn of(numbers: &mut Numbers, engine: &Engine, models: &Models) -> Option<Self> {
        let report: DriftReport = drift(engine, &together(models.get(&Hash(hash_bytes(&engine.model_hash)))?))?;
        let psi = report.score?;
        let mut m = Markup::default();
        shares(&mut m, numbers, "Scores beside those of the training", ("training", "last 30 days"), &psi);
        let (light, words) = match psi.light {
            Light::Green => ("green", "stable"),
            Light::Amber => ("amber", "has shifted"),
            Light::Red => ("red", "has shifted far"),
        };
        Some(Self {
            index: fixed(psi.index, 3),
            light,
            words,
            chance: psi.chance.map(|chance| fixed(chance, 3)),
            mean: fixed(report.mean_score, 1),
            plot: m.finish(),
        })
    }
}
