//! One application from a file: a JSON object, or a row of CSV or NDJSON.

use std::path::Path;

use scorecard::{
    Scorecard,
    model::{Field, FieldType},
};
use serde_json::{Map, Value as Json};

use crate::{failure::Failure, model_file};

/// An application: its fields as JSON.
pub(crate) type Application = Map<String, Json>;

/// Reads one application. Columns of a CSV file that are no fields of the scorecard are left out.
pub(crate) fn read(path: &Path, row: Option<usize>, card: &Scorecard) -> Result<Application, Failure> {
    let bytes = model_file::bytes(path)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match (is_json, row) {
        (true, None) => object(bytes).map_err(|problem| fault(path, &problem)),
        (true, Some(row)) => ndjson(bytes, row).map_err(|problem| fault(path, &problem)),
        (false, Some(row)) => csv(bytes, row, card).map_err(|problem| fault(path, &problem)),
        (false, None) => Err(fault(path, "is no JSON object; for a row of a CSV file add `--row N`")),
    }
}

fn fault(path: &Path, problem: &str) -> Failure {
    Failure::input(problem).in_file(path)
}

fn object(bytes: &[u8]) -> Result<Application, String> {
    serde_json::from_slice(bytes)
        .map_err(|error| format!("{error}; give one JSON object, or `--row N` for a line of NDJSON"))
}

fn ndjson(bytes: &[u8], row: usize) -> Result<Application, String> {
    let lines = || bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let line = row.checked_sub(1).and_then(|skip| lines().nth(skip));
    let line = line.ok_or_else(|| no_row(row, lines().count()))?;
    serde_json::from_slice(line).map_err(|error| format!("row {row}: {error}"))
}

fn csv(bytes: &[u8], row: usize, card: &Scorecard) -> Result<Application, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut seen = 0;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        seen += 1;
        if seen == row {
            let cells = header.iter().zip(&record);
            let known = cells.filter_map(|(name, cell)| Some((name, cell, field(card, name)?)));
            return known.map(|(name, cell, field)| Ok((name.to_owned(), typed(cell, field)?))).collect();
        }
    }
    Err(no_row(row, seen))
}

fn no_row(row: usize, rows: usize) -> String {
    format!("there is no row {row}; its rows are 1 to {rows}")
}

fn field<'a>(card: &'a Scorecard, name: &str) -> Option<&'a Field> {
    card.fields.iter().find(|field| field.name == name)
}

/// A cell as its field's type; an empty one is missing.
fn typed(cell: &str, field: &Field) -> Result<Json, String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(Json::Null);
    }
    let wrong = |expected: &str| format!("field `{}`: \"{cell}\" where {expected} is expected", field.name);
    match field.field_type {
        FieldType::Numeric | FieldType::Integer => {
            let number = cell.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            number.map(Json::Number).ok_or_else(|| wrong("a number"))
        }
        FieldType::Boolean => cell.to_lowercase().parse().map(Json::Bool).map_err(|_| wrong("true or false")),
        _ => Ok(cell.into()),
    }
}

/// Puts `FIELD=VALUE` into the application.
pub(crate) fn set(application: &mut Application, change: &str, card: &Scorecard) -> Result<(), Failure> {
    let (name, value) = change
        .split_once('=')
        .ok_or_else(|| Failure::usage(format!("--set {change}: write it as FIELD=VALUE, e.g. --set age=45")))?;
    let Some(field) = field(card, name) else {
        let near = scorecard::nearest::nearest(name, card.fields.iter().map(|field| field.name.as_str()));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(Failure::usage(format!("--set {change}: the scorecard has no field `{name}`{hint}")));
    };
    let value = typed(value, field).map_err(|problem| Failure::usage(format!("--set {change}: {problem}")))?;
    application.insert(name.to_owned(), value);
    Ok(())
}
