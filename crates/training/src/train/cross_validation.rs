//! Cross-validation: bins, selection and regression made anew in each fold, so that nothing of the held-out rows leaks.

use super::fitting::Material;
use crate::{
    Error, Result,
    report::CrossValidation,
    table::kfold,
    validation::{Measures, measure},
};

/// Measures on the held-out part of each fold; `progress` is told of each fold that is done.
pub(super) fn run(material: &Material<'_>, folds: usize, seed: u64, progress: &dyn Fn()) -> Result<CrossValidation> {
    let measures = kfold(material.bad, folds, seed).into_iter().map(|split| -> Result<Measures> {
        let log_odds: Vec<f64> = match material.learn(&split.train, &|| {}) {
            Ok(learnt) => split.test.iter().map(|row| learnt.log_odds(*row)).collect(),
            // A fold in which nothing tells anything predicts the average for everybody.
            Err(Error::NothingSelected(_)) => vec![average(material, &split.train); split.test.len()],
            Err(error) => return Err(error),
        };
        let probabilities: Vec<f64> = log_odds.iter().map(|eta| 1.0 / (1.0 + eta.exp())).collect();
        let bad = super::binned::gather(material.bad, &split.test);
        let weights = material.weights.map(|weights| super::binned::gather(weights, &split.test));
        let measured = measure(&log_odds, Some(&probabilities), &bad, weights.as_deref(), None);
        progress();
        measured
    });
    Ok(CrossValidation {
        method: format!("{folds} folds drawn by seed {seed}; bins, selection and regression anew in each"),
        folds: measures.collect::<Result<_>>()?,
        curve: Vec::new(),
    })
}

/// ln(odds of good) of all these rows together.
fn average(material: &Material<'_>, rows: &[u32]) -> f64 {
    let weight = |row: &u32| material.weights.map_or(1.0, |all| all.get(*row as usize).copied().unwrap_or_default());
    let sum = |bad: bool| -> f64 {
        rows.iter().filter(|row| material.bad.get(**row as usize) == Some(&bad)).map(weight).sum()
    };
    (sum(false) / sum(true)).ln()
}
