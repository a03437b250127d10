//! Lines of entries that do not follow from what was read, until what comes after tells what they were.

use super::{
    frame::{Line, OPEN},
    issue::{Issue, IssueKind},
};
use crate::ledger::{Hash, Hasher, entry_hash};

/// Bodies up to this length are kept to find the altered byte.
const MAX_SEARCHED: usize = 4096;

/// Where a line is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) offset: u64,
}

impl Place {
    pub(super) fn issue(self, kind: IssueKind) -> Issue {
        let Self { line, offset } = self;
        Issue { kind, line, offset, byte: None, chain: None, sequence: None, count: 1, checkpoint: None }
    }

    pub(super) fn byte(self, within: usize) -> u64 {
        self.offset + within as u64
    }
}

#[derive(Debug)]
pub(super) struct Stray {
    pub(super) place: Place,
    /// Where the frame is broken.
    pub(super) frame: Result<(), usize>,
    digits: Vec<u8>,
    /// The hash as it stands there.
    pub(super) stated: Option<Hash>,
    /// The hash of the body after the entry before, where that one is known.
    pub(super) computed: Option<Hash>,
    /// Chain and position as the body has them.
    pub(super) claim: Option<(u32, u64)>,
    body: Vec<u8>,
    start: usize,
}

impl Stray {
    pub(super) fn new(place: Place, line: &Line<'_>, claim: Option<(u32, u64)>, computed: Option<Hash>) -> Self {
        let body = if line.content.len() <= MAX_SEARCHED { line.content.to_vec() } else { Vec::new() };
        Self {
            place,
            frame: line.frame,
            digits: line.digits.to_vec(),
            stated: line.hash(),
            computed,
            claim,
            body,
            start: line.start,
        }
    }

    /// What its hash may have been: as stated, or as computed.
    pub(super) fn candidates(&self) -> impl Iterator<Item = Hash> {
        self.stated.into_iter().chain(self.computed)
    }

    /// Whether nothing but its place was wrong. Of a long body, which is not kept, that is taken from it having come early.
    pub(super) fn is_intact(&self, previous: &Hash, hash: &Hash) -> bool {
        let whole =
            if self.body.is_empty() { self.computed.is_none() } else { entry_hash(previous, &self.body) == *hash };
        whole && self.stated == Some(*hash)
    }

    /// What happened to it, once its place, the hash before it and its own hash are known.
    pub(super) fn issue(&self, chain: u32, sequence: u64, previous: &Hash, hash: Option<Hash>) -> Issue {
        let whole = hash.is_some() && hash != self.stated && hash == self.computed;
        let (kind, within) = match self.frame {
            _ if whole => (IssueKind::HashAltered, hash.and_then(|hash| self.altered_digit(&hash))),
            Ok(()) => (IssueKind::BodyAltered, hash.and_then(|hash| self.altered_byte(previous, hash))),
            Err(_) => (IssueKind::FramingBroken, None),
        };
        let byte = within.map(|within| self.place.byte(within));
        Issue { byte, chain: Some(chain), sequence: Some(sequence), ..self.place.issue(kind) }
    }

    fn altered_digit(&self, hash: &Hash) -> Option<usize> {
        let differs = |(found, right): (&u8, &u8)| found != right;
        self.digits.iter().zip(&hash.to_hex()).position(differs).map(|digit| OPEN.len() + digit)
    }

    /// The byte of the body in which one bit differs from what was hashed, if it is one bit.
    fn altered_byte(&self, previous: &Hash, hash: Hash) -> Option<usize> {
        let mut before = Hasher::default();
        before.update(previous.as_bytes());
        for (place, byte) in self.body.iter().enumerate() {
            let after = self.body.get(place + 1..).unwrap_or_default();
            let restored = (0..8).any(|bit| {
                let mut hasher = before.clone();
                hasher.update(&[byte ^ 1 << bit]);
                hasher.update(after);
                hasher.finish() == hash
            });
            if restored {
                return Some(self.start + place);
            }
            before.update(&[*byte]);
        }
        None
    }
}

/// The stray, and the hash it has, after which this body has this hash.
pub(super) fn predecessor(strays: &[Stray], body: &[u8], hash: &Hash) -> Option<(usize, Hash)> {
    named(strays, |candidate| entry_hash(candidate, body) == *hash)
}

/// The first stray with a hash that is the right one.
pub(super) fn named(strays: &[Stray], right: impl Fn(&Hash) -> bool) -> Option<(usize, Hash)> {
    let mut all =
        strays.iter().enumerate().flat_map(|(place, stray)| stray.candidates().map(move |hash| (place, hash)));
    all.find(|(_, hash)| right(hash))
}
