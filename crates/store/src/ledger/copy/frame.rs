//! The lines of a copy, to the byte.

use serde::{Deserialize, Serialize};

use crate::ledger::{Hash, Head, LedgerError, opening::is_timestamp};

/// The longest line, in bytes: a checkpoint of the most chains.
pub(super) const MAX_LINE: usize = 16 << 20;
pub(super) const OPEN: &[u8] = b"{\"hash\":\"";
pub(super) const ENTRY: &[u8] = b"\",\"entry\":";
pub(super) const CHECKPOINT: &[u8] = b"\",\"checkpoint\":";
pub(super) const TRAILER: &[u8] = b"{\"trailer\":{";
const FORMAT: &str = "plimsoll-ledger";
const DIGITS: usize = 64;

/// The first line of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    format: String,
    format_version: u32,
    /// The ledger's own name.
    pub origin: String,
    /// When the copy was made, in the form of [`timestamp`](crate::ledger::timestamp).
    pub time: String,
}

impl Header {
    /// # Errors
    /// Where the time is not in the form of [`timestamp`](crate::ledger::timestamp).
    pub fn new(origin: &str, time: &str) -> Result<Self, LedgerError> {
        if !is_timestamp(time.as_bytes()) {
            return Err(LedgerError::Copy(format!("{time:?} is not a time like 2026-01-31T09:30:00.000000Z")));
        }
        Ok(Self { format: FORMAT.into(), format_version: 1, origin: origin.into(), time: time.into() })
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let header: Self = serde_json::from_slice(line).ok()?;
        let sound = header.format == FORMAT && header.format_version == 1 && is_timestamp(header.time.as_bytes());
        (sound && header.text().as_bytes() == line).then_some(header)
    }
}

/// The last line of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trailer {
    /// SHA-256 of the first line, without its line feed.
    pub(super) header: Hash,
    pub(super) chains: Vec<Head>,
    pub(super) checkpoints: Checkpoints,
    /// SHA-256 of all bytes before this line.
    pub(super) sha256: Hash,
}

/// The checkpoints of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoints {
    pub(super) count: u64,
    /// The last one's; zeros where there is none.
    pub(super) hash: Hash,
}

impl Trailer {
    pub(super) fn text(&self) -> String {
        format!("{{\"trailer\":{}}}", serde_json::to_string(self).unwrap_or_default())
    }

    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let inner = line.strip_prefix(b"{\"trailer\":")?.strip_suffix(b"}")?;
        let trailer: Self = serde_json::from_slice(inner).ok()?;
        let sound = trailer.chains.is_sorted_by(|a, b| a.chain < b.chain);
        (sound && trailer.text().as_bytes() == line).then_some(trailer)
    }
}

/// The body of an entry's line whose frame is right, and its digits, which are not looked at.
pub(super) fn entry(line: &[u8]) -> Option<(&[u8; DIGITS], &[u8])> {
    let (digits, rest) = line.strip_prefix(OPEN)?.split_first_chunk()?;
    Some((digits, rest.strip_prefix(ENTRY)?.strip_suffix(b"}")?))
}

/// A line in the middle, with all that can be read of it, be it damaged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'l> {
    pub(super) what: What,
    /// Whether the frame is as prescribed; else where it first is not.
    pub(super) frame: Result<(), usize>,
    /// The 64 bytes where the digits of the hash belong.
    pub(super) digits: &'l [u8],
    /// The body or the checkpoint's text.
    pub(super) content: &'l [u8],
    /// Where the content starts in the line.
    pub(super) start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Entry,
    Checkpoint,
    Unknown,
}

impl<'l> Line<'l> {
    pub(super) fn read(line: &'l [u8]) -> Self {
        let digits = line.get(OPEN.len()..OPEN.len() + DIGITS).unwrap_or_default();
        let middle = line.get(OPEN.len() + DIGITS..).unwrap_or_default();
        let shaped = |what, name: &[u8], found: bool| {
            let start = OPEN.len() + DIGITS + name.len();
            let content = line.get(start..line.len().saturating_sub(1).max(start)).unwrap_or_default();
            let what = if found { what } else { What::Unknown };
            Self { what, frame: frame(line, name), digits, content, start }
        };
        if middle.starts_with(ENTRY) {
            return shaped(What::Entry, ENTRY, true);
        }
        if middle.starts_with(CHECKPOINT) {
            return shaped(What::Checkpoint, CHECKPOINT, true);
        }
        // The name is damaged: what stands where the content belongs tells.
        let entry = shaped(What::Entry, ENTRY, true);
        if entry.content.starts_with(b"{\"chain\":") {
            return entry;
        }
        let checkpoint = shaped(What::Checkpoint, CHECKPOINT, true);
        if checkpoint.content.starts_with(b"{\"format\":") {
            return checkpoint;
        }
        shaped(What::Entry, ENTRY, false)
    }

    pub(super) fn hash(&self) -> Option<Hash> {
        Hash::from_hex(self.digits)
    }
}

/// Where a line first deviates from its frame.
fn frame(line: &[u8], name: &[u8]) -> Result<(), usize> {
    let differs = |from: usize, expected: &[u8]| {
        let found = line.get(from..).unwrap_or_default();
        let same = found.iter().zip(expected).take_while(|(a, b)| a == b).count();
        if same == expected.len() { Ok(()) } else { Err(from + same) }
    };
    differs(0, OPEN)?;
    let digits = line.get(OPEN.len()..OPEN.len() + DIGITS).unwrap_or_default();
    let kept = digits.iter().take_while(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')).count();
    if kept < DIGITS {
        return Err(OPEN.len() + kept);
    }
    differs(OPEN.len() + DIGITS, name)?;
    if line.last() == Some(&b'}') { Ok(()) } else { Err(line.len().saturating_sub(1)) }
}

/// Where a line feed was overwritten: the place of the byte between two lines that became one.
pub(super) fn seam(line: &[u8]) -> Option<usize> {
    let starts = |rest: &[u8]| {
        let hash = || {
            let digits = rest.strip_prefix(OPEN)?.get(..DIGITS)?;
            Hash::from_hex(digits)
                .filter(|_| rest.get(OPEN.len() + DIGITS..).is_some_and(|rest| rest.starts_with(b"\",\"")))
        };
        rest.starts_with(TRAILER) || hash().is_some()
    };
    let brackets = line.iter().enumerate().filter(|(_, byte)| **byte == b'}');
    brackets.map(|(place, _)| place + 1).find(|place| line.get(place + 1..).is_some_and(starts))
}
