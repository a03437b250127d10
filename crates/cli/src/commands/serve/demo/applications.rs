//! The rows of a table as applications for a scorecard.

use scorecard::{Scorecard, model::FieldType};
use serde_json::{Map, Value as Json, value::to_raw_value};
use server::scoring::NamedApplication;

use crate::failure::Failure;

/// Each row as an application: its columns that the scorecard has fields for.
pub(super) fn of(card: &Scorecard, csv: &[u8]) -> Result<Vec<NamedApplication>, Failure> {
    let fault = |error: csv::Error| Failure::input(format!("the demonstration's data: {error}"));
    let mut reader = csv::Reader::from_reader(csv);
    let headers = reader.headers().map_err(fault)?.clone();
    let kinds: Vec<Option<FieldType>> = headers
        .iter()
        .map(|name| card.fields.iter().find(|field| field.name == name).map(|field| field.field_type))
        .collect();
    let mut applications = Vec::new();
    for (place, record) in reader.records().enumerate() {
        let record = record.map_err(fault)?;
        let mut application = Map::new();
        for ((name, kind), cell) in headers.iter().zip(&kinds).zip(&record) {
            if let Some(kind) = kind
                && !scorecard::MISSING_TEXTS.contains(&cell)
            {
                application.insert(name.to_owned(), value(*kind, cell));
            }
        }
        let application = to_raw_value(&application).map_err(|error| Failure::input(error.to_string()))?;
        applications.push(NamedApplication { reference: format!("applicant-{:04}", place + 1), application });
    }
    Ok(applications)
}

fn value(kind: FieldType, cell: &str) -> Json {
    let number = || cell.parse::<serde_json::Number>().ok().map(Json::Number);
    match kind {
        FieldType::Numeric | FieldType::Integer => number().unwrap_or_else(|| cell.into()),
        FieldType::Boolean => cell.parse::<bool>().map_or_else(|_| cell.into(), Json::Bool),
        _ => cell.into(),
    }
}
