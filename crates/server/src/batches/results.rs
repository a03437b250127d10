//! What became of each application of a batch.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{Fault, Kind, Problem};

/// What became of one application, one a line of the results.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = BatchResult)]
pub(crate) struct ResultLine {
    /// The line of the file, or its row, from 1.
    pub(crate) line: u64,
    /// The status that it would have been answered with by itself.
    #[schema(example = 201)]
    pub(crate) status: u16,
    /// The score's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<Uuid>,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<LineFault>,
}

/// A fault of an application.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = BatchFault)]
pub(crate) struct LineFault {
    /// JSON pointer to the field; empty for the line as a whole.
    pub(crate) pointer: String,
    /// What is wrong there.
    pub(crate) detail: String,
}

impl ResultLine {
    /// Of an application that was scored.
    pub(crate) fn scored(line: u64, id: Uuid) -> Self {
        Self { line, status: 201, id: Some(id), errors: Vec::new() }
    }

    /// Of one that was not.
    pub(crate) fn failed(line: u64, problem: &Problem) -> Self {
        let fault = |fault: &Fault| LineFault {
            pointer: fault.pointer.clone().unwrap_or_default(),
            detail: fault.detail.clone(),
        };
        let mut errors: Vec<LineFault> = problem.errors().iter().map(fault).collect();
        if errors.is_empty() {
            errors.push(LineFault { pointer: String::new(), detail: problem.detail().to_owned() });
        }
        Self { line, status: problem.status().as_u16(), id: None, errors }
    }
}

/// Reads the lines of a part.
pub(crate) fn lines(part: &[u8]) -> Result<Vec<ResultLine>, Problem> {
    let lines = part.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let lines: serde_json::Result<_> = lines.map(serde_json::from_slice).collect();
    lines.map_err(|_| Kind::Internal.because("the results of this batch cannot be read"))
}

/// The rows that could not be read as applications, from the list that reading a file leaves (CSV of line, field and
/// problem; several faults may be of one line).
pub(super) fn of_faults(list: &[u8]) -> Result<(u64, Vec<u8>), Problem> {
    let unreadable = |_: csv::Error| Kind::Internal.because("the list of faults cannot be read");
    let mut rejected: Vec<ResultLine> = Vec::new();
    for record in csv::Reader::from_reader(list).deserialize::<(u64, String, String)>() {
        let (line, field, detail) = record.map_err(unreadable)?;
        let pointer = match field.as_str() {
            "" => String::new(),
            field => format!("/application/{}", field.replace('~', "~0").replace('/', "~1")),
        };
        let fault = LineFault { pointer, detail };
        match rejected.last_mut() {
            Some(last) if last.line == line => last.errors.push(fault),
            _ => rejected.push(ResultLine { line, status: 422, id: None, errors: vec![fault] }),
        }
    }
    let mut text = Vec::new();
    for line in &rejected {
        let _ = serde_json::to_writer(&mut text, line);
        text.push(b'\n');
    }
    Ok((rejected.len() as u64, text))
}
