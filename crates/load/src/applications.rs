//! Applications to submit: the rows of a table, each time as another person.

use std::{io::Write, path::Path};

use serde_json::{Map, Value};

use crate::{Error, Result};

/// The column that is the outcome and belongs to no application.
const TARGET: &str = "creditability";

/// The rows of a table as JSON.
#[derive(Debug, Clone)]
pub struct Applications(Vec<String>);

impl Applications {
    /// Reads a CSV file with a header; its column `creditability` is left out, and where `fields` are named, every column
    /// but those.
    ///
    /// # Errors
    /// [`Error::Applications`].
    pub fn read(file: impl AsRef<Path>, fields: Option<&[String]>) -> Result<Self> {
        let file = file.as_ref();
        let wrong = |problem: String| Error::Applications { file: file.to_owned(), problem };
        let mut reader = csv::Reader::from_path(file).map_err(|error| wrong(error.to_string()))?;
        let names = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| wrong(error.to_string()))?;
            let wanted = |name: &str| fields.map_or(name != TARGET, |fields| fields.iter().any(|field| field == name));
            let cells = names.iter().zip(&record).filter(|(name, _)| wanted(name));
            let object: Map<String, Value> = cells.map(|(name, cell)| (name.to_owned(), value(cell))).collect();
            rows.push(Value::Object(object).to_string());
        }
        if rows.is_empty() { Err(wrong("it has no rows".to_owned())) } else { Ok(Self(rows)) }
    }

    /// Writes the body of a request: the same number of the same run gives the same bytes, and each another person.
    pub fn write(&self, run: &str, number: u64, body: &mut Vec<u8>) {
        let place = usize::try_from(number).unwrap_or(0) % self.0.len();
        let application = self.0.get(place).map_or("{}", String::as_str);
        // Writing to memory cannot fail.
        let _ = write!(body, r#"{{"applicant":"{run}-{number}","application":{application}}}"#);
    }
}

fn value(cell: &str) -> Value {
    match cell.parse::<i64>() {
        Ok(number) => number.into(),
        Err(_) => cell.into(),
    }
}
