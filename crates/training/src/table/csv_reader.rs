//! CSV in: plain or gzip, with whatever delimiter, line ends and quotes it has.

use std::{borrow::Cow, collections::BTreeSet, io::Read};

use super::{
    ReadOptions, Table, infer,
    open::{MAX_BYTES, MAX_COLUMNS, MAX_ROWS, check_named, fault, hash},
};
use crate::{Error, Result};

/// Largest cell in bytes: a text that long is no category, and most often an open quote.
const MAX_CELL: usize = 1 << 16;
const SAVE_AS_UTF8: &str = "save the file as UTF-8 (from Windows, often: `iconv -f WINDOWS-1252 -t UTF-8`)";

/// Reads CSV from bytes, plain or gzip; `name` is what messages call it.
///
/// # Errors
/// [`Error::Table`] where the bytes are no well-formed table, with the line.
pub fn read_csv(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Table> {
    let data_hash = hash(bytes);
    let text = unpack(bytes, name)?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    refuse_what_is_no_text(text, name)?;
    let delimiter = options.delimiter.unwrap_or_else(|| sniff(text));
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(true).from_reader(text);
    let header = header(&mut reader, text, name)?;
    let mut columns: Vec<infer::Builder<'_>> = header.iter().map(|name| infer::Builder::new(name, options)).collect();
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    let unfit = |unfit: infer::Unfit| fault(name, unfit.line, unfit.problem);
    while reader.read_byte_record(&mut record).map_err(|error| csv_fault(&error, text, name))? {
        rows += 1;
        let line = record.position().map_or(0, |position| line_of(text, position));
        for ((column, cell), builder) in header.iter().zip(&record).zip(&mut columns) {
            if cell.len() > MAX_CELL {
                let problem = format!("column `{column}`: a cell of {} bytes; is a quote left open?", cell.len());
                return Err(fault(name, Some(line), problem));
            }
            let cell = std::str::from_utf8(cell)
                .map_err(|_| fault(name, Some(line), format!("column `{column}` is not UTF-8; {SAVE_AS_UTF8}")))?;
            builder.push(cell.trim(), line).map_err(unfit)?;
        }
    }
    if rows == 0 {
        return Err(fault(name, None, "has a header but no rows"));
    }
    if rows > MAX_ROWS {
        return Err(fault(name, None, format!("has more than {MAX_ROWS} rows, the limit")));
    }
    let columns = columns.into_iter().map(|column| column.finish().map_err(unfit)).collect::<Result<Vec<_>>>()?;
    check_named(Table { columns, rows, source: name.into(), data_hash }, options)
}

fn unpack<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, [u8]>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.into());
    }
    let mut text = Vec::new();
    let packed = flate2::read::MultiGzDecoder::new(bytes);
    packed
        .take(MAX_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(|error| fault(name, None, format!("is gzip, but damaged or cut short ({error}); pack it again")))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(fault(name, None, format!("unpacks to more than {} GiB, the limit", MAX_BYTES >> 30)));
    }
    Ok(text.into())
}

/// First bytes of files that are often taken for CSV.
const OTHER_KINDS: [(&[u8], &str); 12] = [
    (b"PAR1", "is a packed Parquet file, not CSV; unpack it"),
    (b"PK\x03\x04", "is a ZIP archive or a spreadsheet, not CSV; unpack it, or export the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an old spreadsheet or document, not CSV; export it as CSV"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd; unpack it, or pack it with gzip"),
    (b"BZh", "is packed with bzip2; unpack it, or pack it with gzip"),
    (b"\xfd7zXZ", "is packed with xz; unpack it, or pack it with gzip"),
    (b"\x1f\x8b", "is packed with gzip twice; unpack it once"),
    (b"SQLite format 3", "is an SQLite database, not CSV; export the table as CSV"),
    (b"\x89PNG", "is a PNG picture, not CSV"),
    (b"%PDF", "is a PDF, not CSV"),
    (b"\xff\xfe", "is UTF-16; save the file as UTF-8"),
    (b"\xfe\xff", "is UTF-16; save the file as UTF-8"),
];

fn refuse_what_is_no_text(text: &[u8], name: &str) -> Result<()> {
    if let Some((_, problem)) = OTHER_KINDS.iter().find(|(magic, _)| text.starts_with(magic)) {
        return Err(fault(name, None, *problem));
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(fault(name, None, "is empty; a table needs a header and rows"));
    }
    if let Some(at) = memchr::memchr(0, text) {
        let before = text.get(..at).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
        return Err(fault(name, Some(line), "holds a zero byte: it is binary, damaged or UTF-16, not CSV in UTF-8"));
    }
    Ok(())
}

/// The delimiter that stands most often in the header, outside quotes; a comma where none does.
fn sniff(text: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in text.trim_ascii_start() {
        if *byte == b'"' {
            quoted = !quoted;
        } else if !quoted && matches!(byte, b'\n' | b'\r') {
            break;
        } else if !quoted && let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| delimiter == byte) {
            *count += 1;
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0).map_or(b',', |(d, _)| *d)
}

fn header(reader: &mut csv::Reader<&[u8]>, text: &[u8], name: &str) -> Result<Vec<String>> {
    let raw = reader.byte_headers().map_err(|error| csv_fault(&error, text, name))?;
    if raw.len() > MAX_COLUMNS {
        return Err(fault(name, Some(1), format!("has {} columns; the limit is {MAX_COLUMNS}", raw.len())));
    }
    let mut seen = BTreeSet::new();
    let mut header = Vec::with_capacity(raw.len());
    for (index, cell) in raw.iter().enumerate() {
        let column = std::str::from_utf8(cell)
            .map_err(|_| fault(name, Some(1), format!("the header is not UTF-8; {SAVE_AS_UTF8}")))?;
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

/// The line on which a record begins: the reader's position may stand before blank lines that it skips.
fn line_of(text: &[u8], position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.get(at..)).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| **byte == b'\n').count() as u64
}

fn csv_fault(error: &csv::Error, text: &[u8], name: &str) -> Error {
    let line = error.position().map(|position| line_of(text, position));
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
