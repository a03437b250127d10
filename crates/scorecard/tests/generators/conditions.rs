//! The conditions of a characteristic: such as neither overlap nor leave gaps, and such as only document order decides.

use proptest::{collection::vec, option, prelude::*};
use scorecard::{Literal, model::*};

use super::values;

/// Conditions that pass as [`Matching::Disjoint`].
pub(crate) fn disjoint(field_type: FieldType) -> BoxedStrategy<Vec<Condition>> {
    if field_type.is_numeric() { numbers() } else { categories(field_type) }
}

/// Cut points, each belonging to the interval on one side; special codes and missing before, `otherwise` after.
fn numbers() -> BoxedStrategy<Vec<Condition>> {
    let cuts = prop::collection::btree_map(-12_i32..12, any::<bool>(), 0..6);
    let special = option::weighted(0.4, Just(vec![Literal::Number(-9.0), Literal::Number(0.1)]));
    let kept = vec(prop::bool::weighted(0.8), 7);
    (cuts, special, prop::bool::weighted(0.7), option::weighted(0.5, kept))
        .prop_map(|(cuts, special, missing, kept)| {
            let mut conditions: Vec<Condition> = special.map(Condition::Special).into_iter().collect();
            conditions.extend(missing.then_some(Condition::Missing));
            // Whether a cut belongs to the interval on its right.
            let cuts: Vec<(f64, bool)> = cuts.into_iter().map(|(cut, right)| (f64::from(cut) / 4.0, right)).collect();
            for index in 0..=cuts.len() {
                let from = index.checked_sub(1).map(|before| cuts[before]);
                let to = cuts.get(index).copied();
                let closed = match (from.is_some_and(|(_, right)| right), to.is_some_and(|(_, right)| !right)) {
                    (true, true) => Closure::Both,
                    (true, false) => Closure::Left,
                    (false, true) => Closure::Right,
                    (false, false) => Closure::Neither,
                };
                let interval = Interval { from: from.map(|(cut, _)| cut), to: to.map(|(cut, _)| cut), closed };
                if kept.as_ref().is_none_or(|kept| kept[index]) {
                    conditions.push(Condition::Interval(interval));
                }
            }
            conditions.extend(kept.map(|_| Condition::Otherwise));
            conditions
        })
        .boxed()
}

/// Each value in one of a few sets, or in none.
fn categories(field_type: FieldType) -> BoxedStrategy<Vec<Condition>> {
    let values = prop::collection::vec((values::literal(field_type), 0..4_usize), 1..8);
    (values, option::of(0..4_usize), prop::bool::weighted(0.85))
        .prop_map(|(values, missing, otherwise)| {
            let mut sets: Vec<Vec<Literal>> = vec![Vec::new(); 4];
            let mut seen: Vec<Literal> = Vec::new();
            for (value, set) in values {
                if !seen.contains(&value) {
                    seen.push(value.clone());
                    sets[set].push(value);
                }
            }
            let sets = sets.into_iter().enumerate().filter(|(_, set)| !set.is_empty());
            let mut conditions: Vec<Condition> = sets
                .map(|(index, set)| if index == 3 { Condition::Special(set) } else { Condition::Values(set) })
                .collect();
            if let Some(place) = missing {
                conditions.insert(place.min(conditions.len()), Condition::Missing);
            }
            conditions.extend(otherwise.then_some(Condition::Otherwise));
            conditions
        })
        .boxed()
}

/// Any conditions in any order: they overlap, hide one another, and leave gaps.
pub(crate) fn first_match(field_type: FieldType) -> BoxedStrategy<Vec<Condition>> {
    let set = || vec(values::literal(field_type), 1..4);
    let own = if field_type.is_numeric() {
        values::interval().prop_map(Condition::Interval).boxed()
    } else {
        set().prop_map(Condition::Values).boxed()
    };
    let condition = prop_oneof![
        6 => own,
        2 => set().prop_map(Condition::Values),
        1 => set().prop_map(Condition::Special),
        1 => Just(Condition::Missing),
        1 => Just(Condition::Otherwise),
    ];
    (vec(condition, 1..8), prop::bool::weighted(0.8))
        .prop_map(|(mut conditions, closed)| {
            conditions.extend(closed.then_some(Condition::Otherwise));
            conditions
        })
        .boxed()
}
