//! One record of any format, and what its columns hold.

use std::{borrow::Cow, ops::Range};

use parquet::record::{Field as ParquetField, Row};
use scorecard::{
    Value,
    model::{Field, FieldType, OnInvalid},
};
use serde_json::{Map, Value as Json};

use crate::{csv_record, missing::MissingTexts};

/// One record.
pub(crate) enum Record<'a> {
    /// Of CSV: the bytes it lies in, itself (line end left out), its fields.
    Csv(&'a [u8], Range<usize>, &'a [Range<usize>]),
    /// Of NDJSON: the text, and what it says.
    Json(&'a str, &'a Map<String, Json>),
    /// Of Parquet.
    Parquet(&'a Row),
}

/// What a column of a record holds, for another format.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Missing,
    Boolean(bool),
    Number(f64),
    Integer(i64),
    Text(Cow<'a, str>),
}

impl<'a> Record<'a> {
    /// The column of this index and name.
    pub(crate) fn cell(&self, index: usize, name: &str) -> Cell<'a> {
        match self {
            Self::Csv(bytes, _, fields) => {
                let raw = fields.get(index).and_then(|field| bytes.get(field.clone())).unwrap_or_default();
                match csv_record::unquoted(raw) {
                    text if text.is_empty() => Cell::Missing,
                    Cow::Borrowed(text) => Cell::Text(String::from_utf8_lossy(text)),
                    Cow::Owned(text) => Cell::Text(Cow::Owned(String::from_utf8_lossy(&text).into_owned())),
                }
            }
            Self::Json(_, object) => match object.get(name) {
                None | Some(Json::Null) => Cell::Missing,
                Some(Json::Bool(truth)) => Cell::Boolean(*truth),
                Some(Json::Number(number)) => match (number.as_i64(), number.as_f64()) {
                    (Some(whole), _) => Cell::Integer(whole),
                    (None, Some(number)) => Cell::Number(number),
                    (None, None) => Cell::Missing,
                },
                Some(Json::String(text)) => Cell::Text(Cow::Borrowed(text)),
                Some(nested) => Cell::Text(Cow::Owned(nested.to_string())),
            },
            Self::Parquet(row) => {
                row.get_column_iter().nth(index).map_or(Cell::Missing, |(_, field)| parquet_cell(field))
            }
        }
    }
}

/// A Parquet value as numbers, truth values and texts; dates and times in ISO 8601.
pub(crate) fn parquet_cell(field: &ParquetField) -> Cell<'_> {
    match field {
        ParquetField::Null => Cell::Missing,
        ParquetField::Bool(truth) => Cell::Boolean(*truth),
        ParquetField::Byte(n) => Cell::Integer(i64::from(*n)),
        ParquetField::Short(n) => Cell::Integer(i64::from(*n)),
        ParquetField::Int(n) => Cell::Integer(i64::from(*n)),
        ParquetField::Long(n) => Cell::Integer(*n),
        ParquetField::UByte(n) => Cell::Integer(i64::from(*n)),
        ParquetField::UShort(n) => Cell::Integer(i64::from(*n)),
        ParquetField::UInt(n) => Cell::Integer(i64::from(*n)),
        ParquetField::ULong(n) => i64::try_from(*n).map_or(Cell::Number(*n as f64), Cell::Integer),
        ParquetField::Float(n) => Cell::Number(f64::from(*n)),
        ParquetField::Double(n) => Cell::Number(*n),
        ParquetField::Str(text) => Cell::Text(Cow::Borrowed(text)),
        ParquetField::Decimal(_) => {
            let text = field.to_string();
            text.parse().map_or(Cell::Text(Cow::Owned(text)), Cell::Number)
        }
        // `2026-11-23 17:03:53.000000 +00:00` becomes `2026-11-23T17:03:53`: the scorecard's form.
        ParquetField::TimestampMillis(_) | ParquetField::TimestampMicros(_) => {
            let text = field.to_string();
            let short: String = text.chars().take(19).map(|c| if c == ' ' { 'T' } else { c }).collect();
            Cell::Text(Cow::Owned(short))
        }
        other => Cell::Text(Cow::Owned(other.to_string())),
    }
}

impl<'a> Cell<'a> {
    /// As the value of a field; what was wrong where it cannot be.
    pub(crate) fn value(&'a self, field: &Field, missing: &MissingTexts) -> Result<Value<'a>, String> {
        match self {
            Cell::Missing => Ok(Value::Missing),
            Cell::Boolean(truth) => Ok(Value::Boolean(*truth)),
            // NaN is how tables of numbers say that nothing is there.
            Cell::Number(number) if number.is_nan() => Ok(Value::Missing),
            Cell::Number(number) => Ok(Value::Number(*number)),
            Cell::Integer(whole) => Ok(Value::Number(*whole as f64)),
            Cell::Text(text) if field.field_type.is_numeric() => read(text, field, missing),
            Cell::Text(text) => Ok(Value::Text(text)),
        }
    }
}

/// A text of a table without types as the value of a field.
pub(crate) fn read<'a>(text: &'a str, field: &Field, missing: &MissingTexts) -> Result<Value<'a>, String> {
    let text = text.trim_ascii();
    if field.field_type.is_numeric()
        && !missing.numbers
        && let Some(number) = whole(text)
    {
        return Ok(Value::Number(number));
    }
    if missing.holds(text) {
        return Ok(Value::Missing);
    }
    // Where the field has a use for invalid values, it and not the table decides what becomes of them.
    let as_it_stands = || Ok(Value::Text(text));
    match field.field_type {
        FieldType::Numeric | FieldType::Integer => match fast_float2::parse::<f64, _>(text) {
            Ok(number) if number.is_finite() => Ok(Value::Number(number)),
            Ok(_) | Err(_) if field.on_invalid != OnInvalid::Reject => as_it_stands(),
            Ok(_) => Err(format!("\"{}\" is not a finite number", excerpt(text))),
            Err(_) => Err(format!("\"{}\" where a number is expected", excerpt(text))),
        },
        FieldType::Boolean if text.eq_ignore_ascii_case("true") || text == "1" => Ok(Value::Boolean(true)),
        FieldType::Boolean if text.eq_ignore_ascii_case("false") || text == "0" => Ok(Value::Boolean(false)),
        FieldType::Boolean if field.on_invalid != OnInvalid::Reject => as_it_stands(),
        FieldType::Boolean => Err(format!("\"{}\" where true or false is expected", excerpt(text))),
        _ => Ok(Value::Text(text)),
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
