//! The chapters of the report, one file each.

mod calibration;
mod characteristics;
mod fairness;
mod inputs;
mod model;
mod performance;
mod reasons;
mod stability;
mod summary;
mod use_of_scores;
mod verdicts;

use super::{markup::Markup, plot::Numbers, sources};
use crate::{
    report::{ReportData, SampleReport},
    validation::SampleRole,
};

/// A chapter: when it is there, and what writes it.
pub(crate) struct Chapter {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Whether it starts a page in print.
    pub(crate) own_page: bool,
    pub(crate) present: fn(&ReportData) -> bool,
    pub(crate) write: fn(&mut Markup, &mut Numbers, &ReportData),
}

impl Chapter {
    const fn new(
        id: &'static str,
        title: &'static str,
        own_page: bool,
        present: fn(&ReportData) -> bool,
        write: fn(&mut Markup, &mut Numbers, &ReportData),
    ) -> Self {
        Self { id, title, own_page, present, write }
    }
}

/// All chapters in their order.
pub(crate) const CHAPTERS: [Chapter; 15] = [
    Chapter::new("summary", "Summary", false, |_| true, summary::write),
    Chapter::new("card", "Model card", false, |_| true, summary::card),
    Chapter::new("data", "Data and sample", true, |_| true, inputs::write),
    Chapter::new("discrimination", "Discrimination", true, has_samples, performance::write),
    Chapter::new("calibration", "Calibration", true, is_calibrated, calibration::write),
    Chapter::new("scores", "Scores and cut-offs", true, has_samples, use_of_scores::write),
    Chapter::new("characteristics", "Characteristics", true, |d| !d.characteristics.is_empty(), characteristics::write),
    Chapter::new("selection", "Selection", true, |d| !d.selection.is_empty(), model::selection),
    Chapter::new("regression", "Regression", false, |d| d.regression.is_some(), model::regression),
    Chapter::new("scaling", "Scaling", false, |d| d.scaling.is_some(), model::scaling),
    Chapter::new("stability", "Stability", true, |d| !d.stability.is_empty(), stability::write),
    Chapter::new("fairness", "Fairness", true, |d| !d.fairness.is_empty(), fairness::write),
    Chapter::new("reasons", "Reasons", true, |d| d.reasons.is_some(), reasons::write),
    Chapter::new("reproduction", "Reproduction", true, |d| !d.options.is_empty(), inputs::reproduction),
    Chapter::new("notes", "Formulas and sources", false, |_| true, |m, _, _| sources::notes(m)),
];

fn has_samples(data: &ReportData) -> bool {
    !data.samples.is_empty()
}

fn is_calibrated(data: &ReportData) -> bool {
    data.samples.iter().any(|sample| sample.calibration.is_some())
}

/// What is expected and what is actual: the sample that was learnt from and the one that was not; the scorecard's own
/// baseline where the scorecard was not fitted here.
fn sides(data: &ReportData) -> (&str, &str) {
    let named = |role: SampleRole| data.samples.iter().find(|sample| sample.role == role).map(|s| s.name.as_str());
    (named(SampleRole::Development).unwrap_or("baseline"), named(SampleRole::Validation).unwrap_or("test"))
}

/// The samples, the one that matters most first: the last that the model has not seen.
fn ranked(data: &ReportData) -> Vec<&SampleReport> {
    let main = data.samples.iter().rposition(|sample| sample.role == SampleRole::Validation).unwrap_or(0);
    let first = data.samples.get(main);
    let others = data.samples.iter().enumerate().filter(|(place, _)| *place != main).map(|(_, sample)| sample);
    first.into_iter().chain(others).collect()
}
