//! Ranked reasons by one sort: points lost and place in a whole number each, all of them in an array.
//!
//! Engines that write the steps of a statement into one another would write the ranks of `ranking` out by the power of
//! their number. An array is written once a rank, however they go about it.

use super::{
    lost::Lost,
    names::Names,
    ranking::Ranking,
    steps::{Column, Steps},
};
use crate::{Amount, Scorecard, evaluate::Arithmetic};

/// Most elements of an array: Trino takes few more in one.
const MAX_ELEMENTS: usize = 100;
/// What a key must stay below, so that no engine's whole numbers of 64 bits overflow.
const MAX_KEY: i128 = 1 << 62;

/// Whether the dialect needs an array, and all keys fit.
pub(super) fn serves(scorecard: &Scorecard, ranking: &Ranking<'_>) -> bool {
    let Ranking { scope, lost, arithmetic, .. } = ranking;
    scope.syntax.writes_steps_out() && lost.len() <= MAX_ELEMENTS && keys_fit(scorecard, *arithmetic, places(lost))
}

/// One more than the last place.
fn places(lost: &[Lost<'_>]) -> usize {
    lost.last().map_or(0, |last| last.place) + 1
}

/// Adds the step of the array; the code of each rank.
pub(super) fn codes(ranking: &Ranking<'_>, names: &mut Names, steps: &mut Steps) -> Vec<String> {
    let Ranking { scope, lost, zero_counts, ranks, error, .. } = *ranking;
    let (syntax, places) = (scope.syntax, places(lost));
    // What is no reason has a multiple of `places` for a key, which is the key of no place.
    let none = if zero_counts { 0 } else { places };
    // Of equal points lost the earlier characteristic has the greater key.
    let key = |lost: &Lost<'_>| {
        let sum = if lost.sum.contains(' ') { format!("({})", lost.sum) } else { lost.sum.clone() };
        let key = syntax.greatest(&[format!("{sum} * {places} + {}", places - lost.place), none.to_string()]);
        match lost.is_first().as_slice() {
            [] => format!("\n      {key}"),
            tests => format!("\n      CASE WHEN {} THEN {key} ELSE {none} END", tests.join(" AND ")),
        }
    };
    let keys: Vec<String> = lost.iter().map(key).collect();
    let ranked = names.claim("", "reasons", "__ranked");
    let note = format!("points lost under each reason code × {places} + how early it stands; what lost most is last");
    steps.add(names, "reasons_by_points_lost", &note, &[Column::new(&ranked, syntax.sorted_array(&keys))]);
    let whens: String =
        lost.iter().map(|lost| format!("\n    WHEN {} THEN {}", places - lost.place, lost.worth.code)).collect();
    let code = |rank: usize| {
        let rest = syntax.remainder(&syntax.element(&ranked, lost.len() - rank), places);
        format!("CASE WHEN {error} IS NULL THEN CASE {rest}{whens}\n  END END")
    };
    (1..=ranks).map(code).collect()
}

/// Whether the greatest key there can be fits.
fn keys_fit(scorecard: &Scorecard, arithmetic: Arithmetic, places: usize) -> bool {
    let mut most = 0_i128;
    for characteristic in &scorecard.characteristics {
        let baseline = characteristic.baselines.get(scorecard.reasons.method);
        let largest = |points| match arithmetic.amount(points) {
            Amount::Exact { units, .. } => Some(i128::from(units).abs()),
            Amount::Double(_) => None,
        };
        let mut points = characteristic.attributes.iter().map(|attribute| largest(attribute.points));
        let points = points.try_fold(0, |most, next| Some(most.max(next?)));
        match (points, baseline.map_or(Some(0), largest)) {
            (Some(points), Some(baseline)) => most += points + baseline,
            _ => return false,
        }
    }
    // A code that several characteristics share has the sum of what they lost.
    (most + 1) * (places as i128) < MAX_KEY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_would_not_fit_are_not_made() {
        let fits = |points: &str, places| {
            let card = format!(
                r#"{{"format": "plimsoll-scorecard", "format_version": 1, "name": "t", "fields": [{{"name": "x", "type": "numeric"}}],
                "characteristics": [{{"name": "x", "field": "x", "reason": {{"code": "X"}}, "baselines": {{"maximum": 0}}, "attributes": [{{"when": "otherwise", "points": {points}}}]}}]}}"#
            );
            let card = crate::from_json(card.as_bytes()).unwrap();
            keys_fit(&card, Arithmetic::of(&card), places)
        };
        assert!(fits("1000", 2) && fits("-1000.25", 2) && fits("100000000000000000", 20));
        assert!(!fits("100000000000000000", 100) && !fits("-100000000000000000", 100));
    }
}
