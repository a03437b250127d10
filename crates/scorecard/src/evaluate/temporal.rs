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
        FieldType::Date => is_calendar_form(text) && Date::parse(text, &Iso8601::DATE).is_ok(),
        FieldType::Time => time(text).is_some(),
        FieldType::DateTime => PrimitiveDateTime::parse(text, &Iso8601::DATE_TIME).is_ok(),
        FieldType::Numeric | FieldType::Integer | FieldType::Categorical | FieldType::Boolean => false,
    }
}

/// `2026-11-23`: of the forms of ISO 8601 neither that of weeks nor that of days of the year, which sort otherwise.
fn is_calendar_form(text: &str) -> bool {
    matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _])
}

/// The time of day that a text says, with or without seconds.
pub(crate) fn time(text: &str) -> Option<Time> {
    Time::parse(text, &Iso8601::TIME).or_else(|_| Time::parse(text, SHORT_TIME)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_of_the_calendar() {
        for (text, valid) in [("2026-11-23", true), ("2024-02-29", true), ("2023-02-29", false), ("2026-W48-1", false)]
        {
            assert_eq!(is_valid(text, FieldType::Date), valid, "{text}");
        }
    }
}
