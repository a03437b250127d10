//! Single cells of a table without types, read as scoring reads them.

use scorecard::{Scorecard, Value, model::Field};

use crate::{
    missing::{self, MissingTexts},
    record::read,
};

/// Reads texts as the values of a scorecard's fields.
#[derive(Debug, Clone)]
pub struct CellReader {
    /// By field.
    missing: Vec<MissingTexts>,
}

impl CellReader {
    /// A reader for a scorecard, where these texts mean "missing" unless the scorecard knows them as categories.
    #[must_use]
    pub fn new(card: &Scorecard, missing_values: &[String]) -> Self {
        Self { missing: missing::by_field(card, missing_values) }
    }

    /// The value of a field of this index.
    ///
    /// # Errors
    /// In words, where the text is no value of the field's type.
    pub fn read<'a>(&self, text: &'a str, field: &Field, index: usize) -> Result<Value<'a>, String> {
        read(text, field, self.missing.get(index).unwrap_or(&MissingTexts::NONE))
    }
}
