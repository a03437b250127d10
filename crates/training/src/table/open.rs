//! Opening a table: which kind of file it is, and how it is to be read.

use std::{collections::BTreeMap, fmt::Write as _, fs::File, io::Read, path::Path};

use scorecard::cells::{CellTexts, KnownTexts};
use sha2::{Digest, Sha256};

use super::{Table, Unread, csv_reader::read_csv, parquet_reader::read_parquet};
use crate::{Error, Result};

/// How a file is read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Columns to be read as numbers, whatever they look like.
    pub numeric: Vec<String>,
    /// Columns to be read as categories, whatever they look like.
    pub categorical: Vec<String>,
    /// Texts that mean "missing"; one that is a number stands for that number, however it is written.
    pub missing_values: Vec<String>,
    /// By column: the texts that a scorecard knows of it. Its categories are not missing, whatever `missing_values` says.
    pub known: BTreeMap<String, KnownTexts>,
    /// Columns that are left out ([`Table::left_out`]) where their type is none that a table holds.
    pub exclude: Vec<String>,
    /// Whether every such column is left out. Otherwise the first one is an error.
    pub leave_out: bool,
    /// Delimiter of a CSV file; found by looking at the header where absent.
    pub delimiter: Option<u8>,
    /// Whether a row is set aside and counted ([`Table::unread`]) where it has too few or too many cells, is not UTF-8,
    /// or has a cell in one of `numeric` that is no number. Otherwise the first such row is an error.
    pub set_aside: bool,
    /// Most cells, rows times columns: a small Parquet file may hold a great table.
    pub max_cells: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        let missing_values = scorecard::MISSING_TEXTS.map(String::from).into();
        Self {
            numeric: vec![],
            categorical: vec![],
            missing_values,
            known: BTreeMap::new(),
            exclude: vec![],
            leave_out: false,
            delimiter: None,
            set_aside: false,
            max_cells: usize::MAX,
        }
    }
}

impl ReadOptions {
    /// How the cells of a column are read.
    pub(super) fn cell_texts(&self, column: &str) -> CellTexts {
        match self.known.get(column) {
            Some(known) => CellTexts::new(&self.missing_values, known),
            None => CellTexts::new(&self.missing_values, &KnownTexts::default()),
        }
    }

    /// Refuses a table of more cells than are allowed.
    pub(super) fn check_cells(&self, rows: usize, columns: usize, name: &str) -> Result<()> {
        if rows.saturating_mul(columns) <= self.max_cells {
            return Ok(());
        }
        let problem =
            format!("has {rows} rows of {columns} columns; {} cells are allowed, so take a sample", self.max_cells);
        Err(fault(name, None, problem))
    }

    /// Whether a column of this name may be left out where it cannot be read.
    pub(super) fn may_leave_out(&self, column: &str) -> bool {
        let needed = self.numeric.iter().chain(&self.categorical).any(|named| named == column);
        self.exclude.iter().any(|named| named == column) || (self.leave_out && !needed)
    }
}

/// Most columns of a table.
pub(super) const MAX_COLUMNS: usize = 10_000;
/// Most rows of a table: rows are counted in 32 bits.
pub(super) const MAX_ROWS: usize = u32::MAX as usize - 1;
/// Largest file, unpacked, in bytes: a table is held in memory.
pub(super) const MAX_BYTES: u64 = 8 << 30;

/// Reads a table from a file: CSV, plain or gzip, or Parquet. The file's first bytes say which.
///
/// # Errors
/// [`Error::File`] where it cannot be read, [`Error::Table`] where it is no well-formed table, with the line,
/// [`Error::Column`] where a column is not what the options say.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table> {
    let name = path.display().to_string();
    let file_error = |source| Error::File { path: name.clone(), source };
    let file = File::open(path).map_err(file_error)?;
    let metadata = file.metadata().map_err(file_error)?;
    if metadata.is_dir() {
        return Err(fault(&name, None, "is a folder; name a CSV or Parquet file in it"));
    }
    // A pipe has no length: what it holds is counted as it comes.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or(0));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(file_error)?;
    let parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    if parquet && !bytes.starts_with(PARQUET) {
        return Err(fault(&name, None, "is named .parquet but is no Parquet file: it does not begin with PAR1"));
    }
    read_bytes(bytes, &name, options)
}

/// Reads a table from the bytes of a file: CSV, plain or gzip, or Parquet. `name` is what messages call it.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(bytes: Vec<u8>, name: &str, options: &ReadOptions) -> Result<Table> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fault(name, None, format!("is larger than {} GiB, the limit", MAX_BYTES >> 30)));
    }
    if bytes.starts_with(PARQUET) { read_parquet(bytes, name, options) } else { read_csv(&bytes, name, options) }
}

const PARQUET: &[u8] = b"PAR1";

/// Refuses options that name columns which the table lacks.
pub(super) fn check_named(table: Table, options: &ReadOptions) -> Result<Table> {
    options.numeric.iter().chain(&options.categorical).try_for_each(|named| table.column(named).map(drop))?;
    Ok(table)
}

/// Refuses a table of which every row was set aside.
pub(super) fn none_left(rows: usize, unread: &Unread, name: &str) -> Result<()> {
    match &unread.first {
        Some((line, problem)) if rows == 0 => {
            Err(fault(name, None, format!("no row could be read; the first: line {line}: {problem}")))
        }
        _ => Ok(()),
    }
}

pub(super) fn fault(path: &str, line: Option<u64>, problem: impl Into<String>) -> Error {
    Error::Table { path: path.into(), line, problem: problem.into() }
}

/// `sha256:` and the SHA-256 of the bytes, in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        // A string takes all that is written to it.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
