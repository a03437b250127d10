//! Rows into columns: while one batch of rows is divided into cells, the cells of the batch before go to their columns,
//! on as many threads as there are.

use rayon::prelude::*;

use super::{MAX_CELL, csv_fault, line_of};
use crate::{
    Error, Result,
    table::{
        Unread,
        infer::{Builder, Unfit},
        open::fault,
    },
};

type Reader<'a> = csv::Reader<&'a [u8]>;

/// What is read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) text: &'a [u8],
    /// What messages call it.
    pub(super) name: &'a str,
    /// The names of its columns.
    pub(super) header: &'a [String],
    /// Whether rows that cannot be divided into cells are set aside.
    pub(super) set_aside: bool,
}

/// What was read.
#[derive(Default)]
pub(super) struct Read {
    pub(super) rows: usize,
    /// The line of each row, where rows are set aside.
    pub(super) lines: Vec<u64>,
    pub(super) unread: Unread,
}

/// Most cells of a batch: few enough to stay in a cache, enough that handing them over costs little.
const CELLS: usize = 1 << 16;

/// Rows that are read together.
#[derive(Default)]
struct Batch {
    records: Vec<csv::StringRecord>,
    /// The line on which each record begins.
    lines: Vec<u64>,
    /// How many records count; the others wait to be used again.
    filled: usize,
    /// Rows among them that were set aside.
    unread: Unread,
    /// What ended the reading.
    end: Option<Result<()>>,
}

impl Batch {
    fn fill(&mut self, rows: usize, reader: &mut Reader<'_>, source: Source<'_>) {
        let Source { text, name, header, set_aside } = source;
        self.filled = 0;
        self.lines.clear();
        while self.filled < rows {
            if self.records.len() == self.filled {
                self.records.push(csv::StringRecord::new());
            }
            let Some(record) = self.records.get_mut(self.filled) else { return };
            match reader.read_record(record) {
                Ok(true) => self.lines.push(record.position().map_or(0, |position| line_of(text, position))),
                Ok(false) => return self.end = Some(Ok(())),
                Err(error) => match csv_fault(&error, text, name, header) {
                    Error::Table { line: Some(line), problem, .. } if set_aside && is_of_a_row(&error) => {
                        self.unread.note(line, || problem);
                        continue;
                    }
                    error => return self.end = Some(Err(error)),
                },
            }
            self.filled += 1;
        }
    }

    /// Hands the cells to their columns. Of several faults, the first in the order of the file.
    fn hand_over(&self, columns: &mut [Builder<'_>], name: &str) -> Result<()> {
        let faults = columns.par_iter_mut().enumerate().filter_map(|(index, column)| self.column(index, column).err());
        let first = faults.min_by_key(|(row, index, _)| (*row, *index));
        first.map_or(Ok(()), |(_, _, unfit)| Err(unfit.in_file(name)))
    }

    /// One column; a fault comes with its row and column.
    fn column(&self, index: usize, column: &mut Builder<'_>) -> std::result::Result<(), (usize, usize, Unfit)> {
        for (row, (record, line)) in self.records.iter().zip(&self.lines).enumerate() {
            let cell = record.get(index).unwrap_or_default();
            let pushed = if cell.len() > MAX_CELL {
                Err(column.unfit(*line, &format!("a cell of {} bytes; is a quote left open?", cell.len())))
            } else {
                column.push(cell, *line)
            };
            pushed.map_err(|unfit| (row, index, unfit))?;
        }
        Ok(())
    }
}

impl Unfit {
    pub(super) fn in_file(self, name: &str) -> Error {
        fault(name, Some(self.line), self.problem)
    }
}

/// Whether a fault is one of a single row, after which reading can go on.
fn is_of_a_row(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. } | csv::ErrorKind::Utf8 { .. })
}

/// Reads all rows into the columns.
pub(super) fn read_rows(reader: &mut Reader<'_>, source: Source<'_>, columns: &mut [Builder<'_>]) -> Result<Read> {
    let batch = (CELLS / columns.len().max(1)).max(16);
    let (mut current, mut next) = (Batch::default(), Batch::default());
    let mut read = Read::default();
    current.fill(batch, reader, source);
    loop {
        read.rows += current.filled;
        if source.set_aside {
            read.lines.extend(&current.lines);
            read.unread.add(std::mem::take(&mut current.unread));
        }
        if let Some(end) = current.end.take() {
            current.hand_over(columns, source.name)?;
            return end.map(|()| read);
        }
        let (handed, ()) = rayon::join(|| current.hand_over(columns, source.name), || next.fill(batch, reader, source));
        handed?;
        std::mem::swap(&mut current, &mut next);
    }
}
