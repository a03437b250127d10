//! CSV in: plain or gzip, with whatever delimiter, line ends and quotes it has.

mod dialect;
mod rows;

use std::collections::BTreeSet;

use self::dialect::{refuse_what_is_no_text, sniff, unpack};
use super::{
    ReadOptions, Table, infer,
    open::{MAX_COLUMNS, MAX_ROWS, check_named, fault, hash, none_left},
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
    let (data_hash, columns) = rayon::join(|| hash(bytes), || read_columns(bytes, name, options));
    check_named(Table { data_hash, ..columns? }, options)
}

/// The table, but for the hash.
fn read_columns(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Table> {
    let text = unpack(bytes, name)?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    refuse_what_is_no_text(text, name)?;
    let delimiter = options.delimiter.unwrap_or_else(|| sniff(text));
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(true).from_reader(text);
    let header = header(&mut reader, text, name)?;
    let mut columns: Vec<infer::Builder<'_>> = header.iter().map(|name| infer::Builder::new(name, options)).collect();
    let source = rows::Source { text, name, header: &header, set_aside: options.set_aside };
    let rows::Read { rows, mut lines, mut unread } = rows::read_rows(&mut reader, source, &mut columns)?;
    if rows == 0 && unread.rows == 0 {
        return Err(fault(name, None, "has a header but no rows"));
    }
    if rows > MAX_ROWS {
        return Err(fault(name, None, format!("has more than {MAX_ROWS} rows, the limit")));
    }
    let faults = columns.iter_mut().map(infer::Builder::take_faults).collect();
    let finish = |column: infer::Builder<'_>| column.finish().map_err(|unfit| unfit.in_file(name));
    let mut columns = columns.into_iter().map(finish).collect::<Result<Vec<_>>>()?;
    let before = unread.rows;
    unread.take_out(&mut columns, faults, &mut lines);
    let rows = rows - usize::try_from(unread.rows - before).unwrap_or(rows);
    none_left(rows, &unread, name)?;
    Ok(Table { columns, rows, source: name.into(), data_hash: String::new(), lines, unread, left_out: Vec::new() })
}

fn header(reader: &mut csv::Reader<&[u8]>, text: &[u8], name: &str) -> Result<Vec<String>> {
    // The reader skips blank lines before the header.
    let blank = text.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    let line = 1 + blank as u64;
    let raw = reader.byte_headers().map_err(|error| csv_fault(&error, text, name, &[]))?;
    if raw.len() > MAX_COLUMNS {
        return Err(fault(name, Some(line), format!("has {} columns; the limit is {MAX_COLUMNS}", raw.len())));
    }
    let mut seen = BTreeSet::new();
    let mut header = Vec::with_capacity(raw.len());
    for (index, cell) in raw.iter().enumerate() {
        if cell.len() > MAX_CELL {
            return Err(fault(name, Some(line), "a column's name has no end; is a quote left open?"));
        }
        let column = std::str::from_utf8(cell)
            .map_err(|_| fault(name, Some(line), format!("the header is not UTF-8; {SAVE_AS_UTF8}")))?;
        let column = column.trim();
        if column.is_empty() {
            return Err(fault(name, Some(line), format!("column {} has no name; name it in the header", index + 1)));
        }
        if !seen.insert(column.to_owned()) {
            return Err(fault(name, Some(line), format!("two columns are named `{column}`; rename one")));
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

fn csv_fault(error: &csv::Error, text: &[u8], name: &str, header: &[String]) -> Error {
    let line = error.position().map(|position| line_of(text, position));
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => fault(
            name,
            line,
            format!(
                "{len} {} where the header has {expected_len}; quote fields that hold the delimiter, or complete \
                 the row",
                if *len == 1 { "field" } else { "fields" }
            ),
        ),
        csv::ErrorKind::Utf8 { err, .. } => {
            let column = header.get(err.field()).map_or("?", String::as_str);
            fault(name, line, format!("column `{column}`: the text is not UTF-8; {SAVE_AS_UTF8}"))
        }
        _ => fault(name, line, error.to_string()),
    }
}
