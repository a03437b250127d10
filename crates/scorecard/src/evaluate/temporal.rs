//! Dates and times in ISO 8601, compared as text once they are known to be well-formed.

use time::{
    Date, PrimitiveDateTime, Time,
    format_description::{StaticFormatDescription, well_known::Iso8601},
    macros::format_description,
};

use crate::model::FieldType;

const SHORT_TIME: StaticFormatDescription = format_description!("[hour]:[minute]");

/// Whether a text is a date, a time, or a date and time, as the type asks.
pub(crate) fn is_valid(text: &str, field_type: FieldType) -> bool {
    match field_type {
        FieldType::Date => Date::parse(text, &Iso8601::DATE).is_ok() && text.len() == 10,
        FieldType::Time => time(text).is_some(),
        FieldType::DateTime => PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME).is_ok(),
        FieldType::Numeric | FieldType::Integer | FieldType::Categorical | FieldType::Boolean => false,
    }
}

/// The time of day that a text says, with or without seconds.
pub(crate) fn time(text: &str) -> Option<Time> {
    Time::parse(text, &Iso8601::TIME).or_else(|_| Time::parse(text, SHORT_TIME)).ok()
}
