//! The baseline that a new scorecard takes with it.

use scorecard::model::{Population, ScoreBand};

use crate::{
    Result,
    validation::{Ranked, equal_groups},
};

/// The score distribution of a sample in about `bands` bands of nearly equal weight, for [`scorecard::Scorecard::population`].
/// Equal scores are in one band; the first band is open below and the last above.
///
/// # Errors
/// [`crate::Error::Validation`] as for [`crate::validation::measure`].
pub fn population(scores: &[f64], bad: &[bool], weights: Option<&[f64]>, bands: usize) -> Result<Population> {
    let ranked = Ranked::new(scores, bad, weights)?;
    let groups: Vec<_> = equal_groups(&ranked, bands.max(1)).into_iter().filter(|group| group.weight() > 0.0).collect();
    let total = ranked.total();
    let starts: Vec<f64> = groups.iter().skip(1).map(|group| group.from).collect();
    let bands = groups.iter().enumerate().map(|(place, group)| ScoreBand {
        from: place.checked_sub(1).and_then(|before| starts.get(before).copied()),
        to: starts.get(place).copied(),
        share: group.weight() / total,
        bad_rate: group.bads / group.weight(),
    });
    Ok(Population { count: total, bands: bands.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_meet_and_hold_everybody() {
        let scores: Vec<f64> = (0..100).map(f64::from).collect();
        let bad: Vec<bool> = (0..100).map(|i| i < 20).collect();
        let found = population(&scores, &bad, None, 4).unwrap();
        let ends: Vec<_> = found.bands.iter().map(|band| (band.from, band.to)).collect();
        assert_eq!(ends, [(None, Some(25.0)), (Some(25.0), Some(50.0)), (Some(50.0), Some(75.0)), (Some(75.0), None)]);
        assert_eq!((found.count, found.bands[0].share, found.bands[0].bad_rate), (100.0, 0.25, 0.8));
    }
}
