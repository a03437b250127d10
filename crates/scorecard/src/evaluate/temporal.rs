//! Dates and times in ISO 8601, compared as text once they are known to be well-formed.

use time::{
    Date, Time,
    format_description::{StaticFormatDescription, well_known::Iso8601},
    macros::format_description,
};

use crate::model::FieldType;

const SHORT_TIME: StaticFormatDescription = format_description!("[hour]:[minute]");

/// Whether a text is a date, a time, or a date and time, as the type asks, in the one form whose texts order as moments do:
/// ISO 8601 has others (weeks, days of the year, no separators).
pub(crate) fn is_valid(text: &str, field_type: FieldType) -> bool {
    match field_type {
        FieldType::Date => has_shape(text, DATE) && Date::parse(text, &Iso8601::DATE).is_ok(),
        FieldType::Time => is_time(text),
        FieldType::DateTime => {
            text.split_once('T').is_some_and(|(date, time)| is_valid(date, FieldType::Date) && is_time(time))
        }
        FieldType::Numeric | FieldType::Integer | FieldType::Categorical | FieldType::Boolean => false,
    }
}

const DATE: &str = "0000-00-00";
const TIMES: [&str; 2] = ["00:00", "00:00:00"];

fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |fraction: &str| !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = has_shape(whole, TIMES[1]);
    fraction.map_or(seconds || has_shape(whole, TIMES[0]), |fraction| seconds && digits(fraction))
        && time(whole).is_some()
}

/// Whether a text has a digit wherever the shape has a zero, and else its very characters.
fn has_shape(text: &str, shape: &str) -> bool {
    let fits = |(found, wanted): (u8, u8)| if wanted == b'0' { found.is_ascii_digit() } else { found == wanted };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

/// The time of day that a text says, with or without seconds.
pub(crate) fn time(text: &str) -> Option<Time> {
    Time::parse(text, &Iso8601::TIME).or_else(|_| Time::parse(text, SHORT_TIME)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_each() {
        for (text, field_type, valid) in [
            ("2024-02-29", FieldType::Date, true),
            ("2023-02-29", FieldType::Date, false),
            ("2024-W09-4", FieldType::Date, false),
            ("20240229", FieldType::Date, false),
            ("17:03:53", FieldType::Time, true),
            ("17:03", FieldType::Time, true),
            ("17:03:53.25", FieldType::Time, true),
            ("17:03.5", FieldType::Time, false),
            ("24:00", FieldType::Time, false),
            ("T17:03", FieldType::Time, false),
            ("170353", FieldType::Time, false),
            ("2024-02-29T17:03:53", FieldType::DateTime, true),
            ("2024-02-29 17:03:53", FieldType::DateTime, false),
            ("2024-02-29", FieldType::DateTime, false),
        ] {
            assert_eq!(is_valid(text, field_type), valid, "{text}");
        }
    }
}
