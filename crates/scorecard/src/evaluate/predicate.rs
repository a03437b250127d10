//! Predicates with three outcomes: true, false, unknown.

use super::field::equal;
use crate::{
    Error, Literal, Result, Value,
    model::{Operator, Predicate},
};

/// Deepest nesting of predicates.
const MAX_DEPTH: usize = 64;

/// A predicate whose fields have been looked up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CompiledPredicate {
    Constant(bool),
    Compare { slot: usize, operator: Operator, value: Literal },
    IsMissing(usize),
    IsNotMissing(usize),
    IsIn { slot: usize, values: Vec<Literal>, negated: bool },
    And(Vec<CompiledPredicate>),
    Or(Vec<CompiledPredicate>),
    Xor(Vec<CompiledPredicate>),
    Surrogate(Vec<CompiledPredicate>),
}

impl CompiledPredicate {
    /// Looks up the fields that the predicate tests.
    pub(crate) fn compile(predicate: &Predicate, resolve: &dyn Fn(&str) -> Option<usize>, path: &str) -> Result<Self> {
        Self::compile_at(predicate, resolve, path, 0)
    }

    fn compile_at(
        predicate: &Predicate,
        resolve: &dyn Fn(&str) -> Option<usize>,
        path: &str,
        depth: usize,
    ) -> Result<Self> {
        if depth > MAX_DEPTH {
            return Err(Error::model(path, format!("predicates nest deeper than {MAX_DEPTH}")));
        }
        let slot =
            |field: &str| resolve(field).ok_or_else(|| Error::model(path, format!("there is no field `{field}`")));
        let all = |parts: &[Predicate]| -> Result<Vec<Self>> {
            if parts.is_empty() {
                return Err(Error::model(path, "a compound predicate needs at least one part"));
            }
            parts.iter().map(|part| Self::compile_at(part, resolve, path, depth + 1)).collect()
        };
        Ok(match predicate {
            Predicate::True => Self::Constant(true),
            Predicate::False => Self::Constant(false),
            Predicate::Compare { field, operator, value } => {
                Self::Compare { slot: slot(field)?, operator: *operator, value: value.clone() }
            }
            Predicate::IsMissing(field) => Self::IsMissing(slot(field)?),
            Predicate::IsNotMissing(field) => Self::IsNotMissing(slot(field)?),
            Predicate::IsIn { field, values } => {
                Self::IsIn { slot: slot(field)?, values: values.clone(), negated: false }
            }
            Predicate::IsNotIn { field, values } => {
                Self::IsIn { slot: slot(field)?, values: values.clone(), negated: true }
            }
            Predicate::And(parts) => Self::And(all(parts)?),
            Predicate::Or(parts) => Self::Or(all(parts)?),
            Predicate::Xor(parts) => Self::Xor(all(parts)?),
            Predicate::Surrogate(parts) => Self::Surrogate(all(parts)?),
        })
    }

    /// The outcome; `None` is unknown. Truth tables: PMML 4.4.1, "CompoundPredicate".
    pub(crate) fn test(&self, slots: &[Value<'_>]) -> Option<bool> {
        let at = |slot: usize| slots.get(slot).copied().unwrap_or(Value::Missing);
        match self {
            Self::Constant(truth) => Some(*truth),
            Self::Compare { slot, operator, value } => compare(at(*slot), *operator, value),
            Self::IsMissing(slot) => Some(at(*slot).is_missing()),
            Self::IsNotMissing(slot) => Some(!at(*slot).is_missing()),
            Self::IsIn { slot, values, negated } => {
                let value = at(*slot);
                (!value.is_missing()).then(|| values.iter().any(|literal| equal(literal, value)) != *negated)
            }
            Self::And(parts) => all_of(parts.iter().map(|part| part.test(slots))),
            Self::Or(parts) => all_of(parts.iter().map(|part| part.test(slots).map(|truth| !truth))).map(|none| !none),
            Self::Xor(parts) => parts.iter().try_fold(false, |odd, part| part.test(slots).map(|truth| odd ^ truth)),
            Self::Surrogate(parts) => parts.iter().find_map(|part| part.test(slots)),
        }
    }
}

/// True where all are true; false where one is false, whatever is unknown besides.
fn all_of(mut outcomes: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    outcomes
        .try_fold(Some(true), |so_far, outcome| match outcome {
            Some(false) => Err(()),
            None => Ok(None),
            Some(true) => Ok(so_far),
        })
        .unwrap_or(Some(false))
}

/// A comparison; unknown where the value is missing or of another type than the constant.
pub(crate) fn compare(value: Value<'_>, operator: Operator, with: &Literal) -> Option<bool> {
    let order = match (value, with) {
        (Value::Number(a), Literal::Number(b)) => a.partial_cmp(b)?,
        (Value::Text(a), Literal::Text(b)) => a.cmp(b.as_str()),
        (Value::Boolean(a), Literal::Boolean(b)) => a.cmp(b),
        _ => return None,
    };
    Some(match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::LessThan => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::GreaterThan => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTCOMES: [Option<bool>; 3] = [Some(true), Some(false), None];

    /// A predicate on slot 0, 1 or 2 that yields the outcome: the slot's boolean, unknown where missing.
    fn of(slot: usize) -> CompiledPredicate {
        CompiledPredicate::Compare { slot, operator: Operator::Equal, value: true.into() }
    }

    fn value(outcome: Option<bool>) -> Value<'static> {
        outcome.map_or(Value::Missing, Value::Boolean)
    }

    #[test]
    fn truth_tables_of_the_standard() {
        for a in OUTCOMES {
            for b in OUTCOMES {
                let slots = [value(a), value(b)];
                let parts = || vec![of(0), of(1)];
                let and = match (a, b) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
                let or = match (a, b) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                };
                let xor = a.zip(b).map(|(a, b)| a != b);
                assert_eq!(CompiledPredicate::And(parts()).test(&slots), and, "{a:?} and {b:?}");
                assert_eq!(CompiledPredicate::Or(parts()).test(&slots), or, "{a:?} or {b:?}");
                assert_eq!(CompiledPredicate::Xor(parts()).test(&slots), xor, "{a:?} xor {b:?}");
                assert_eq!(CompiledPredicate::Surrogate(parts()).test(&slots), a.or(b), "{a:?} surrogate {b:?}");
            }
        }
    }

    #[test]
    fn missing_values_are_unknown_to_sets() {
        let inside = CompiledPredicate::IsIn { slot: 0, values: vec!["a".into()], negated: false };
        let outside = CompiledPredicate::IsIn { slot: 0, values: vec!["a".into()], negated: true };
        for (value, is_in) in [(Value::Text("a"), Some(true)), (Value::Text("b"), Some(false)), (Value::Missing, None)]
        {
            assert_eq!(inside.test(&[value]), is_in);
            assert_eq!(outside.test(&[value]), is_in.map(|is| !is));
        }
    }
}
