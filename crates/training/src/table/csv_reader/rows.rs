//! Rows into columns: while one batch of rows is divided into cells, the cells of the batch before go to their columns,
//! on as many threads as there are.

use rayon::prelude::*;

use super::{MAX_CELL, csv_fault, line_of};
use crate::{
    Error, Result,
    table::{
        infer::{Builder, Unfit},
        open::fault,
    },
};

type Reader<'a> = csv::Reader<&'a [u8]>;

/// The text, what messages call it, and the names of its columns.
type Source<'a> = (&'a [u8], &'a str, &'a [String]);

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
    /// What ended the reading.
    end: Option<Result<()>>,
}

impl Batch {
    fn fill(&mut self, rows: usize, reader: &mut Reader<'_>, (text, name, header): Source<'_>) {
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
                Err(error) => return self.end = Some(Err(csv_fault(&error, text, name, header))),
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
                column.push(cell.trim(), *line)
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

/// Reads all rows into the columns and says how many there are.
pub(super) fn read_rows(reader: &mut Reader<'_>, source: Source<'_>, columns: &mut [Builder<'_>]) -> Result<usize> {
    let batch = (CELLS / columns.len().max(1)).max(16);
    let (mut current, mut next) = (Batch::default(), Batch::default());
    let mut rows = 0;
    current.fill(batch, reader, source);
    loop {
        rows += current.filled;
        if let Some(end) = current.end.take() {
            current.hand_over(columns, source.1)?;
            return end.map(|()| rows);
        }
        let (handed, ()) = rayon::join(|| current.hand_over(columns, source.1), || next.fill(batch, reader, source));
        handed?;
        std::mem::swap(&mut current, &mut next);
    }
}
