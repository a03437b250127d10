//! Stored values into a column of numbers or categories.

use std::fmt::Write as _;

use time::{Date, OffsetDateTime};

use super::{kind::Kind, pages::Stored};
use crate::table::{
    Column, ColumnData, ReadOptions,
    infer::number,
    levels::{Levels, MAX_LEVELS},
    set_aside::Faults,
};

/// A column as it is being read.
pub(super) struct Values<'a> {
    name: &'a str,
    kind: Kind,
    told: Option<bool>,
    missing_values: &'a [String],
    /// Filled where the column is numeric, else `levels` is.
    numbers: Vec<f64>,
    levels: Levels,
    rows: usize,
    missing: usize,
    text: String,
    /// Where rows are set aside: the values of a column of numbers that are none.
    faults: Option<Faults>,
}

impl<'a> Values<'a> {
    pub(super) fn new(name: &'a str, kind: Kind, options: &'a ReadOptions) -> Self {
        let named = |names: &[String]| names.iter().any(|n| n == name);
        let told = if named(&options.categorical) { Some(false) } else { named(&options.numeric).then_some(true) };
        Self {
            name,
            kind,
            told,
            missing_values: &options.missing_values,
            numbers: Vec::new(),
            levels: Levels::default(),
            rows: 0,
            missing: 0,
            text: String::new(),
            faults: (options.set_aside && told == Some(true)).then(Faults::default),
        }
    }

    fn numeric(&self) -> bool {
        let of_kind = matches!(self.kind, Kind::Integer | Kind::Unsigned | Kind::Float | Kind::Decimal(_));
        self.told.unwrap_or(of_kind)
    }

    /// Takes the next row's value, or says why it cannot.
    pub(super) fn push(&mut self, stored: Stored<'_>) -> Result<(), String> {
        self.rows += 1;
        match (self.kind, stored) {
            (_, Stored::Null) => self.push_missing(),
            (Kind::Boolean, Stored::Boolean(value)) if self.numeric() => self.numbers.push(f64::from(u8::from(value))),
            (_, Stored::Boolean(value)) => return self.push_text(if value { "true" } else { "false" }),
            (_, Stored::Float(value)) => return self.push_number(value),
            (Kind::Date, Stored::Whole(days)) => {
                let text = date(days).ok_or_else(|| format!("row {}: day {days} is no date", self.rows))?;
                return self.push_text(&text);
            }
            (Kind::Timestamp(unit, utc), Stored::Whole(count)) => {
                let text = timestamp(count, unit, utc);
                let text = text.ok_or_else(|| format!("row {}: timestamp {count} is out of range", self.rows))?;
                return self.push_text(&text);
            }
            (Kind::Decimal(scale), Stored::Whole(digits)) => return self.push_number(decimal(digits, scale)),
            (_, Stored::Whole(value)) => return self.push_number(value as f64),
            (Kind::Decimal(scale), Stored::Bytes(bytes)) => {
                let digits = whole(bytes).ok_or_else(|| format!("row {}: a decimal of over 38 digits", self.rows))?;
                return self.push_number(decimal(digits, scale));
            }
            (_, Stored::Bytes(bytes)) => {
                let text = std::str::from_utf8(bytes).map_err(|_| format!("row {}: text is not UTF-8", self.rows))?;
                return self.push_text(text.trim());
            }
        }
        Ok(())
    }

    fn push_missing(&mut self) {
        self.missing += 1;
        if self.numeric() {
            self.numbers.push(f64::NAN);
        } else {
            self.levels.push_missing();
        }
    }

