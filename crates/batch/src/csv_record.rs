//! CSV records found in bytes without copying: RFC 4180 as the `csv` crate reads it.
//!
//! A field that begins with a quote ends at the next quote that is not doubled; what follows up to the delimiter belongs
//! to it. A quote elsewhere is an ordinary character. Records end with LF or CRLF; empty lines are no records.

use std::{borrow::Cow, ops::Range};

/// Where the record that begins at `start` ends: the index after its line end, or `None` where the bytes do not hold its
/// end. Looks at quotes only where there are any.
pub(crate) fn end(bytes: &[u8], start: usize, delimiter: u8) -> Option<usize> {
    let mut at = start;
    loop {
        let found = memchr::memchr2(b'\n', b'"', bytes.get(at..)?)? + at;
        if bytes.get(found) == Some(&b'\n') {
            return Some(found + 1);
        }
        let opens = found == start || found.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&delimiter);
        at = if opens { closing_quote(bytes, found)? + 1 } else { found + 1 };
    }
}

/// The quote that closes the one at `open`.
pub(crate) fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        let quote = memchr::memchr(b'"', bytes.get(at..)?)? + at;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

/// The fields of one record (its line end left out), as ranges of `bytes`, quotes included.
pub(crate) fn split(bytes: &[u8], record: Range<usize>, delimiter: u8, fields: &mut Vec<Range<usize>>) {
    fields.clear();
    let mut start = record.start;
    let Some(within) = bytes.get(..record.end) else { return };
    if memchr::memchr(b'"', within.get(start..).unwrap_or_default()).is_none() {
        for found in memchr::memchr_iter(delimiter, within.get(record.start..).unwrap_or_default()) {
            let end = record.start + found;
            fields.push(start..end);
            start = end + 1;
        }
        fields.push(start..record.end);
        return;
    }
    loop {
        let after = match within.get(start) {
            Some(b'"') => closing_quote(within, start).map_or(record.end, |quote| quote + 1),
            _ => start,
        };
        let rest = within.get(after..).unwrap_or_default();
        let Some(found) = memchr::memchr(delimiter, rest) else {
            fields.push(start..record.end);
            return;
        };
        fields.push(start..after + found);
        start = after + found + 1;
    }
}

/// A field without its quotes.
pub(crate) fn unquoted(field: &[u8]) -> Cow<'_, [u8]> {
    let Some(rest) = field.strip_prefix(b"\"") else { return Cow::Borrowed(field) };
    let Some(close) = closing_quote(field, 0) else { return Cow::Owned(undoubled(rest)) };
    let (inside, after) = (field.get(1..close).unwrap_or_default(), field.get(close + 1..).unwrap_or_default());
    if after.is_empty() && memchr::memchr(b'"', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut text = undoubled(inside);
    text.extend_from_slice(after);
    Cow::Owned(text)
}

fn undoubled(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        out.push(*byte);
        if *byte == b'"' && bytes.as_slice().first() == Some(&b'"') {
            bytes.next();
        }
    }
    out
}

/// A text as a field of CSV: quoted where it must be.
pub(crate) fn push_field(out: &mut Vec<u8>, text: &[u8], delimiter: u8) {
    let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !text.iter().any(special) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_written_field_reads_back(text in prop::collection::vec(any::<u8>(), 0..20)) {
            let mut out = Vec::new();
            push_field(&mut out, &text, b',');
            prop_assert_eq!(unquoted(&out).into_owned(), text);
        }
    }
}
