//! Tables: columns of numbers or categories, read from files that may be anything at all.

mod csv_reader;
mod dates;
mod found_missing;
mod infer;
mod levels;
mod open;
mod outcomes;
mod parquet_reader;
mod set_aside;
mod split;
mod target;
mod weights;

pub use csv_reader::read_csv;
pub(crate) use levels::{Levels, too_many};
pub use open::{ReadOptions, read, read_bytes};
pub use split::{Split, date_split, kfold, newest_split, random_split};
pub use target::Target;

use scorecard::Literal;

use crate::{Error, Result};

/// A category code that stands for a missing value.
pub const MISSING: u32 = u32::MAX;

/// Columns of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns, in the order of the file.
    pub columns: Vec<Column>,
    /// Number of rows.
    pub rows: usize,
    /// The file as it was named.
    pub source: String,
    /// `sha256:` and the SHA-256 of the file's bytes, in hexadecimal.
    pub data_hash: String,
    /// Under [`ReadOptions::set_aside`]: the line of each row, counted from 1; of Parquet its row. Empty otherwise.
    pub lines: Vec<u64>,
    /// Under [`ReadOptions::set_aside`]: the rows of the file that are not among the table's.
    pub unread: Unread,
    /// Columns of the file that a table cannot hold and that nobody needs.
    pub left_out: Vec<LeftOut>,
}

/// A column that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why it cannot be read.
    pub problem: String,
}

/// Rows that were set aside because they cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unread {
    /// How many.
    pub rows: u64,
    /// The first of them: its line, and what is wrong there.
    pub first: Option<(u64, String)>,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Name in the header.
    pub name: String,
    /// The values.
    pub data: ColumnData,
    /// What was decided about the type, and why.
    pub inference: String,
    /// What its cells held that was taken for missing, each once: texts and numbers. Empty cells of CSV and nulls hold
    /// nothing.
    pub missing: Vec<Literal>,
}

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Numbers; NaN is missing.
    Numeric(Vec<f64>),
    /// Categories: an index into `levels` a row; [`MISSING`] is missing.
    Categorical {
        /// One a row.
        codes: Vec<u32>,
        /// The distinct texts, in ascending order.
        levels: Vec<String>,
    },
}

impl ColumnData {
    /// The value of one row as a text; `None` where it is missing.
    #[must_use]
    pub fn text(&self, row: usize) -> Option<String> {
        match self {
            Self::Numeric(values) => values.get(row).filter(|value| !value.is_nan()).map(ToString::to_string),
            Self::Categorical { codes, levels } => codes.get(row).and_then(|code| levels.get(*code as usize)).cloned(),
        }
    }
}

impl Table {
    /// Where a row stands, in words: its line where that is known.
    #[must_use]
    pub fn place(&self, row: usize) -> String {
        self.lines.get(row).map_or_else(|| format!("row {}", row + 1), |line| format!("line {line}"))
    }

    /// Whether the file has a column of this name that is not among the table's.
    #[must_use]
    pub fn is_left_out(&self, name: &str) -> bool {
        self.left_out.iter().any(|left_out| left_out.name == name)
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`Error::Column`] that names the nearest column there is.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            let known = self.columns.iter().map(|column| column.name.as_str());
            if let Some(left_out) = self.left_out.iter().find(|left_out| left_out.name == name) {
                return Error::Column { column: name.to_owned(), problem: left_out.problem.clone() };
            }
            let advice = match scorecard::nearest::nearest(name, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its columns are: {}", known.take(40).collect::<Vec<_>>().join(", ")),
            };
            Error::Column { column: name.to_owned(), problem: format!("not in {}; {advice}", self.source) }
        })
    }
}
