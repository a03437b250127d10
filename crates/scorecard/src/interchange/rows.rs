//! The rows of a table, whether it was written as CSV or as JSON records.

use serde_json::Value as Json;

use super::{
    TableFormat,
    python_json::{Members, without_nan},
};
use crate::{Error, Result};

/// Most rows of a table.
const MAX_ROWS: usize = 1_000_000;
/// Most columns of a table.
const MAX_COLUMNS: usize = 1_000;

/// A table with named columns.
#[derive(Debug)]
pub(super) struct Rows {
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// One row and where it stands in the file.
#[derive(Debug)]
pub(super) struct Row {
    /// Line of a CSV file, counted from 1; 0 in JSON, where `record` counts.
    pub(super) line: usize,
    /// Record, counted from 1.
    pub(super) record: usize,
    cells: Vec<Json>,
}

impl Rows {
    /// Reads CSV, its fields separated by commas, semicolons or tabs, whichever the header shows.
    pub(super) fn from_csv(text: &str, tool: &'static str) -> Result<Self> {
        let header = text.trim_start().lines().next().unwrap_or_default();
        let count = |separator: char| header.matches(separator).count();
        let delimiter = if count(';') > count(',') {
            b';'
        } else if count('\t') > count(',') {
            b'\t'
        } else {
            b','
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut columns: Option<Vec<String>> = None;
        let mut rows = Vec::new();
        for (record, found) in reader.records().enumerate() {
            let found = found.map_err(|error| {
                let line = error.position().map_or(0, |position| position.line());
                Error::Table { tool, line: whole(line), problem: format!("not CSV: {error}") }
            })?;
            let line = whole(found.position().map_or(0, |position| position.line()));
            limit(found.len(), MAX_COLUMNS, "columns")?;
            let Some(columns) = &columns else {
                columns = Some(found.iter().map(|name| name.trim().to_owned()).collect());
                continue;
            };
            if found.len() != columns.len() {
                let problem = format!("{} fields where the header has {}", found.len(), columns.len());
                return Err(Error::Table { tool, line, problem });
            }
            limit(record, MAX_ROWS, "rows")?;
            let cells = found.iter().map(|cell| Json::String(cell.to_owned())).collect();
            rows.push(Row { line, record, cells });
        }
        Ok(Self { columns: columns.unwrap_or_default(), rows })
    }

    /// Reads a list of objects, as pandas writes with `orient="records"`.
    pub(super) fn from_records(text: &str, tool: &'static str) -> Result<Self> {
        let records: Vec<Members<Json>> =
            serde_json::from_str(&without_nan(text)).map_err(|error| json(&error, tool))?;
        limit(records.len(), MAX_ROWS, "rows")?;
        let columns: Vec<String> =
            records.first().map(|first| first.0.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default();
        limit(columns.len(), MAX_COLUMNS, "columns")?;
        let mut rows = Vec::with_capacity(records.len());
        for (index, Members(members)) in records.into_iter().enumerate() {
            let record = index + 1;
            if !members.iter().map(|(name, _)| name).eq(&columns) {
                let problem =
                    format!("record {record} has other members than record 1; each needs the same, in one order");
                return Err(Error::Table { tool, line: 0, problem });
            }
            rows.push(Row { line: 0, record, cells: members.into_iter().map(|(_, cell)| cell).collect() });
        }
        Ok(Self { columns, rows })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// Place of the column of this name.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Place of a column that the tool's table always has.
    pub(super) fn needed(&self, name: &str, format: TableFormat) -> Result<usize> {
        self.column(name).ok_or_else(|| {
            let shown: Vec<&str> = self.columns.iter().take(20).map(String::as_str).collect();
            Error::Table {
                tool: format.name(),
                line: 1,
                problem: format!("there is no column `{name}`; the table has {}", shown.join(", ")),
            }
        })
    }
}

impl Row {
    /// The cell, null where the column is absent.
    pub(super) fn cell(&self, column: usize) -> &Json {
        self.cells.get(column).unwrap_or(&Json::Null)
    }

    /// The cell as text; a number as its digits, null and what is no single value as nothing.
    pub(super) fn text(&self, column: usize) -> String {
        match self.cell(column) {
            Json::String(text) => text.clone(),
            Json::Number(number) => number.to_string(),
            Json::Bool(truth) => if *truth { "True" } else { "False" }.into(),
            Json::Null | Json::Array(_) | Json::Object(_) => String::new(),
        }
    }

    /// The cell as a finite number.
    pub(super) fn number(&self, column: Option<usize>) -> Option<f64> {
        self.text(column?).trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// An error about this row.
    pub(super) fn error(&self, format: TableFormat, problem: impl Into<String>) -> Error {
        let problem = problem.into();
        let problem = if self.line == 0 { format!("record {}: {problem}", self.record) } else { problem };
        Error::Table { tool: format.name(), line: self.line, problem }
    }
}

/// An error of the JSON reader as one of the table.
pub(super) fn json(error: &serde_json::Error, tool: &'static str) -> Error {
    let message = error.to_string();
    let problem = message.rsplit_once(" at line ").map_or(message.as_str(), |(head, _)| head);
    Error::Table { tool, line: error.line(), problem: format!("not the expected JSON: {problem}") }
}

fn limit(actual: usize, limit: usize, what: &'static str) -> Result<()> {
    if actual <= limit { Ok(()) } else { Err(Error::TooLarge { what, actual, limit }) }
}

fn whole(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}
