//! How far each characteristic has shifted: over all days together, and on each of the last ones.

use std::collections::BTreeMap;

use store::monitoring::{Day, Of, begin_of};
use training::drift::Thresholds;
use training::report::NamedStability;
use training::report::drawing::{Markup, Numbers, fixed, index_bars};

use super::course::light_words;
use crate::console::figures::percent;
use crate::monitoring::drift;
use crate::scoring::Engine;

/// Days that the table shows at most: the last ones with scores.
const DAYS: usize = 14;

/// A characteristic's row.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) index: String,
    pub(super) light: &'static str,
    pub(super) words: &'static str,
    pub(super) chance: String,
    /// Mean points now less those of the training.
    pub(super) shift: String,
    /// The index on each day of the table.
    pub(super) by_day: Vec<String>,
    /// Attributes with their shares in training and now.
    pub(super) attributes: Vec<(String, String, String)>,
}

/// The characteristics of a model.
pub(super) struct Characteristics {
    pub(super) plot: String,
    /// The days of the table.
    pub(super) days: Vec<String>,
    /// Those that shifted most come first.
    pub(super) rows: Vec<Row>,
}

impl Characteristics {
    /// None where the model holds no baseline, or nobody was scored.
    pub(super) fn of(
        numbers: &mut Numbers,
        engine: &Engine,
        sums: &BTreeMap<Day, BTreeMap<Of, f64>>,
        all: &BTreeMap<Of, f64>,
    ) -> Option<Self> {
        let whole = drift(engine, all)?;
        let shown: Vec<_> = sums.iter().rev().take(DAYS).collect();
        let by_day: Vec<_> = shown.iter().map(|(_, sums)| drift(engine, sums)).collect();
        let mut order: Vec<_> = whole.characteristics.iter().collect();
        order.sort_by(|a, b| b.csi.index.total_cmp(&a.csi.index));
        let named: Vec<NamedStability> = order
            .iter()
            .map(|one| NamedStability { name: called(one.label.as_ref(), &one.name), stability: one.csi.clone() })
            .collect();
        let mut m = Markup::default();
        index_bars(&mut m, numbers, &named, &Thresholds::default());
        let rows = order.iter().map(|one| {
            let (light, words) = light_words(one.csi.light);
            let on_day = |report: &Option<training::drift::DriftReport>| {
                let found =
                    report.as_ref().and_then(|report| report.characteristics.iter().find(|c| c.name == one.name));
                found.map_or_else(|| "–".to_owned(), |found| fixed(found.csi.index, 3))
            };
            let share = |row: &training::drift::StabilityRow| {
                (row.label.clone(), percent(row.expected_share), percent(row.actual_share))
            };
            Row {
                name: called(one.label.as_ref(), &one.name),
                index: fixed(one.csi.index, 3),
                light,
                words,
                chance: one.csi.chance.map_or_else(|| "–".to_owned(), |chance| fixed(chance, 3)),
                shift: fixed(one.shift, 2),
                by_day: by_day.iter().map(on_day).collect(),
                attributes: one.csi.rows.iter().map(share).collect(),
            }
        });
        Some(Self {
            plot: m.finish(),
            days: shown.iter().map(|(day, _)| begin_of(**day).day()).collect(),
            rows: rows.collect(),
        })
    }
}

/// What people call a characteristic.
pub(super) fn called(label: Option<&String>, name: &str) -> String {
    label.map_or_else(|| name.to_owned(), Clone::clone)
}
