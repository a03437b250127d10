//! What is done with a field's value, in the documented order: codes that mean missing; type and allowed values; outliers; the
//! stand-in for what is missing by then.

use scorecard::{Literal, model::*};

use super::{Given, inside};

/// The value that the card sees; `None` where the application is refused.
pub(super) fn treat(field: &Field, value: &Given) -> Option<Given> {
    let stand_in = || match &field.missing_as {
        Some(literal) => Some(given(literal)),
        None if field.required => None,
        None => Some(Given::Missing),
    };
    if *value == Given::Missing || field.missing_values.iter().any(|code| is(code, value)) {
        return stand_in();
    }
    let of_type = is_of_type(value, field.field_type);
    let free = field.ranges.is_empty() && field.values.is_empty();
    let in_range = matches!(value, Given::Number(x) if field.ranges.iter().any(|range| inside(range, *x)));
    let listed = field.values.iter().any(|allowed| is(allowed, value));
    let forbidden = field.invalid_values.iter().any(|invalid| is(invalid, value));
    if !(of_type && (free || in_range || listed) && !forbidden) {
        return match &field.on_invalid {
            OnInvalid::Reject => None,
            OnInvalid::Missing => stand_in(),
            // "Used as it is": a value of another type cannot be.
            OnInvalid::Accept => of_type.then(|| value.clone()),
            OnInvalid::Replace(literal) => Some(given(literal)),
        };
    }
    // Outliers are valid numbers beyond the bounds.
    match (&field.outliers, value) {
        (Some(outliers), Given::Number(x)) if *x < outliers.low || *x > outliers.high => match outliers.treatment {
            OutlierTreatment::AsIs => Some(value.clone()),
            OutlierTreatment::Missing => stand_in(),
            OutlierTreatment::Clamp if *x < outliers.low => Some(Given::Number(outliers.low)),
            OutlierTreatment::Clamp => Some(Given::Number(outliers.high)),
        },
        _ => Some(value.clone()),
    }
}

fn is_of_type(value: &Given, field_type: FieldType) -> bool {
    match (value, field_type) {
        (Given::Number(x), FieldType::Numeric) => x.is_finite(),
        (Given::Number(x), FieldType::Integer) => x.is_finite() && x.trunc() == *x,
        (Given::Text(_), FieldType::Categorical) | (Given::Boolean(_), FieldType::Boolean) => true,
        (Given::Text(text), FieldType::Date) => is_date(text),
        _ => false,
    }
}

/// A day of the Gregorian calendar, written `2026-11-23`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let (Ok(year), Ok(month), Ok(day)) = (year.parse::<u32>(), month.parse::<u32>(), day.parse::<u32>()) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    text.len() == 10 && (1..=days).contains(&day)
}

/// Whether a constant is this value.
pub(super) fn is(literal: &Literal, value: &Given) -> bool {
    match (literal, value) {
        (Literal::Number(a), Given::Number(b)) => a == b,
        (Literal::Text(a), Given::Text(b)) => a == b,
        (Literal::Boolean(a), Given::Boolean(b)) => a == b,
        _ => false,
    }
}

pub(super) fn given(literal: &Literal) -> Given {
    match literal {
        Literal::Number(number) => Given::Number(*number),
        Literal::Text(text) => Given::Text(text.clone()),
        Literal::Boolean(truth) => Given::Boolean(*truth),
    }
}

/// A computed value as a derived field holds it; expressions here give the field's own type.
pub(super) fn conform(value: Given, field_type: FieldType) -> Result<Given, ()> {
    match (&value, field_type) {
        (Given::Missing, _) | (Given::Text(_), FieldType::Categorical) | (Given::Boolean(_), FieldType::Boolean) => {
            Ok(value)
        }
        (Given::Number(x), FieldType::Numeric) if x.is_finite() => Ok(value),
        _ => Err(()),
    }
}
