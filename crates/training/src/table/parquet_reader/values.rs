//! Stored values into a column of numbers or categories.

use scorecard::cells::{CellTexts, date_text, integer_text, number_text, timestamp_text};

use super::{kind::Kind, pages::Stored};
use crate::table::{
    Column, ColumnData, ReadOptions,
    found_missing::FoundMissing,
    infer::plain,
    levels::{Levels, too_many},
    set_aside::Faults,
};

/// A column as it is being read.
pub(super) struct Values<'a> {
    name: &'a str,
    kind: Kind,
    told: Option<bool>,
    texts: CellTexts,
    found: FoundMissing,
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
            texts: options.cell_texts(name),
            found: FoundMissing::default(),
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
                let text = date_text(days).ok_or_else(|| format!("row {}: day {days} is no date", self.rows))?;
                return self.push_text(&text);
            }
            (Kind::Timestamp(unit, utc), Stored::Whole(count)) => {
                let text = timestamp_text(count, unit, utc);
                let text = text.ok_or_else(|| format!("row {}: timestamp {count} is out of range", self.rows))?;
                return self.push_text(&text);
            }
            (Kind::Decimal(scale), Stored::Whole(digits)) => return self.push_number(decimal(digits, scale)),
            (_, Stored::Whole(value)) => return self.push_whole(value),
            (Kind::Decimal(scale), Stored::Bytes(bytes)) => {
                let digits = whole(bytes).ok_or_else(|| format!("row {}: a decimal of over 38 digits", self.rows))?;
                return self.push_number(decimal(digits, scale));
            }
            (_, Stored::Bytes(bytes)) => {
                let text = std::str::from_utf8(bytes).map_err(|_| format!("row {}: text is not UTF-8", self.rows))?;
                return self.push_text(text);
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

    fn push_whole(&mut self, value: i128) -> Result<(), String> {
        if self.numeric() || self.texts.is_missing(value as f64) {
            return self.push_number(value as f64);
        }
        let mut text = std::mem::take(&mut self.text);
        integer_text(value, &mut text);
        let pushed = self.push_text(&text);
        self.text = text;
        pushed
    }

    fn push_number(&mut self, value: f64) -> Result<(), String> {
        if self.texts.is_missing(value) {
            if !value.is_nan() && self.numeric() {
                self.found.number(value);
            } else if !value.is_nan() {
                number_text(value, &mut self.text);
                self.found.text(&self.text);
            }
            self.push_missing();
        } else if value.is_infinite() && self.faults.is_some() {
            self.set_aside(&value.to_string());
        } else if value.is_infinite() {
            return Err(format!("row {}: the value is infinite; make it null if it is missing", self.rows));
        } else if self.numeric() {
            self.numbers.push(value);
        } else {
            let mut text = std::mem::take(&mut self.text);
            number_text(value, &mut text);
            let pushed = self.push_text(&text);
            self.text = text;
            return pushed;
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str) -> Result<(), String> {
        let Some(text) = self.texts.present(text) else {
            self.found.text_in_file(text.trim_ascii());
            self.push_missing();
            return Ok(());
        };
        if self.numeric() {
            let shown: String = text.chars().take(40).collect();
            let value = plain(text).filter(|value| value.is_finite());
            if let Some(number) = value.filter(|number| self.texts.is_missing(*number)) {
                self.found.number(number);
                self.push_missing();
                return Ok(());
            }
            if value.is_none() && self.faults.is_some() {
                self.set_aside(&shown);
                return Ok(());
            }
            self.numbers.push(value.ok_or_else(|| format!("row {}: \"{shown}\" is not a number", self.rows))?);
            return Ok(());
        }
        let pushed = self.levels.push(text);
        pushed.map(drop).ok_or_else(too_many)
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
        (
            Column { name: self.name.into(), data, inference, missing: self.found.finish(numeric) },
            self.faults.unwrap_or_default(),
        )
    }
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
}
