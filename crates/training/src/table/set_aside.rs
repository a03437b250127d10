//! Rows that cannot be read, set aside so that the others can be used.

use std::collections::BTreeSet;

use super::{Column, ColumnData, Unread};

/// Cells of one column that cannot be read: their rows, and what is wrong with the first.
#[derive(Default)]
pub(super) struct Faults {
    rows: Vec<usize>,
    first: Option<(u64, String)>,
}

impl Faults {
    pub(super) fn note(&mut self, row: usize, line: u64, problem: impl FnOnce() -> String) {
        self.rows.push(row);
        if self.first.is_none() {
            self.first = Some((line, problem()));
        }
    }
}

impl Unread {
    /// One more row, of this line, that belongs to no column.
    pub(super) fn note(&mut self, line: u64, problem: impl FnOnce() -> String) {
        self.rows += 1;
        if self.first.is_none() {
            self.first = Some((line, problem()));
        }
    }

    /// Adds those that follow.
    pub(super) fn add(&mut self, later: Self) {
        self.rows += later.rows;
        self.first = self.first.take().or(later.first);
    }

    /// Takes the rows at fault in any column out of all of them.
    pub(super) fn take_out(&mut self, columns: &mut [Column], faults: Vec<Faults>, lines: &mut Vec<u64>) {
        let rows: BTreeSet<usize> = faults.iter().flat_map(|faults| &faults.rows).copied().collect();
        // Of two faults in one row, the one in the earlier column is told.
        let firsts = self.first.take().into_iter().chain(faults.into_iter().filter_map(|faults| faults.first));
        self.first = firsts.min_by_key(|(line, _)| *line);
        self.rows += rows.len() as u64;
        if rows.is_empty() {
            return;
        }
        retain(lines, &rows);
        for column in columns {
            match &mut column.data {
                ColumnData::Numeric(values) => retain(values, &rows),
                ColumnData::Categorical { codes, .. } => retain(codes, &rows),
            }
        }
    }
}

fn retain<T>(values: &mut Vec<T>, out: &BTreeSet<usize>) {
    let mut row = 0;
    values.retain(|_| {
        row += 1;
        !out.contains(&(row - 1))
    });
}
