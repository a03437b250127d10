//! Types and constants: PMML's data types as the model's, and texts as values of them.

use super::element::{Element, boolean, excerpt, number};
use crate::{Literal, Result, model::FieldType};

/// A data type of the standard as the type that the model holds.
pub(super) fn data_type(element: &Element, name: &str) -> Result<FieldType> {
    Ok(match name.trim() {
        "string" => FieldType::Categorical,
        "integer" => FieldType::Integer,
        "float" | "double" => FieldType::Numeric,
        "boolean" => FieldType::Boolean,
        "date" => FieldType::Date,
        "time" => FieldType::Time,
        "dateTime" => FieldType::DateTime,
        "timeSeconds" => FieldType::Integer,
        counted if origin_year(counted).is_some() => FieldType::Integer,
        other => {
            return Err(element.error(format!(
                "unknown data type `{}`; the standard has string, integer, float, double, boolean, date, time, dateTime and counts of days or seconds",
                excerpt(other)
            )));
        }
    })
}

/// The year from which a data type such as `dateDaysSince[1970]` counts, and whether it counts seconds.
pub(super) fn origin_year(data_type: &str) -> Option<(i32, bool)> {
    let (rest, seconds) = match data_type.trim().strip_prefix("dateTimeSecondsSince[") {
        Some(rest) => (rest, true),
        None => (data_type.trim().strip_prefix("dateDaysSince[")?, false),
    };
    match rest.strip_suffix(']')? {
        "0" => Some((0, seconds)),
        "1960" => Some((1960, seconds)),
        "1970" => Some((1970, seconds)),
        "1980" => Some((1980, seconds)),
        _ => None,
    }
}

/// A text as a value of a type.
pub(super) fn parse(text: &str, field_type: FieldType) -> Option<Literal> {
    match field_type {
        FieldType::Numeric => number(text).map(Literal::Number),
        FieldType::Integer => number(text).map(Literal::Number),
        FieldType::Boolean => boolean(text).map(Literal::Boolean),
        FieldType::Categorical => Some(Literal::Text(text.to_owned())),
        FieldType::Date | FieldType::Time | FieldType::DateTime => Some(Literal::Text(text.trim().to_owned())),
    }
}

/// A text as a value of a type, or an error at the element that holds it.
pub(super) fn required(element: &Element, what: &str, text: &str, field_type: FieldType) -> Result<Literal> {
    parse(text, field_type)
        .ok_or_else(|| element.error(format!("{what} \"{}\" is not of type {field_type}", excerpt(text))))
}

/// A text whose type nothing states: a number where it reads as one.
pub(super) fn inferred(text: &str) -> Literal {
    number(text).map_or_else(|| Literal::Text(text.to_owned()), Literal::Number)
}

/// Texts that share a type which nothing states: numbers where all of them read as one.
pub(super) fn inferred_type<'a>(mut texts: impl Iterator<Item = &'a str>) -> FieldType {
    if texts.all(|text| number(text).is_some()) { FieldType::Numeric } else { FieldType::Categorical }
}
