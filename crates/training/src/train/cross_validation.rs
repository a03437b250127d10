//! Cross-validation: bins, selection and regression made anew in each fold, so that nothing of the held-out rows leaks.

use super::fitting::Material;
use crate::{
    Result,
    report::CrossValidation,
    table::kfold,
    validation::{Measures, measure},
};

/// Measures on the held-out part of each fold; `progress` is told of each fold that is done.
pub(super) fn run(material: &Material<'_>, folds: usize, seed: u64, progress: &dyn Fn()) -> Result<CrossValidation> {
    let measures = kfold(material.bad, folds, seed).into_iter().map(|split| -> Result<Measures> {
        let learnt = material.learn(&split.train, &|| {})?;
        let log_odds: Vec<f64> = split.test.iter().map(|row| learnt.log_odds(*row)).collect();
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
