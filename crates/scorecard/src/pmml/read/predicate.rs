//! Predicates, and the conditions on a characteristic's own field that the simplest of them are.

use super::{
    array,
    element::{Element, excerpt},
    literal,
    scope::Scope,
};
use crate::{
    Literal, Result,
    model::{Closure, Condition, FieldType, Interval, Operator, Predicate},
};

/// Whether an element is a predicate.
pub(super) fn is_predicate(element: &Element) -> bool {
    matches!(element.name.as_str(), "SimplePredicate" | "SimpleSetPredicate" | "CompoundPredicate" | "True" | "False")
}

pub(super) fn read(element: &Element, scope: &Scope<'_>) -> Result<Predicate> {
    match element.name.as_str() {
        "True" => Ok(Predicate::True),
        "False" => Ok(Predicate::False),
        "SimplePredicate" => simple(element, scope),
        "SimpleSetPredicate" => set(element, scope),
        "CompoundPredicate" => compound(element, scope),
        _ => Err(element.error(
            "not a predicate; the standard has SimplePredicate, SimpleSetPredicate, CompoundPredicate, True and False",
        )),
    }
}

/// The operators of `<SimplePredicate>`.
#[derive(Clone, Copy)]
enum Test {
    Compare(Operator),
    IsMissing,
    IsNotMissing,
}

fn simple(element: &Element, scope: &Scope<'_>) -> Result<Predicate> {
    let name = element.required("field")?;
    let (field, field_type) = scope.field(element, name)?;
    let test = element
        .one_of(
            "operator",
            &[
                ("equal", Test::Compare(Operator::Equal)),
                ("notEqual", Test::Compare(Operator::NotEqual)),
                ("lessThan", Test::Compare(Operator::LessThan)),
                ("lessOrEqual", Test::Compare(Operator::LessOrEqual)),
                ("greaterThan", Test::Compare(Operator::GreaterThan)),
                ("greaterOrEqual", Test::Compare(Operator::GreaterOrEqual)),
                ("isMissing", Test::IsMissing),
                ("isNotMissing", Test::IsNotMissing),
            ],
        )?
        .ok_or_else(|| element.error("no attribute `operator`; the standard requires it"))?;
    let operator = match test {
        Test::IsMissing => return Ok(Predicate::IsMissing(field)),
        Test::IsNotMissing => return Ok(Predicate::IsNotMissing(field)),
        Test::Compare(operator) => operator,
    };
    let value = literal::required(element, "the value", element.required("value")?, field_type)?;
    match scope.order(name) {
        Some(order) if !matches!(operator, Operator::Equal | Operator::NotEqual) => {
            ordinal(element, field, operator, &value, order)
        }
        _ => Ok(Predicate::Compare { field, operator, value }),
    }
}

/// A comparison of an ordinal field, whose order is that of its values in the dictionary: the values it is true of.
fn ordinal(
    element: &Element,
    field: String,
    operator: Operator,
    value: &Literal,
    order: &[Literal],
) -> Result<Predicate> {
    let place = order
        .iter()
        .position(|known| known == value)
        .ok_or_else(|| element.error(format!("{value} is not among the values of the ordinal field `{field}`")))?;
    let holds = |index: usize| match operator {
        Operator::LessThan => index < place,
        Operator::LessOrEqual => index <= place,
        Operator::GreaterThan => index > place,
        _ => index >= place,
    };
    let values = order.iter().enumerate().filter(|(index, _)| holds(*index)).map(|(_, value)| value.clone()).collect();
    Ok(Predicate::IsIn { field, values })
}

fn set(element: &Element, scope: &Scope<'_>) -> Result<Predicate> {
    let (field, field_type) = scope.field(element, element.required("field")?)?;
    let inside = element
        .one_of("booleanOperator", &[("isIn", true), ("isNotIn", false)])?
        .ok_or_else(|| element.error("no attribute `booleanOperator`; the standard requires it"))?;
    let array = element.required_child("Array")?;
    let values = array::read(array)?
        .iter()
        .map(|text| literal::required(array, "the value", text, field_type))
        .collect::<Result<Vec<_>>>()?;
    Ok(if inside { Predicate::IsIn { field, values } } else { Predicate::IsNotIn { field, values } })
}

