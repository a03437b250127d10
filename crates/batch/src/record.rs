//! One record of any format, and what its columns hold.

use std::{borrow::Cow, ops::Range};

use parquet::record::Field as ParquetField;
use scorecard::cells::{date_text, timestamp_text};
use serde_json::{Map, Value as Json};

use crate::{
    csv_record,
    parquet_column::{Kind, ParquetColumn},
};

/// One record.
pub(crate) enum Record<'a> {
    /// Of CSV: the bytes it lies in, itself (line end left out), its fields.
    Csv(&'a [u8], Range<usize>, &'a [Range<usize>]),
    /// Of NDJSON: the text, and what it says.
    Json(&'a str, &'a Map<String, Json>),
    /// Of Parquet: its values, and what they mean.
    Parquet(&'a [&'a ParquetField], &'a [ParquetColumn]),
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
            Self::Json(_, object) => object.get(name).map_or(Cell::Missing, Cell::of_json),
            Self::Parquet(values, columns) => match (values.get(index), columns.get(index)) {
                (Some(value), Some(column)) => parquet_cell(value, column.kind),
                _ => Cell::Missing,
            },
        }
    }
}

impl<'a> Cell<'a> {
    /// What a member of an object holds.
    pub(crate) fn of_json(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Missing,
            Json::Bool(truth) => Self::Boolean(*truth),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Self::Integer(whole),
                (None, Some(number)) => Self::Number(number),
                (None, None) => Self::Missing,
            },
            Json::String(text) => Self::Text(Cow::Borrowed(text)),
            nested => Self::Text(Cow::Owned(nested.to_string())),
        }
    }
}

/// A Parquet value as numbers, truth values and texts; dates and times in ISO 8601.
pub(crate) fn parquet_cell(field: &ParquetField, kind: Kind) -> Cell<'_> {
    if let Kind::Timestamp { unit, utc } = kind
        && let ParquetField::Long(count) | ParquetField::TimestampMillis(count) | ParquetField::TimestampMicros(count) =
            field
    {
        let text = timestamp_text(i128::from(*count), unit, utc);
        return Cell::Text(Cow::Owned(text.unwrap_or_else(|| count.to_string())));
    }
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
        ParquetField::Date(days) => {
            Cell::Text(Cow::Owned(date_text(i128::from(*days)).unwrap_or_else(|| field.to_string())))
        }
        other => Cell::Text(Cow::Owned(other.to_string())),
    }
}
