//! Tables for a terminal.

use std::fmt::Write as _;

/// A table whose columns are aligned; those whose heading begins with `>` to the right.
pub(crate) struct Rows {
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

/// A table with its headings.
pub(crate) fn rows(headings: &[&str]) -> Rows {
    let right = headings.iter().map(|heading| heading.starts_with('>')).collect();
    let first = headings.iter().map(|heading| heading.trim_start_matches('>').to_owned()).collect();
    Rows { right, rows: vec![first] }
}

impl Rows {
    /// Adds a row.
    pub(crate) fn add(&mut self, cells: &[&str]) {
        let clean = |cell: &&str| cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.rows.push(cells.iter().map(clean).collect());
    }
}

impl std::fmt::Display for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A row of one cell is a title: it may be wider than its column.
        let width = |column: usize| {
            let cells = self.rows.iter().filter(|row| row.len() > 1).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.right.len()).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, width), right) in row.iter().zip(&widths).zip(&self.right) {
                let room = " ".repeat(width.saturating_sub(cell.chars().count()));
                let _ = if *right { write!(line, "{room}{cell}  ") } else { write!(line, "{cell}{room}  ") };
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
