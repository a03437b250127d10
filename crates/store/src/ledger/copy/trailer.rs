//! The last line of a copy.

use super::{
    frame::{Checkpoints, Trailer},
    issue::{Issue, IssueKind},
    stray::Place,
    verify::Verifier,
};
use crate::ledger::{Hash, Head};

impl Verifier<'_> {
    /// Reads the last line. Where its digest is that of all that stands before it, contradictions are its own fault.
    pub(super) fn trailer(&mut self, text: &[u8], whole: bool, place: Place) {
        self.ended = true;
        let digest = std::mem::take(&mut self.digest).finish();
        let altered = |byte| Issue { byte, ..place.issue(IssueKind::TrailerAltered) };
        let Some(trailer) = Trailer::parse(text) else {
            let but_last = text.split_last().filter(|_| !whole).map(|(_, text)| text);
            if but_last.is_some_and(|text| Trailer::parse(text).is_some()) {
                // The line feed at the very end is another byte.
                self.found(altered(Some(place.byte(text.len() - 1))));
            } else if whole {
                let byte = self.differs(text, digest).map(|at| place.byte(at));
                self.found(altered(byte));
            } else {
                self.found(place.issue(IssueKind::Truncated));
            }
            return;
        };
        if !whole {
            return self.found(place.issue(IssueKind::Truncated));
        }
        if self.header == Some(trailer.header) {
            self.report.issues.extend(self.foreign.take());
        }
        let sound_before = self.report.issues.is_empty() && self.strays.is_empty();
        let untouched = trailer.sha256 == digest;
        if untouched && sound_before {
            if let Some(at) = self.differs(text, digest) {
                self.found(altered(Some(place.byte(at))));
            }
            return;
        }
        self.reach_trailer(&trailer, place);
        if self.header.is_some_and(|header| header != trailer.header) {
            let first = Place { line: 1, offset: 0 };
            self.found(first.issue(IssueKind::HeaderAltered));
        }
        // Nothing before it is at fault, so that it is.
        if self.report.issues.is_empty() && self.strays.is_empty() {
            let byte = self.differs(text, digest).map(|at| place.byte(at));
            self.found(altered(byte));
        }
    }

    fn reach_trailer(&mut self, trailer: &Trailer, place: Place) {
        for head in &trailer.chains {
            let (size, _) = self.chains.at(head.chain);
            let of = |kind| Issue { chain: Some(head.chain), ..place.issue(kind) };
            if size > head.size {
                let unexpected = of(IssueKind::Unexpected);
                self.found(Issue { sequence: Some(head.size), count: size - head.size, ..unexpected });
            } else if !self.reach(head, place) {
                self.found(of(IssueKind::HeadDiffers));
            }
        }
        for chain in self.chains.numbers() {
            if trailer.chains.binary_search_by_key(&chain, |head| head.chain).is_err() {
                let count = self.chains.at(chain).0;
                let unexpected = place.issue(IssueKind::Unexpected);
                self.found(Issue { chain: Some(chain), sequence: Some(0), count, ..unexpected });
            }
        }
        let Checkpoints { count, hash } = trailer.checkpoints;
        let of = |kind| Issue { checkpoint: Some(self.checkpoints), ..place.issue(kind) };
        if count > self.checkpoints {
            self.found(Issue { count: count - self.checkpoints, ..of(IssueKind::Missing) });
        } else if count < self.checkpoints {
            self.found(Issue { checkpoint: Some(count), count: self.checkpoints - count, ..of(IssueKind::Unexpected) });
        } else if !self.checkpoint_hashes.is_empty() && !self.checkpoint_hashes.contains(&hash) {
            self.found(Issue { checkpoint: count.checked_sub(1), ..of(IssueKind::CheckpointDiffers) });
        }
    }

    /// Where a last line is not the one that belongs below what was read.
    fn differs(&self, text: &[u8], sha256: Hash) -> Option<usize> {
        let hash = self.checkpoint_hashes.first().copied().unwrap_or_default();
        let chains: Vec<Head> = self.chains.heads();
        let checkpoints = Checkpoints { count: self.checkpoints, hash };
        let expected = Trailer { header: self.header.unwrap_or_default(), chains, checkpoints, sha256 }.text();
        let same = text.iter().zip(expected.as_bytes()).take_while(|(a, b)| a == b).count();
        (text != expected.as_bytes()).then_some(same)
    }
}
