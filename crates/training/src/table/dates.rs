//! Dates in ISO 8601, by calendar and clock as they are written.

use time::{Date, Month, Time};

/// Seconds since 1970 and nanoseconds of a text in ISO 8601: `2024-01` (its first day), `2024-01-31`, `20240131`, or a
/// date followed by `T` or a space and a time (`09:30`, `09:30:00`, `09:30:00.25`), perhaps with `Z` or an offset such as
/// `+01:00`. It is that of calendar and clock as written: an offset says where the clock hung, and the date that a lender wrote is
/// the lender's, whatever day it was in Greenwich. `None` for anything else.
pub(super) fn moment(text: &str) -> Option<(i64, u32)> {
    if !text.is_ascii() {
        return None;
    }
    let (date, clock) = match text.find(['T', ' ']) {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
        None => (text, None),
    };
    let date = date_of(date, clock.is_none())?;
    let time = clock.map_or(Some(Time::MIDNIGHT), time_of)?;
    let days = i64::from(date.to_julian_day()) - i64::from(JULIAN_DAY_OF_1970);
    let (hour, minute, second, nanosecond) = time.as_hms_nano();
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some((days * 86_400 + seconds, nanosecond))
}

const JULIAN_DAY_OF_1970: i32 = 2_440_588;

fn date_of(text: &str, alone: bool) -> Option<Date> {
    let (year, month, day) = match *text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => (digits(text, 0, 4)?, digits(text, 5, 2)?, digits(text, 8, 2)?),
        [_, _, _, _, b'-', _, _] if alone => (digits(text, 0, 4)?, digits(text, 5, 2)?, 1),
        [_, _, _, _, _, _, _, _] if alone => (digits(text, 0, 4)?, digits(text, 4, 2)?, digits(text, 6, 2)?),
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()
}

/// A time of day; what follows it must be an offset.
fn time_of(text: &str) -> Option<Time> {
    let clock = match text.find(['Z', '+', '-']) {
        Some(at) => text.get(..at).filter(|_| text.get(at..).is_some_and(is_offset))?,
        None => text,
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let (hour, minute, second) = match *clock.as_bytes() {
        [_, _, b':', _, _] if fraction.is_none() => (digits(clock, 0, 2)?, digits(clock, 3, 2)?, 0),
        [_, _, b':', _, _, b':', _, _] => (digits(clock, 0, 2)?, digits(clock, 3, 2)?, digits(clock, 6, 2)?),
        _ => return None,
    };
    let nanosecond = match fraction {
        None => 0,
        Some(fraction) if (1..=9).contains(&fraction.len()) => {
            let missing = u32::try_from(9 - fraction.len()).ok()?;
            digits(fraction, 0, fraction.len())? * 10_u32.pow(missing)
        }
        Some(_) => return None,
    };
    let narrow = |number: u32| u8::try_from(number).ok();
    Time::from_hms_nano(narrow(hour)?, narrow(minute)?, narrow(second)?, nanosecond).ok()
}

fn is_offset(text: &str) -> bool {
    let below = |at: usize, limit: u32| digits(text, at, 2).is_some_and(|number| number < limit);
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', _, _, b':', _, _] => below(1, 24) && below(4, 60),
        _ => false,
    }
}

/// The number that `count` digits from `from` on make; nothing but digits will do.
fn digits(text: &str, from: usize, count: usize) -> Option<u32> {
    let digits = text.get(from..from.checked_add(count)?)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_a_date() {
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("1969-12-31", -86_400),
            ("2024-02", 1_706_745_600),
            ("20240229", 1_709_164_800),
            ("2024-01-31T09:30:00Z", 1_706_693_400),
            ("2024-01-31 09:30", 1_706_693_400),
            ("2024-01-31T09:30:00.000+01:00", 1_706_693_400),
            ("2024-01-31T09:30:00-11:00", 1_706_693_400),
        ] {
            assert_eq!(moment(text).map(|(seconds, _)| seconds), Some(seconds), "{text}");
        }
        assert_eq!(moment("1970-01-01T00:00:00.25"), Some((0, 250_000_000)));
        for text in [
            "",
            "2024",
            "31/01/2024",
            "01/31/2024",
            "2024-1-31",
            "2023-02-29",
            "2024-13-01",
            "2024-01-31T",
            "2024-01-31T9:30",
            "2024-01-31T24:00",
            "2024-01-31T09:30+1",
            "2024-01-31T09:30+24:00",
            "+024-01-31",
            "2024-01-31x",
            "２０２４-01-31",
            "20240131T09:30",
            "24-01-31",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn order_is_that_of_the_texts(a in 0_i32..3_000_000, b in 0_i32..3_000_000) {
            let text = |day: i32| Date::from_julian_day(2_000_000 + day % 1_000_000).unwrap().to_string();
            prop_assert_eq!(moment(&text(a)).cmp(&moment(&text(b))), text(a).cmp(&text(b)));
        }

        #[test]
        fn any_text_is_safe(text in "[0-9T:.Z+ -]{0,32}|.*") {
            let _ = moment(&text);
        }
    }
}
