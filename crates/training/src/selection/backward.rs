//! Backward elimination by p-value.

use super::{Rule, State};
use crate::{
    Result,
    regression::{RegressionOptions, fit},
};

/// Characteristics held at 0 leave first, then the one with the greatest p-value, until all are at most `most`.
pub(super) fn eliminate(state: &mut State<'_>, most: f64, options: &RegressionOptions) -> Result<()> {
    while state.kept.len() > 1 {
        let columns = state.columns();
        let fitted = fit(&state.design.with(&columns), options)?;
        let estimates = || state.kept.iter().zip(&fitted.coefficients);
        let negative = estimates().find(|(_, estimate)| estimate.value <= 0.0).map(|(index, e)| (*index, e.value));
        if let Some((index, value)) = negative {
            state.drop(index, Rule::Sign, value, 0.0, None);
            continue;
        }
        let p_values = estimates().map(|(index, estimate)| (*index, estimate.p_value().unwrap_or(1.0)));
        let Some((index, p)) = p_values.max_by(|(_, a), (_, b)| a.total_cmp(b)).filter(|(_, p)| *p > most) else {
            return Ok(());
        };
        state.drop(index, Rule::PValue, p, most, None);
    }
    Ok(())
}
