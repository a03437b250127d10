//! Cross-validation: bins, selection and regression made anew in each fold, so that nothing of the held-out rows leaks.

use super::fitting::Material;
use crate::{
    Error, Result,
    report::CrossValidation,
    table::kfold,
    validation::{Measures, measure},
};

/// Refuses more folds than there are rows of the rarer class: one without a bad, or a good, cannot be judged by.
///
/// # Errors
/// [`Error::Setting`] with the most folds that there can be.
pub(super) fn refuse_too_many(bad: &[bool], weights: Option<&[f64]>, folds: usize) -> Result<()> {
    let counts = |row: usize| weights.is_none_or(|weights| weights.get(row).is_some_and(|weight| *weight > 0.0));
    let rows = |class: bool| bad.iter().enumerate().filter(|(row, bad)| **bad == class && counts(*row)).count();
    let (goods, bads) = (rows(false), rows(true));
    let (rarer, what) = if bads <= goods { (bads, "bad") } else { (goods, "good") };
    if folds < 2 || rarer >= folds {
        return Ok(());
    }
    let advice = match rarer {
        0 | 1 => "leave cross-validation out with `--folds 0`".to_owned(),
        most => format!("ask for {most} at most, or leave cross-validation out with `--folds 0`"),
    };
    let s = if rarer == 1 { "" } else { "s" };
    Err(Error::Setting {
        setting: "--folds".into(),
        problem: format!(
            "cross-validation in {folds} folds needs a bad and a good in each, and there {} {rarer} {what}{s} in all: {advice}",
            if rarer == 1 { "is" } else { "are" }
        ),
    })
}

/// Measures on the held-out part of each fold; `progress` is told of each fold that is done.
pub(super) fn run(material: &Material<'_>, folds: usize, seed: u64, progress: &dyn Fn()) -> Result<CrossValidation> {
    let measures = kfold(material.bad, folds, seed).into_iter().zip(1..).map(|(split, number)| -> Result<Measures> {
        let within = |error: Error| in_fold(error, number, folds);
        let log_odds: Vec<f64> = match material.learn(&split.train, &|| {}) {
            Ok(learnt) => split.test.iter().map(|row| learnt.log_odds(*row)).collect(),
            // A fold in which nothing tells anything predicts the average for everybody.
            Err(Error::NothingSelected(_)) => vec![average(material, &split.train); split.test.len()],
            Err(error) => return Err(within(error)),
        };
        let probabilities: Vec<f64> = log_odds.iter().map(|eta| 1.0 / (1.0 + eta.exp())).collect();
        let bad = super::binned::gather(material.bad, &split.test);
        let weights = material.weights.map(|weights| super::binned::gather(weights, &split.test));
        let measured = measure(&log_odds, Some(&probabilities), &bad, weights.as_deref(), None);
        progress();
        measured.map_err(within)
    });
    Ok(CrossValidation {
        method: format!("{folds} folds drawn by seed {seed}; bins, selection and regression anew in each"),
        folds: measures.collect::<Result<_>>()?,
        curve: Vec::new(),
    })
}

/// The same error, said to be one of a fold, and what to do about it.
fn in_fold(error: Error, number: usize, folds: usize) -> Error {
    let said = |problem: String| {
        format!(
            "fold {number} of {folds} of the cross-validation: {problem}; or ask for fewer folds, or none with `--folds 0`"
        )
    };
    match error {
        Error::Validation(problem) => Error::Validation(said(problem)),
        Error::Regression(problem) => Error::Regression(said(problem)),
        Error::Column { column, problem } => Error::Column { column, problem: said(problem) },
        Error::Setting { setting, problem } => Error::Setting { setting, problem: said(problem) },
        other => other,
    }
}

/// ln(odds of good) of all these rows together.
fn average(material: &Material<'_>, rows: &[u32]) -> f64 {
    let weight = |row: &u32| material.weights.map_or(1.0, |all| all.get(*row as usize).copied().unwrap_or_default());
    let sum = |bad: bool| -> f64 {
        rows.iter().filter(|row| material.bad.get(**row as usize) == Some(&bad)).map(weight).sum()
    };
    (sum(false) / sum(true)).ln()
}
