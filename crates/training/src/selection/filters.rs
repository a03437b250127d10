//! Filters that look at characteristics before any regression.

use super::{Rule, State};
use crate::regression;

fn iv(ivs: &[f64], index: usize) -> f64 {
    ivs.get(index).copied().unwrap_or(0.0)
}

/// Those that tell too little.
pub(super) fn information_value(state: &mut State<'_>, ivs: &[f64], least: f64) {
    for index in state.kept.clone() {
        if iv(ivs, index) < least {
            state.drop(index, Rule::InformationValue, iv(ivs, index), least, None);
        }
    }
}

/// Those that repeat a stronger one, the strongest looked at first; of equals the earlier one is the stronger.
pub(super) fn correlation(state: &mut State<'_>, ivs: &[f64], most: f64) {
    let columns = state.columns();
    let correlation = regression::correlation(&state.design.with(&columns));
    let candidates = state.kept.clone();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    let strength = |place: &usize| candidates.get(*place).map_or(0.0, |index| iv(ivs, *index));
    order.sort_by(|a, b| strength(b).total_cmp(&strength(a)).then(a.cmp(b)));
    let mut stronger: Vec<usize> = Vec::new();
    for place in order {
        let repeated = stronger.iter().find(|other| correlation[(place, **other)].abs() > most);
        match (repeated, candidates.get(place)) {
            (Some(other), Some(index)) => {
                let r = correlation[(place, *other)];
                state.drop(*index, Rule::Correlation, r, most, candidates.get(*other).copied());
            }
            _ => stronger.push(place),
        }
    }
}

/// The one with the greatest variance inflation, until none is above the limit.
pub(super) fn variance_inflation(state: &mut State<'_>, most: f64) {
    while state.kept.len() > 1 {
        let columns = state.columns();
        let correlation = regression::correlation(&state.design.with(&columns));
        let factors = regression::variance_inflation(&correlation);
        let worst = state.kept.iter().zip(&factors).rev().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((index, factor)) = worst.filter(|(_, factor)| **factor > most) else { return };
        let (index, factor) = (*index, *factor);
        state.drop(index, Rule::VarianceInflation, factor, most, None);
    }
}

/// The weakest, while there are more than allowed.
pub(super) fn number(state: &mut State<'_>, ivs: &[f64], most: Option<usize>) {
    while most.is_some_and(|most| state.kept.len() > most) {
        let weakest = state.kept.iter().rev().min_by(|a, b| iv(ivs, **a).total_cmp(&iv(ivs, **b)));
        let Some(index) = weakest.copied() else { return };
        state.drop(index, Rule::Number, iv(ivs, index), most.unwrap_or(0) as f64, None);
    }
}
