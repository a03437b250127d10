//! CSV cut into records and fields, eight bytes at a time.
//!
//! The rules are those of [`crate::csv_record`].

use std::ops::Range;

use crate::csv_record::closing_quote;

const ONES: u64 = u64::MAX / 0xff;
const LOW_BITS: u64 = ONES * 0x7f;

/// Places of delimiters, line feeds and quotes.
struct Marks<'b> {
    bytes: &'b [u8],
    /// What is looked for, each in all eight bytes.
    sought: [u64; 3],
    /// Where the eight bytes begin that `hits` tells of.
    base: usize,
    /// The high bit of each byte that is a mark and has not been given out.
    hits: u64,
}

impl<'b> Marks<'b> {
    fn new(bytes: &'b [u8], delimiter: u8) -> Self {
        let sought = [delimiter, b'\n', b'"'].map(|byte| u64::from(byte) * ONES);
        let mut marks = Self { bytes, sought, base: 0, hits: 0 };
        marks.seek(0);
        marks
    }

    /// Goes on at `base`.
    #[inline]
    fn seek(&mut self, base: usize) {
        let rest = self.bytes.get(base..).unwrap_or_default();
        let (word, held) = match rest.first_chunk() {
            Some(eight) => (u64::from_le_bytes(*eight), u64::MAX),
            None => {
                let word = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
                (word, (1 << (8 * rest.len())) - 1)
            }
        };
        let [a, b, c] = self.sought;
        self.base = base;
        self.hits = (equal(word, a) | equal(word, b) | equal(word, c)) & held;
    }

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.hits == 0 {
            if self.base >= self.bytes.len() {
                return None;
            }
            self.seek(self.base + 8);
        }
        let at = self.base + self.hits.trailing_zeros() as usize / 8;
        self.hits &= self.hits - 1;
        Some(at)
    }
}

/// The high bit of each byte in which the two are equal. No carry passes between bytes, so that each is exact.
#[inline]
fn equal(a: u64, b: u64) -> u64 {
    let differing = a ^ b;
    !(((differing & LOW_BITS) + LOW_BITS) | differing | LOW_BITS)
}

/// The records of some bytes, one after the other.
pub(crate) struct Records<'b> {
    marks: Marks<'b>,
    delimiter: u8,
    /// Where the next record begins.
    start: usize,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it lies, its line end left out; empty for an empty line.
    pub(crate) range: Range<usize>,
    /// Lines that it takes up.
    pub(crate) lines: u64,
}

impl<'b> Records<'b> {
    pub(crate) fn new(bytes: &'b [u8], delimiter: u8) -> Self {
        Self { marks: Marks::new(bytes, delimiter), delimiter, start: 0 }
    }

    /// The next record; where its fields lie, quotes included, is put into `fields`.
    #[inline]
    pub(crate) fn next(&mut self, fields: &mut Vec<Range<usize>>) -> Option<Found> {
        let bytes = self.marks.bytes;
        let start = self.start;
        if start >= bytes.len() {
            return None;
        }
        fields.clear();
        let (mut field, mut lines) = (start, 1);
        while let Some(at) = self.marks.next() {
            let byte = bytes.get(at).copied().unwrap_or_default();
            if byte == self.delimiter {
                fields.push(field..at);
                field = at + 1;
            } else if byte == b'\n' {
                let carriage_return = at > start && bytes.get(at - 1) == Some(&b'\r');
                let end = if carriage_return { at - 1 } else { at };
                fields.push(field..end);
                self.start = at + 1;
                return Some(Found { range: start..end, lines });
            } else if at == field {
                // A quote that is not closed holds all the rest.
                let close = closing_quote(bytes, at).unwrap_or(bytes.len());
                lines += memchr::memchr_iter(b'\n', bytes.get(at..close).unwrap_or_default()).count() as u64;
                self.marks.seek(close + 1);
            }
        }
        fields.push(field..bytes.len());
        self.start = bytes.len();
        Some(Found { range: start..bytes.len(), lines })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::csv_record::{end, unquoted};

    /// All records by this module, empty lines left out.
    fn ours(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let (mut all, mut fields) = (Vec::new(), Vec::new());
        let mut records = Records::new(text, b',');
        while let Some(found) = records.next(&mut fields) {
            if !found.range.is_empty() {
                all.push(fields.iter().map(|field| unquoted(&text[field.clone()]).into_owned()).collect());
            }
        }
        all
    }

    fn theirs(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
    }

    proptest! {
        #[test]
        fn reads_as_the_csv_crate(text in "([a\", \n]|\r\n|,\"|\",|\"\"|abcdefghi|ü){0,40}") {
            prop_assert_eq!(ours(text.as_bytes()), theirs(text.as_bytes()));
        }

        #[test]
        fn records_end_where_the_reader_cuts(text in "([a\", \n]|\r\n|,\"|\",|\"\"|abcdefghi){0,40}") {
            let bytes = text.as_bytes();
            let (mut fields, mut start) = (Vec::new(), 0);
            let mut records = Records::new(bytes, b',');
            while let Some(found) = records.next(&mut fields) {
                prop_assert_eq!(found.range.start, start);
                let next = end(bytes, start, b',').unwrap_or(bytes.len());
                if end(bytes, start, b',').is_some() {
                    let breaks = bytes[start..next].iter().filter(|byte| **byte == b'\n').count();
                    prop_assert_eq!(found.lines, breaks as u64);
                }
                prop_assert_eq!(records.start, next);
                start = next;
            }
            prop_assert_eq!(start, bytes.len());
        }

        #[test]
        fn marks_are_all_and_only_those(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'-'), Just(b'\n'), Just(b'"')], 0..60)) {
            let mut marks = Marks::new(&bytes, b',');
            let found: Vec<usize> = std::iter::from_fn(|| marks.next()).collect();
            let expected: Vec<usize> = (0..bytes.len()).filter(|at| matches!(bytes[*at], b',' | b'\n' | b'"')).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
