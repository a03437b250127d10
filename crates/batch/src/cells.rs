//! Single cells, read as scoring reads them.

use scorecard::{Scorecard, Value, cells::CellTexts, model::Field};
use serde_json::Value as Json;

use crate::reading::{json_value, of_json, read};

/// Reads cells as the values of a scorecard's fields.
#[derive(Debug, Clone)]
pub struct CellReader {
    /// By field.
    texts: Vec<CellTexts>,
}

impl CellReader {
    /// A reader for a scorecard, where these texts mean "missing" unless the scorecard knows them as categories.
    #[must_use]
    pub fn new(card: &Scorecard, missing_values: &[String]) -> Self {
        Self { texts: CellTexts::by_field(card, missing_values) }
    }

    /// The value of a field of this index that a text of a table without types is.
    ///
    /// # Errors
    /// In words, where the text is no value of the field's type.
    pub fn read<'a>(&'a self, text: &'a str, field: &Field, index: usize) -> Result<Value<'a>, String> {
        read(text, field, self.texts.get(index).unwrap_or(const { &CellTexts::NONE }))
    }

    /// The same of a member of a JSON object, as JSON.
    ///
    /// # Errors
    /// In words, where it is a list or an object.
    pub fn read_json(&self, json: &Json, field: &Field, index: usize) -> Result<Json, String> {
        let texts = self.texts.get(index).unwrap_or(const { &CellTexts::NONE });
        let cell = of_json(Some(json), field, texts)?;
        Ok(match json_value(&cell, texts) {
            Value::Missing => Json::Null,
            Value::Text(text) => text.into(),
            // Numbers and truth values as they stand.
            Value::Number(_) | Value::Boolean(_) => json.clone(),
        })
    }
}
