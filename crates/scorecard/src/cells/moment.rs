//! Dates and times that are stored as counts, as texts in ISO 8601.

use time::{Date, OffsetDateTime};

/// `2024-01-31` of days since 1970; `None` beyond the years 0 to 9999.
#[must_use]
pub fn date_text(days: i128) -> Option<String> {
    const JULIAN_DAY_OF_1970: i32 = 2_440_588;
    let julian = i32::try_from(days).ok()?.checked_add(JULIAN_DAY_OF_1970)?;
    Date::from_julian_day(julian).ok().filter(|date| (0..10_000).contains(&date.year())).map(|date| date.to_string())
}

/// `2024-01-31T09:30:00` of so many units of nanoseconds since 1970, with a fraction where there is one and a `Z` where
/// the file says UTC; `None` beyond the years 0 to 9999.
#[must_use]
pub fn timestamp_text(count: i128, unit: i64, utc: bool) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(count.checked_mul(i128::from(unit))?).ok()?;
    if !(0..10_000).contains(&moment.year()) {
        return None;
    }
    let (hour, minute, second) = moment.to_hms();
    let mut text = format!("{}T{hour:02}:{minute:02}:{second:02}", moment.date());
    if moment.nanosecond() > 0 {
        let fraction = format!("{:09}", moment.nanosecond());
        text.push('.');
        text.push_str(fraction.trim_end_matches('0'));
    }
    if utc {
        text.push('Z');
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_iso_8601() {
        assert_eq!(date_text(19_753).unwrap(), "2024-01-31");
        assert_eq!(date_text(i128::from(i32::MAX)), None);
        assert_eq!(timestamp_text(1_706_693_400_500, 1_000_000, true).unwrap(), "2024-01-31T09:30:00.5Z");
        assert_eq!(timestamp_text(-1, 1, false).unwrap(), "1969-12-31T23:59:59.999999999");
        assert_eq!(timestamp_text(i128::from(i64::MAX), 1_000_000, true), None);
    }
}
