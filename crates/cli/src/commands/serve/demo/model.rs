//! The scorecard of the demonstration, as `plimsoll train german-credit.csv` fits it, and a policy with its cut-offs.

use scorecard::{
    Scorecard,
    policy::{Decision, Policy},
};
use training::{
    report::ReportData,
    table::{ReadOptions, read_bytes},
    train::{Dictionary, Role, TrainOptions, train as fit},
};

use super::{DATA, DICTIONARY, POLICY};
use crate::failure::Failure;

/// What the data are called.
const NAME: &str = "german-credit";
/// Share of the applicants that the score alone approves, and that it approves or refers.
const APPROVED: f64 = 0.6;
const APPROVED_OR_REFERRED: f64 = 0.75;

/// What goes into force.
pub(super) struct Trained {
    pub(super) scorecard: Scorecard,
    pub(super) policy: Policy,
    pub(super) report: ReportData,
}

/// Fits the scorecard. Intervals and folds say how good it is, not what it is: a demonstration does not wait for them.
pub(super) fn train() -> Result<Trained, Failure> {
    let dictionary = Dictionary::from_json(DICTIONARY, "the demonstration's dictionary")?;
    let excluded = dictionary.columns.iter().filter(|(_, entry)| entry.role == Role::Excluded);
    let reading = ReadOptions {
        exclude: excluded.map(|(name, _)| name.clone()).collect(),
        missing_values: scorecard::MISSING_TEXTS.iter().map(|text| (*text).to_owned()).collect(),
        ..ReadOptions::default()
    };
    let table = read_bytes(DATA.to_vec(), &format!("{NAME}.csv"), &reading)?;
    let target = dictionary.target.clone().unwrap_or_default();
    let bad_values = dictionary.bad_values.clone();
    let options = TrainOptions { bad_values, dictionary, bootstrap: 0, folds: 0, ..TrainOptions::new(NAME, target) };
    let trained = fit(&table, &options, &|_| {})?;
    let policy = policy(&trained.report)?;
    Ok(Trained { scorecard: trained.scorecard().clone(), policy, report: trained.report })
}

/// The example's rules, with cut-offs where the report has them for these shares.
fn policy(report: &ReportData) -> Result<Policy, Failure> {
    let mut policy = scorecard::policy::from_json(POLICY)?;
    let rows = report.samples.last().map(|sample| sample.cut_offs.as_slice()).unwrap_or_default();
    let cut = |share: f64| {
        let distance = |rate: f64| (rate - share).abs();
        rows.iter().min_by(|a, b| distance(a.approval_rate).total_cmp(&distance(b.approval_rate))).map(|row| row.cut)
    };
    let (Some(approve), Some(refer)) = (cut(APPROVED), cut(APPROVED_OR_REFERRED)) else { return Ok(policy) };
    for band in &mut policy.scores.bands {
        (band.from, band.to) = match band.decision {
            Decision::Approve => (Some(approve), None),
            Decision::Refer => (Some(refer), Some(approve)),
            Decision::Decline => (None, Some(refer)),
        };
    }
    Ok(policy)
}
