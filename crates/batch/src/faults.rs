//! Rows that could not be scored, as the errors file has them.

use std::io::Write;

use crate::{csv_record::push_field, reader::file};

/// A row that could not be scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Line of a text, row of Parquet, counted from 1.
    pub(crate) line: u64,
    /// The field at fault, where one is.
    pub(crate) field: String,
    /// What was wrong.
    pub(crate) problem: String,
}

impl Fault {
    /// From what evaluation says.
    pub(crate) fn of(line: u64, error: &scorecard::Error) -> Self {
        let (field, problem) = match error {
            scorecard::Error::Application(problems) => match problems.first() {
                Some(first) => (first.pointer.trim_start_matches('/').to_owned(), first.problem.clone()),
                None => (String::new(), error.to_string()),
            },
            scorecard::Error::NoAttribute { characteristic, .. } => (characteristic.clone(), error.to_string()),
            _ => (String::new(), error.to_string()),
        };
        Self { line, field, problem }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.field.is_empty() {
            write!(f, "`{}`: ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}

/// The errors file: CSV with line, field and problem. Its header is written with the first fault, so that a clean run
/// leaves it empty.
pub(crate) struct FaultFile<'a> {
    name: &'a str,
    out: &'a mut (dyn Write + Send),
    begun: bool,
}

impl<'a> FaultFile<'a> {
    pub(crate) fn new(name: &'a str, out: &'a mut (dyn Write + Send)) -> Self {
        Self { name, out, begun: false }
    }

    pub(crate) fn write(&mut self, faults: &[Fault]) -> crate::Result<()> {
        if faults.is_empty() {
            return Ok(());
        }
        let mut text = Vec::new();
        if !self.begun {
            text.extend_from_slice(b"line,field,problem\n");
            self.begun = true;
        }
        for fault in faults {
            text.extend_from_slice(fault.line.to_string().as_bytes());
            text.push(b',');
            push_field(&mut text, fault.field.as_bytes(), b',');
            text.push(b',');
            push_field(&mut text, fault.problem.as_bytes(), b',');
            text.push(b'\n');
        }
        self.out.write_all(&text).map_err(|source| file(self.name, source))
    }

    pub(crate) fn finish(&mut self) -> crate::Result<()> {
        self.out.flush().map_err(|source| file(self.name, source))
    }
}
