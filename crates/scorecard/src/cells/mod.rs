//! Cells of tables as values of fields: one reading for whatever reads a table, so that what a scorecard was fitted on
//! and what it is given later are read alike, whatever the format.
//!
//! A text is read without the ASCII white space around it. It means "missing" where it is one of the missing texts, and
//! no category of the field. A number means "missing" where one of the missing texts is that number. A number or a truth
//! value in a field of texts is the category that is written so.

mod known;
mod moment;
mod number;

use std::collections::HashMap;

use foldhash::fast::FixedState;

pub use known::KnownTexts;
pub use moment::{date_text, timestamp_text};
pub use number::{integer_text, number_text};

use crate::{Scorecard, Value, model::FieldType};

/// How the cells of one column are read.
#[derive(Debug, Clone, Default)]
pub struct CellTexts {
    /// Texts that mean "missing".
    words: Vec<String>,
    /// Bit `n` is set where a word has `n` bytes; bit 63 speaks for all longer ones.
    lengths: u64,
    /// Numbers that mean "missing".
    numbers: Vec<f64>,
    /// Categories with white space around them, which is then part of them.
    padded: Vec<String>,
    /// Other spellings of known texts (`3.0` of `3`, `True` of `true`), and what they stand for.
    spellings: HashMap<String, String, FixedState>,
}

impl CellTexts {
    /// No text and no number means "missing".
    pub const NONE: Self = Self {
        words: Vec::new(),
        lengths: 0,
        numbers: Vec::new(),
        padded: Vec::new(),
        spellings: HashMap::with_hasher(FixedState::with_seed(0)),
    };

    /// How a column is read where these texts mean "missing", of whose field a scorecard knows `known`.
    #[must_use]
    pub fn new(missing: &[String], known: &KnownTexts) -> Self {
        let words: Vec<String> = missing.iter().filter(|text| !known.categories.contains(*text)).cloned().collect();
        let finite = |text: &String| text.parse::<f64>().ok().filter(|number| number.is_finite());
        Self {
            lengths: words.iter().fold(0, |all, word| all | bit(word)),
            words,
            numbers: missing.iter().filter_map(finite).collect(),
            padded: known.categories.iter().filter(|text| text.trim_ascii().len() < text.len()).cloned().collect(),
            spellings: known.spellings(),
        }
    }

    /// One a field of a scorecard.
    #[must_use]
    pub fn by_field(card: &Scorecard, missing: &[String]) -> Vec<Self> {
        KnownTexts::by_field(card).iter().map(|known| Self::new(missing, known)).collect()
    }

    /// What a cell's text says; `None` where it means "missing".
    #[inline]
    #[must_use]
    pub fn present<'a>(&'a self, cell: &'a str) -> Option<&'a str> {
        let text = cell.trim_ascii();
        if !self.padded.is_empty() && text.len() < cell.len() && self.padded.iter().any(|known| known == cell) {
            return Some(cell);
        }
        if self.lengths & bit(text) != 0 && self.words.iter().any(|word| word == text) {
            return None;
        }
        Some(self.spelled(text))
    }

    /// A text as the scorecard spells it.
    #[inline]
    fn spelled<'a>(&'a self, text: &'a str) -> &'a str {
        if self.spellings.is_empty() { text } else { self.spellings.get(text).map_or(text, String::as_str) }
    }

    /// Whether any number means "missing".
    #[inline]
    #[must_use]
    pub fn has_missing_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Whether this number means "missing"; NaN always does.
    #[inline]
    #[must_use]
    pub fn is_missing(&self, number: f64) -> bool {
        number.is_nan() || self.numbers.contains(&number)
    }
}

/// A text as a value of a field that holds no numbers: what says no truth value stays a text, which such a field refuses.
#[must_use]
pub fn text_value(text: &str, field_type: FieldType) -> Value<'_> {
    match field_type {
        FieldType::Boolean => truth(text).map_or(Value::Text(text), Value::Boolean),
        // A moment in UTC, as files write it; a scorecard's moments have no zone.
        FieldType::DateTime => Value::Text(text.strip_suffix('Z').unwrap_or(text)),
        _ => Value::Text(text),
    }
}

/// The truth value that a text says: `true`, `false`, `1`, `0`.
fn truth(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(missing: &[&str], categories: &[&str]) -> CellTexts {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let known = KnownTexts { categories: owned(categories).into_iter().collect(), missing: Vec::new() };
        CellTexts::new(&owned(missing), &known)
    }

    #[test]
    fn words_of_any_length_mean_missing() {
        let long = "x".repeat(100);
        let texts = texts(&["", "NA", "-999", &long], &[]);
        assert!(["", "  ", "NA", "\tNA ", "-999", &long].iter().all(|word| texts.present(word).is_none()));
        assert!(["N", "NB", "-99", &"y".repeat(100), "\u{a0}"].iter().all(|word| texts.present(word) == Some(word)));
        assert!(texts.is_missing(-999.0) && texts.is_missing(f64::NAN) && !texts.is_missing(999.0));
        assert!(!super::tests::texts(&["NaN", "inf"], &[]).has_missing_numbers());
    }

    #[test]
    fn what_the_scorecard_knows_is_not_missing() {
        let texts = texts(&["", "NA", "None"], &["NA", " padded ", "3", "4.0", "4", "True"]);
        assert_eq!(texts.present(" NA"), Some("NA"));
        assert_eq!(texts.present("None"), None);
        assert_eq!(texts.present(" padded "), Some(" padded "));
        assert_eq!(texts.present(" padded"), Some("padded"));
        let spelled = [("3", "3"), ("3.0", "3"), ("4", "4"), ("4.0", "4.0"), ("true", "True"), ("3.00", "3.00")];
        for (cell, text) in spelled {
            assert_eq!(texts.present(cell), Some(text));
        }
    }
}