    fn push_number(&mut self, value: f64) -> Result<(), String> {
        if value.is_nan() {
            self.push_missing();
        } else if value.is_infinite() && self.faults.is_some() {
            self.set_aside(&value.to_string());
        } else if value.is_infinite() {
            return Err(format!("row {}: the value is infinite; make it null if it is missing", self.rows));
        } else if self.numeric() {
            self.numbers.push(value);
        } else {
            let mut text = std::mem::take(&mut self.text);
            text.clear();
            let written = write!(text, "{value}").is_ok() && self.levels.push(&text).is_some();
            self.text = text;
            return written.then_some(()).ok_or_else(too_many);
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str) -> Result<(), String> {
        if self.missing_values.iter().any(|missing| missing == text) {
            self.push_missing();
            return Ok(());
        }
        if self.numeric() {
            let shown: String = text.chars().take(40).collect();
            let value = number(text).filter(|value| value.is_finite());
            if value.is_none() && self.faults.is_some() {
                self.set_aside(&shown);
                return Ok(());
            }
            self.numbers.push(value.ok_or_else(|| format!("row {}: \"{shown}\" is not a number", self.rows))?);
            return Ok(());
        }
        self.levels.push(text).map(drop).ok_or_else(too_many)
    }

    /// Notes this row's text, which is no number.
    fn set_aside(&mut self, text: &str) {
        self.numbers.push(f64::NAN);
        let name = self.name;
        if let Some(faults) = &mut self.faults {
            let problem = || format!("`{name}`: \"{text}\" where a number is expected");
            faults.note(self.rows - 1, self.rows as u64, problem);
        }
    }

    pub(super) fn finish(self) -> (Column, Faults) {
        let numeric = self.numeric();
        let gaps = if self.missing == 0 { String::new() } else { format!(", {} missing", self.missing) };
        let told = if self.told.is_some() { "as told; " } else { "" };
        let inference = if numeric {
            format!("numeric: {told}{} in the file{gaps}", self.kind)
        } else {
            format!("categorical: {told}{} in the file, {} distinct{gaps}", self.kind, self.levels.distinct())
        };
        let data = if numeric { ColumnData::Numeric(self.numbers) } else { self.levels.finish() };
        (Column { name: self.name.into(), data, inference }, self.faults.unwrap_or_default())
    }
}

fn too_many() -> String {
    format!("more than {MAX_LEVELS} distinct texts; exclude it")
}

/// A big-endian two's complement number; `None` where it needs more than 16 bytes.
fn whole(bytes: &[u8]) -> Option<i128> {
    let (sign, digits) = bytes.split_at(bytes.len().saturating_sub(16));
    let negative = digits.first().is_some_and(|first| first >> 7 == 1);
    let fill = if negative { 0xff } else { 0 };
    let start = if negative { -1 } else { 0 };
    sign.iter().all(|byte| *byte == fill).then(|| digits.iter().fold(start, |sum, byte| sum << 8 | i128::from(*byte)))
}

/// The nearest double of a decimal.
fn decimal(digits: i128, scale: i32) -> f64 {
    // Both operands are exact up to here, so that the quotient is rounded once.
    if digits.unsigned_abs() < 1 << 53 && scale <= 22 {
        return digits as f64 / 10_f64.powi(scale);
    }
    fast_float2::parse(format!("{digits}e-{scale}")).unwrap_or(f64::NAN)
}

fn date(days: i128) -> Option<String> {
    const JULIAN_DAY_OF_1970: i32 = 2_440_588;
    let julian = i32::try_from(days).ok()?.checked_add(JULIAN_DAY_OF_1970)?;
    Date::from_julian_day(julian).ok().filter(|date| (0..10_000).contains(&date.year())).map(|date| date.to_string())
}

/// `2024-01-31T09:30:00`, with a fraction where there is one and a `Z` where the file says UTC.
fn timestamp(count: i128, unit: i64, utc: bool) -> Option<String> {
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
    fn decimals_of_any_width() {
        assert_eq!(whole(&[]), Some(0));
        assert_eq!(whole(&[0xff]), Some(-1));
        assert_eq!(whole(&[0x01, 0x00]), Some(256));
        let mut wide = [0xff; 20];
        assert_eq!(whole(&wide), Some(-1));
        wide[4..].fill(0);
        wide[4] = 0x80;
        assert_eq!(whole(&wide), Some(i128::MIN));
        wide[3] = 0x7f;
        assert_eq!(whole(&wide), None);
        assert_eq!(decimal(12_345, 2), 123.45);
        assert_eq!(decimal(-99_999_999_999_999_999_999_999_999_999_999_999_999, 38), -1.0);
        assert_eq!(decimal(100_000_000_000_000_000_010_000_000_000_000_000_000, 38), 1.0);
    }

    #[test]
    fn moments_in_iso_8601() {
        assert_eq!(date(19_753).unwrap(), "2024-01-31");
        assert_eq!(date(i128::from(i32::MAX)), None);
        assert_eq!(timestamp(1_706_693_400_500, 1_000_000, true).unwrap(), "2024-01-31T09:30:00.5Z");
        assert_eq!(timestamp(-1, 1, false).unwrap(), "1969-12-31T23:59:59.999999999");
        assert_eq!(timestamp(i128::from(i64::MAX), 1_000_000, true), None);
    }
}
