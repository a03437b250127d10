//! What was taken for missing, for the scorecard to know it too.

use scorecard::Literal;

use super::infer::plain;

/// What cells held that was taken for missing.
#[derive(Default)]
pub(super) struct FoundMissing(Vec<Literal>);

impl FoundMissing {
    /// A cell of CSV, of which the empty one holds nothing.
    pub(super) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.text_in_file(text);
        }
    }

    /// A text that may well be empty.
    pub(super) fn text_in_file(&mut self, text: &str) {
        if !self.0.iter().any(|found| matches!(found, Literal::Text(known) if known == text)) {
            self.0.push(text.into());
        }
    }

    pub(super) fn number(&mut self, number: f64) {
        if !self.0.iter().any(|found| matches!(found, Literal::Number(known) if *known == number)) {
            self.0.push(number.into());
        }
    }

    /// All of it in order; of a column of numbers, texts that are numbers as those.
    pub(super) fn finish(mut self, numeric: bool) -> Vec<Literal> {
        if numeric {
            for text in std::mem::take(&mut self.0) {
                match &text {
                    Literal::Number(number) => self.number(*number),
                    Literal::Text(word) => match plain(word).filter(|number| number.is_finite()) {
                        Some(number) => self.number(number),
                        None => self.0.push(text),
                    },
                    Literal::Boolean(_) => {}
                }
            }
        }
        self.0.sort_by_key(ToString::to_string);
        self.0
    }
}
