//! Backward elimination by p-value.

use nalgebra::DMatrix;

use super::{Rule, State};
use crate::{
    Result,
    regression::{Estimate, Fit, RegressionOptions},
};

/// Characteristics held at 0 leave first where none may be negative, then the one with the greatest p-value, until all are
/// at most `most`.
///
/// Between two regressions more than one may leave: what a regression without the last one would find is told well by
/// the curvature of the one before (Lawless & Singhal, *Biometrics* 34, 1978), and is taken at its word as far as it is
/// clear. What is near the limit is always settled by a regression of its own.
pub(super) fn eliminate(state: &mut State<'_>, most: f64, options: &RegressionOptions) -> Result<()> {
    while state.kept.len() > 1 {
        let fitted = state.fit(options)?;
        if options.non_negative && state.drop_wrong_signs(&fitted) {
            continue;
        }
        let leaving = leaving(&fitted, most, clear(most), options.non_negative);
        if leaving.is_empty() {
            return Ok(());
        }
        let named: Vec<(usize, f64)> =
            leaving.iter().filter_map(|(place, p)| Some((*state.kept.get(*place)?, *p))).collect();
        for (index, p) in named {
            state.drop(index, Rule::PValue, p, most, None);
        }
    }
    Ok(())
}

/// A p-value that is beyond the limit with no regression needed to tell: halfway to 1.
fn clear(most: f64) -> f64 {
    f64::midpoint(most, 1.0)
}

/// Places and p-values of those that leave, in their order: the first beyond `most`, the further ones beyond `clear`.
fn leaving(fitted: &Fit, most: f64, clear: f64, non_negative: bool) -> Vec<(usize, f64)> {
    let mut values: Vec<f64> = fitted.coefficients.iter().map(|estimate| estimate.value).collect();
    let Some(mut covariance) = fitted.covariance.clone() else { return Vec::new() };
    let mut left: Vec<usize> = (0..values.len()).collect();
    let mut leaving = Vec::new();
    while left.len() > 1 {
        let p_value = |place: usize| {
            let standard_error = Some(covariance[(place, place)].sqrt());
            let value = values.get(place).copied().unwrap_or(0.0);
            Estimate { value, standard_error }.p_value().unwrap_or(1.0)
        };
        let greatest = left.iter().map(|place| (*place, p_value(*place))).max_by(|a, b| a.1.total_cmp(&b.1));
        let limit = if leaving.is_empty() { most } else { clear };
        let Some((place, p)) = greatest.filter(|(_, p)| *p > limit) else { break };
        leaving.push((place, p));
        left.retain(|kept| *kept != place);
        without(place, &mut values, &mut covariance);
        // Signs are for a regression to settle.
        if non_negative && left.iter().any(|place| values.get(*place).is_none_or(|value| *value <= 0.0)) {
            break;
        }
    }
    leaving
}

/// Estimates and covariance of the others where one is held at 0, by the curvature at hand.
fn without(place: usize, values: &mut [f64], covariance: &mut DMatrix<f64>) {
    let variance = covariance[(place, place)];
    let value = values.get(place).copied().unwrap_or(0.0);
    let column = covariance.column(place).clone_owned() / variance;
    values.iter_mut().zip(column.iter()).for_each(|(other, share)| *other -= share * value);
    *covariance -= &column * column.transpose() * variance;
}
