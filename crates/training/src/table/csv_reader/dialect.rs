//! What a file is before its first cell is read: packed or not, text or not, and divided by which character.

use std::{borrow::Cow, io::Read};

use crate::{
    Result,
    table::open::{MAX_BYTES, fault},
};

/// The text of a file that may be packed with gzip.
pub(super) fn unpack<'a>(bytes: &'a [u8], name: &str) -> Result<Cow<'a, [u8]>> {
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

/// Refuses what is empty, binary, or another kind of file by its first bytes.
pub(super) fn refuse_what_is_no_text(text: &[u8], name: &str) -> Result<()> {
    if let Some((_, problem)) = OTHER_KINDS.iter().find(|(magic, _)| text.starts_with(magic)) {
        return Err(fault(name, None, *problem));
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(fault(name, None, "is empty; a table needs a header and rows"));
    }
    let is_json = |opening: &[u8]| {
        let rest = text.trim_ascii_start().strip_prefix(opening).map(<[u8]>::trim_ascii_start);
        rest.is_some_and(|rest| rest.starts_with(b"\"") || rest.starts_with(b"{") || rest.starts_with(b"}"))
    };
    if is_json(b"{") || is_json(b"[") {
        return Err(fault(name, None, "is JSON, not a table with a header; write it as CSV or Parquet"));
    }
    if let Some(at) = memchr::memchr(0, text) {
        let before = text.get(..at).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count() as u64;
        return Err(fault(name, Some(line), "holds a zero byte: it is binary, damaged or UTF-16, not CSV in UTF-8"));
    }
    Ok(())
}

/// The delimiter that stands most often in the header, outside quotes; a comma where none does.
pub(super) fn sniff(text: &[u8]) -> u8 {
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
