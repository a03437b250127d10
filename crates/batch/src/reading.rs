//! What a column holds as the value of a field, by the rules of [`scorecard::cells`].

use std::borrow::Cow;

use scorecard::{
    Value,
    cells::{CellTexts, integer_text, number_text, text_value},
    model::{Field, FieldType, OnInvalid},
};
use serde_json::Value as Json;

use crate::record::Cell;

/// A value of Parquet, put as the field's type has it.
pub(crate) fn settled<'a>(cell: Cell<'a>, field: &Field, texts: &CellTexts) -> Cell<'a> {
    match (cell, field.field_type) {
        (Cell::Number(number), _) if texts.is_missing(number) => Cell::Missing,
        (Cell::Integer(whole), _) if texts.is_missing(whole as f64) => Cell::Missing,
        (Cell::Boolean(truth), FieldType::Numeric | FieldType::Integer) => Cell::Integer(i64::from(truth)),
        (Cell::Integer(whole @ (0 | 1)), FieldType::Boolean) => Cell::Boolean(whole == 1),
        (cell, FieldType::Categorical) => as_category(cell),
        (cell, _) => cell,
    }
}

/// A value of JSON, put as the field's type has it; in words, why it is none of any field.
///
/// A number or truth value may stand for a category. A text is no number and no truth value.
pub(crate) fn of_json<'a>(json: Option<&'a Json>, field: &Field, texts: &CellTexts) -> Result<Cell<'a>, String> {
    match json.unwrap_or(&Json::Null) {
        Json::Array(_) => Err("a list where a single value is expected".into()),
        Json::Object(_) => Err("an object where a single value is expected".into()),
        Json::Bool(truth) if field.field_type != FieldType::Categorical => Ok(Cell::Boolean(*truth)),
        json => {
            let cell = Cell::of_json(json);
            let is_number = matches!(cell, Cell::Integer(_) | Cell::Number(_));
            Ok(if is_number && field.field_type == FieldType::Boolean { cell } else { settled(cell, field, texts) })
        }
    }
}

/// The value of a field that a JSON cell is.
pub(crate) fn json_value<'a>(cell: &'a Cell<'a>, texts: &'a CellTexts) -> Value<'a> {
    match cell {
        Cell::Missing => Value::Missing,
        Cell::Boolean(truth) => Value::Boolean(*truth),
        Cell::Number(number) => Value::Number(*number),
        Cell::Integer(whole) => Value::Number(*whole as f64),
        Cell::Text(text) => texts.present(text).map_or(Value::Missing, Value::Text),
    }
}

/// The value of a field that a Parquet cell is; what was wrong where it cannot be.
pub(crate) fn value<'a>(cell: &'a Cell<'a>, field: &Field, texts: &'a CellTexts) -> Result<Value<'a>, String> {
    match cell {
        Cell::Text(text) => read(text, field, texts),
        other => Ok(json_value(other, texts)),
    }
}

/// A number or a truth value as the category that is written so.
fn as_category(cell: Cell<'_>) -> Cell<'_> {
    let mut text = String::new();
    match cell {
        Cell::Boolean(truth) => return Cell::Text(Cow::Borrowed(if truth { "true" } else { "false" })),
        Cell::Integer(whole) => integer_text(i128::from(whole), &mut text),
        Cell::Number(number) => number_text(number, &mut text),
        other => return other,
    }
    Cell::Text(Cow::Owned(text))
}

/// A text of a table without types as the value of a field.
pub(crate) fn read<'a>(cell: &'a str, field: &Field, texts: &'a CellTexts) -> Result<Value<'a>, String> {
    if field.field_type.is_numeric()
        && !texts.has_missing_numbers()
        && let Some(number) = whole(cell.trim_ascii())
    {
        return Ok(Value::Number(number));
    }
    let Some(text) = texts.present(cell) else { return Ok(Value::Missing) };
    // Where the field has a use for invalid values, it and not the table decides what becomes of them.
    let as_it_stands = || Ok(Value::Text(text));
    match field.field_type {
        FieldType::Numeric | FieldType::Integer => match fast_float2::parse::<f64, _>(text) {
            Ok(number) if number.is_finite() && texts.is_missing(number) => Ok(Value::Missing),
            Ok(number) if number.is_finite() => Ok(Value::Number(number)),
            Ok(_) | Err(_) if field.on_invalid != OnInvalid::Reject => as_it_stands(),
            Ok(_) => Err(format!("\"{}\" is not a finite number", excerpt(text))),
            Err(_) => Err(format!("\"{}\" where a number is expected", excerpt(text))),
        },
        other => match text_value(text, other) {
            Value::Text(text) if other == FieldType::Boolean && field.on_invalid == OnInvalid::Reject => {
                Err(format!("\"{}\" where true or false is expected", excerpt(text)))
            }
            value => Ok(value),
        },
    }
}

/// A whole number of few enough digits to be exact: what most numbers of a table are.
#[inline]
fn whole(text: &str) -> Option<f64> {
    const MOST_DIGITS: usize = 15;
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > MOST_DIGITS {
        return None;
    }
    let mut number = 0_u64;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    Some(if negative { -(number as f64) } else { number as f64 })
}

fn excerpt(text: &str) -> String {
    if text.chars().count() > 40 { text.chars().take(39).chain(['…']).collect() } else { text.to_owned() }
}
