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

/// Those that repeat a stronger one, the strongest looked at first; of equals the earlier one is the stronger. Once there are
/// `enough` that do not, the weaker ones leave unlooked at.
pub(super) fn correlation(state: &mut State<'_>, ivs: &[f64], most: f64, enough: usize) {
    if most >= 1.0 && state.kept.len() <= enough {
        // No correlation is beyond 1.
        return;
    }
    let mut order = state.kept.clone();
    order.sort_by(|a, b| iv(ivs, *b).total_cmp(&iv(ivs, *a)).then(a.cmp(b)));
    let mut stronger: Vec<usize> = Vec::new();
    // As many at a time as may stay: of thousands of columns most are never compared.
    for block in order.chunks(enough) {
        if stronger.len() >= enough {
            block.iter().for_each(|index| state.drop(*index, Rule::Number, iv(ivs, *index), enough as f64, None));
            continue;
        }
        let compared: Vec<usize> = stronger.iter().chain(block).copied().collect();
        let columns = state.columns_of(&compared);
        let correlation = regression::correlation(&state.design.with(&columns));
        let mut places: Vec<usize> = (0..stronger.len()).collect();
        for (place, index) in (stronger.len()..).zip(block) {
            let repeated = places.iter().find(|other| correlation[(place, **other)].abs() > most);
            if let Some(other) = repeated {
                let r = correlation[(place, *other)];
                state.drop(*index, Rule::Correlation, r, most, compared.get(*other).copied());
            } else if places.len() >= enough {
                state.drop(*index, Rule::Number, iv(ivs, *index), enough as f64, None);
            } else {
                places.push(place);
            }
        }
        stronger = places.iter().filter_map(|place| compared.get(*place)).copied().collect();
    }
}

/// The one with the greatest variance inflation, until none is above the limit.
pub(super) fn variance_inflation(state: &mut State<'_>, most: f64) {
    if most == f64::INFINITY {
        return;
    }
    let columns = state.columns();
    let mut correlation = regression::correlation(&state.design.with(&columns));
    while state.kept.len() > 1 {
        let factors = regression::variance_inflation(&correlation);
        let worst = state.kept.iter().zip(&factors).rev().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((index, factor)) = worst.filter(|(_, factor)| **factor > most) else { return };
        let (index, factor) = (*index, *factor);
        if let Some(place) = state.kept.iter().position(|kept| *kept == index) {
            correlation = correlation.remove_row(place).remove_column(place);
        }
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
