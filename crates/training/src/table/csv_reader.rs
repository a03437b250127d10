//! CSV in: plain or gzip, with whatever delimiter, line ends and quotes it has.

use std::{borrow::Cow, collections::BTreeSet, io::Read, path::Path};

use sha2::{Digest, Sha256};

use super::{Table, infer};
use crate::{Error, Result};

/// How a file is read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// Columns to be read as numbers, whatever they look like.
    pub numeric: Vec<String>,
    /// Columns to be read as categories, whatever they look like.
    pub categorical: Vec<String>,
    /// Texts that mean "missing".
    pub missing_values: Vec<String>,
    /// Delimiter; found by looking at the header where absent.
    pub delimiter: Option<u8>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        let missing = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "."];
        Self { numeric: vec![], categorical: vec![], missing_values: missing.map(String::from).into(), delimiter: None }
    }
}

/// Most columns of a table.
const MAX_COLUMNS: usize = 10_000;
/// Largest file, unpacked, in bytes: a table is held in memory.
const MAX_BYTES: u64 = 8 << 30;

/// Reads a CSV file, plain or gzip.
///
/// # Errors
/// [`Error::File`] where it cannot be read, [`Error::Table`] where it is no well-formed table, with the line.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Table> {
    let name = path.display().to_string();
    let file_error = |source| Error::File { path: name.clone(), source };
    if path.is_dir() {
        return Err(fault(&name, None, "is a folder; name a CSV file in it"));
    }
    let raw = std::fs::read(path).map_err(file_error)?;
    read_csv(&raw, &name, options)
}

/// Reads CSV from bytes, plain or gzip; `name` is what messages call it.
///
/// # Errors
/// [`Error::Table`] where the bytes are no well-formed table, with the line.
pub fn read_csv(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Table> {
    let data_hash = format!("sha256:{}", hex(&Sha256::digest(bytes)));
    let text = unpack(bytes, name)?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    refuse_what_is_no_text(text, name)?;
    let delimiter = options.delimiter.unwrap_or_else(|| sniff(text));
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(true).from_reader(text);
    let header = header(&mut reader, name)?;
    let mut columns: Vec<infer::Builder> = header.iter().map(|column| infer::Builder::new(column, options)).collect();
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record).map_err(|error| csv_fault(&error, name))? {
        rows += 1;
        for (column, cell) in columns.iter_mut().zip(&record) {
            let line = || record.position().map(csv::Position::line);
            let cell = std::str::from_utf8(cell).map_err(|_| {
                fault(name, line(), format!("column `{}` is not UTF-8; save the file as UTF-8", column.name()))
            })?;
            column.push(cell.trim()).map_err(|problem| fault(name, line(), problem))?;
        }
    }
    if rows == 0 {
        return Err(fault(name, None, "has a header but no rows"));
    }
    let columns = columns.into_iter().map(infer::Builder::finish).collect::<Result<Vec<_>>>()?;
    let table = Table { columns, rows, source: name.into(), data_hash };
    options.numeric.iter().chain(&options.categorical).try_for_each(|named| table.column(named).map(drop))?;
    Ok(table)
}

fn fault(path: &str, line: Option<u64>, problem: impl Into<String>) -> Error {
    Error::Table { path: path.into(), line, problem: problem.into() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unpack<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, [u8]>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.into());
    }
    let mut text = Vec::new();
    let packed = flate2::read::MultiGzDecoder::new(bytes);
    packed.take(MAX_BYTES + 1).read_to_end(&mut text).map_err(|source| Error::File { path: name.into(), source })?;
    if text.len() as u64 > MAX_BYTES {
        return Err(fault(name, None, format!("unpacks to more than {MAX_BYTES} bytes, the limit")));
    }
    Ok(text.into())
}

fn refuse_what_is_no_text(text: &[u8], name: &str) -> Result<()> {
    let kinds: [(&[u8], &str); 4] = [
        (b"PAR1", "is a Parquet file"),
        (b"PK\x03\x04", "is a ZIP archive (a spreadsheet, perhaps)"),
        (b"\x28\xb5\x2f\xfd", "is packed with zstd"),
        (b"%PDF", "is a PDF"),
    ];
    if let Some((_, kind)) = kinds.iter().find(|(magic, _)| text.starts_with(magic)) {
        return Err(fault(name, None, format!("{kind}, not CSV; export it as CSV")));
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(fault(name, None, "is empty; a table needs a header and rows"));
    }
    if let Some(at) = text.iter().take(1 << 20).position(|byte| *byte == 0) {
        let line = 1 + text.iter().take(at).filter(|byte| **byte == b'\n').count() as u64;
        return Err(fault(name, Some(line), "holds a zero byte: it is binary or UTF-16, not CSV in UTF-8"));
    }
    Ok(())
}

/// The delimiter that stands most often in the first line, outside quotes; a comma where none does.
fn sniff(text: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in text.iter().take_while(|byte| **byte != b'\n') {
        if *byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| delimiter == byte) {
            *count += 1;
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0).map_or(b',', |(d, _)| *d)
}

fn header(reader: &mut csv::Reader<&[u8]>, name: &str) -> Result<Vec<String>> {
    let raw = reader.byte_headers().map_err(|error| csv_fault(&error, name))?;
    if raw.len() > MAX_COLUMNS {
        return Err(fault(name, Some(1), format!("has {} columns; the limit is {MAX_COLUMNS}", raw.len())));
    }
    let mut seen = BTreeSet::new();
    let mut header = Vec::with_capacity(raw.len());
    for (index, cell) in raw.iter().enumerate() {
        let column = std::str::from_utf8(cell)
            .map_err(|_| fault(name, Some(1), "the header is not UTF-8; save the file as UTF-8"))?;
        let column = column.trim();
        if column.is_empty() {
            return Err(fault(name, Some(1), format!("column {} has no name; name it in the header", index + 1)));
        }
        if !seen.insert(column.to_owned()) {
            return Err(fault(name, Some(1), format!("two columns are named `{column}`; rename one")));
        }
        header.push(column.to_owned());
    }
    Ok(header)
}

fn csv_fault(error: &csv::Error, name: &str) -> Error {
    let line = error.position().map(csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => fault(
            name,
            line,
            format!(
                "{len} fields where the header has {expected_len}; quote fields that hold the delimiter, or complete the row"
            ),
        ),
        _ => fault(name, line, error.to_string()),
    }
}
