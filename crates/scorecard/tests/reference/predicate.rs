//! Predicates in three-valued logic. Source: PMML 4.4.1, "TreeModel", predicates, and "CompoundPredicate".

use scorecard::model::*;

use super::{
    Given, Names,
    field::{given, is},
};

/// True, false, or `None` for unknown.
pub(super) fn holds(predicate: &Predicate, names: &Names) -> Option<bool> {
    let missing = |field: &str| names[field] == Given::Missing;
    let parts = |parts: &[Predicate]| parts.iter().map(|part| holds(part, names)).collect::<Vec<_>>();
    match predicate {
        Predicate::True => Some(true),
        Predicate::False => Some(false),
        Predicate::Compare { field, operator, value } => {
            let order = match (&names[field], &given(value)) {
                (Given::Number(a), Given::Number(b)) => a.partial_cmp(b)?,
                (Given::Text(a), Given::Text(b)) => a.cmp(b),
                (Given::Boolean(a), Given::Boolean(b)) => a.cmp(b),
                _ => return None,
            };
            Some(match operator {
                Operator::Equal => order.is_eq(),
                Operator::NotEqual => !order.is_eq(),
                Operator::LessThan => order.is_lt(),
                Operator::LessOrEqual => !order.is_gt(),
                Operator::GreaterThan => order.is_gt(),
                Operator::GreaterOrEqual => !order.is_lt(),
            })
        }
        Predicate::IsMissing(field) => Some(missing(field)),
        Predicate::IsNotMissing(field) => Some(!missing(field)),
        Predicate::IsIn { field, .. } | Predicate::IsNotIn { field, .. } if missing(field) => None,
        Predicate::IsIn { field, values } => Some(values.iter().any(|literal| is(literal, &names[field]))),
        Predicate::IsNotIn { field, values } => Some(!values.iter().any(|literal| is(literal, &names[field]))),
        Predicate::And(all) => and(&parts(all)),
        Predicate::Or(any) => or(&parts(any)),
        Predicate::Xor(odd) => {
            let outcomes = parts(odd);
            let known: Option<Vec<bool>> = outcomes.into_iter().collect();
            known.map(|known| known.into_iter().filter(|truth| *truth).count() % 2 == 1)
        }
        Predicate::Surrogate(first) => parts(first).into_iter().flatten().next(),
    }
}

/// False where one is false; else unknown where one is unknown.
pub(super) fn and(outcomes: &[Option<bool>]) -> Option<bool> {
    if outcomes.contains(&Some(false)) {
        Some(false)
    } else if outcomes.contains(&None) {
        None
    } else {
        Some(true)
    }
}

/// True where one is true; else unknown where one is unknown.
pub(super) fn or(outcomes: &[Option<bool>]) -> Option<bool> {
    if outcomes.contains(&Some(true)) {
        Some(true)
    } else if outcomes.contains(&None) {
        None
    } else {
        Some(false)
    }
}