fn compound(element: &Element, scope: &Scope<'_>) -> Result<Predicate> {
    let parts = element.content().map(|part| read(part, scope)).collect::<Result<Vec<_>>>()?;
    if parts.is_empty() {
        return Err(element.error("no predicate inside; the standard requires at least two"));
    }
    match element.required("booleanOperator")?.trim() {
        "and" => Ok(Predicate::And(parts)),
        "or" => Ok(Predicate::Or(parts)),
        "xor" => Ok(Predicate::Xor(parts)),
        "surrogate" => Ok(Predicate::Surrogate(parts)),
        other => Err(element
            .error(format!("`booleanOperator` is \"{}\"; expected one of: and, or, xor, surrogate", excerpt(other)))),
    }
}

/// The first field that a predicate looks at.
pub(super) fn first_field(predicate: &Predicate) -> Option<&str> {
    match predicate {
        Predicate::True | Predicate::False => None,
        Predicate::Compare { field, .. }
        | Predicate::IsMissing(field)
        | Predicate::IsNotMissing(field)
        | Predicate::IsIn { field, .. }
        | Predicate::IsNotIn { field, .. } => Some(field),
        Predicate::And(parts) | Predicate::Or(parts) | Predicate::Xor(parts) | Predicate::Surrogate(parts) => {
            parts.iter().find_map(first_field)
        }
    }
}

/// A predicate as a condition on the characteristic's own field, where it is one: those are found by table.
pub(super) fn condition(predicate: Predicate, own: &str, field_type: FieldType) -> Condition {
    match &predicate {
        Predicate::True => Condition::Otherwise,
        Predicate::IsMissing(field) if field == own => Condition::Missing,
        Predicate::And(parts) => match interval(parts, own, field_type) {
            Some(interval) => Condition::Interval(interval),
            None => Condition::Predicate(predicate),
        },
        single => match (values(single, own), interval(std::slice::from_ref(single), own, field_type)) {
            (Some(values), _) => Condition::Values(values),
            (None, Some(interval)) => Condition::Interval(interval),
            (None, None) => Condition::Predicate(predicate),
        },
    }
}

/// The values that a predicate names, where it is true of those and no others.
fn values(predicate: &Predicate, own: &str) -> Option<Vec<Literal>> {
    match predicate {
        Predicate::Compare { field, operator: Operator::Equal, value } if field == own => Some(vec![value.clone()]),
        Predicate::IsIn { field, values } if field == own && !values.is_empty() => Some(values.clone()),
        Predicate::Or(parts) => {
            parts.iter().map(|part| values(part, own)).collect::<Option<Vec<_>>>().map(|lists| lists.concat())
        }
        _ => None,
    }
}

/// The interval that comparisons of the field come to together: at most one from below and one from above.
fn interval(parts: &[Predicate], own: &str, field_type: FieldType) -> Option<Interval> {
    if !field_type.is_numeric() {
        return None;
    }
    let (mut from, mut to) = (None, None);
    for part in parts {
        let Predicate::Compare { field, operator, value: Literal::Number(bound) } = part else { return None };
        if field != own {
            return None;
        }
        let (end, closed) = match operator {
            Operator::GreaterThan => (&mut from, false),
            Operator::GreaterOrEqual => (&mut from, true),
            Operator::LessThan => (&mut to, false),
            Operator::LessOrEqual => (&mut to, true),
            Operator::Equal | Operator::NotEqual => return None,
        };
        if end.replace((*bound, closed)).is_some() {
            return None;
        }
    }
    let closed = match (from.is_some_and(|(_, closed)| closed), to.is_some_and(|(_, closed)| closed)) {
        (true, true) => Closure::Both,
        (true, false) => Closure::Left,
        (false, true) => Closure::Right,
        (false, false) => Closure::Neither,
    };
    let (from, to) = (from.map(|(bound, _)| bound), to.map(|(bound, _)| bound));
    let holds_something = match (from, to) {
        (Some(from), Some(to)) => from < to || (from == to && closed == Closure::Both),
        _ => true,
    };
    holds_something.then_some(Interval { from, to, closed })
}
