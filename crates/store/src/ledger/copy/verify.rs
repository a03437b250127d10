//! Reading a copy: what follows is accepted at once, what does not is set aside until the next intact line tells what it was.

use std::io::{BufRead, Read as _};

use super::{
    chains::Chains,
    digest::Digest,
    frame::{Header, Line, MAX_LINE, TRAILER, What, entry, seam},
    issue::{Issue, IssueKind, MAX_ISSUES, Report},
    stray::{Place, Stray, predecessor},
};
use crate::ledger::{Hash, LedgerError, MAX_CHAINS, Opening, PublicKey, entry::check, entry_hash};

/// What a copy is held against, beyond itself.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// The keys that checkpoints may be signed with, past ones included; without any, signatures are not checked.
    pub public_keys: Vec<PublicKey>,
    /// Hashes of checkpoints that were kept elsewhere, by number: the copy must have just these.
    pub known: Vec<(u64, Hash)>,
}

/// Reads a copy to its end and reports all that is wrong with it, in memory that does not grow with its length.
///
/// # Errors
/// [`LedgerError::Io`] only: whatever the bytes are, there is a report.
pub fn verify(mut reader: impl BufRead, options: &VerifyOptions) -> Result<Report, LedgerError> {
    let mut verifier = Verifier::new(options);
    let mut line = Vec::new();
    while !verifier.report.stopped {
        line.clear();
        if reader.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        verifier.line(&line);
    }
    Ok(verifier.finish())
}

pub(super) struct Verifier<'o> {
    pub(super) options: &'o VerifyOptions,
    pub(super) report: Report,
    pub(super) chains: Chains,
    pub(super) strays: Vec<Stray>,
    pub(super) checkpoints: u64,
    /// What the last checkpoint's hash may be.
    pub(super) checkpoint_hashes: Vec<Hash>,
    pub(super) digest: Digest,
    pub(super) header: Option<Hash>,
    /// A checkpoint of another ledger than the first line names.
    pub(super) foreign: Option<Issue>,
    pub(super) ended: bool,
    first: bool,
    /// The last line at fault, and the last of which nothing could be read.
    trouble: u64,
    unreadable: u64,
}

impl<'o> Verifier<'o> {
    fn new(options: &'o VerifyOptions) -> Self {
        Self {
            options,
            report: Report::default(),
            chains: Chains::default(),
            strays: Vec::new(),
            checkpoints: 0,
            checkpoint_hashes: vec![Hash::ZERO],
            digest: Digest::default(),
            header: None,
            foreign: None,
            ended: false,
            first: true,
            trouble: 0,
            unreadable: 0,
        }
    }

    fn line(&mut self, raw: &[u8]) {
        let place = Place { line: self.report.lines + 1, offset: self.report.bytes };
        self.report.lines += 1;
        self.report.bytes += raw.len() as u64;
        if self.ended {
            self.found(place.issue(IssueKind::AfterTrailer));
            self.report.stopped = true;
            return;
        }
        let whole = raw.strip_suffix(b"\n");
        let text = whole.unwrap_or(raw);
        if raw.len() > MAX_LINE && whole.is_none() {
            self.found(place.issue(IssueKind::TooLarge));
            self.report.stopped = true;
        } else if text.starts_with(TRAILER) {
            self.trailer(text, whole.is_some(), place);
        } else if whole.is_none() {
            self.found(place.issue(IssueKind::Truncated));
            self.ended = true;
        } else if self.follows(text, place) {
            self.digest.update(raw);
        } else {
            self.pieces(text, place);
        }
        if self.chains.len() > MAX_CHAINS {
            self.found(place.issue(IssueKind::TooLarge));
            self.report.stopped = true;
        }
    }

    /// A line that does not simply follow: several that became one, or one at fault.
    fn pieces(&mut self, mut text: &[u8], mut place: Place) {
        loop {
            if text.starts_with(TRAILER) {
                return self.trailer(text, true, place);
            }
            if self.follows(text, place) {
                break;
            }
            let Some(at) = seam(text) else {
                self.at_fault(text, place);
                break;
            };
            let (piece, rest) = text.split_at(at);
            let (between, rest) = rest.split_at(1);
            let entry = Opening::parse(Line::read(piece).content).ok();
            let (chain, sequence) = (entry.map(|entry| entry.chain), entry.map(|entry| entry.sequence));
            let issue = place.issue(IssueKind::FramingBroken);
            self.found(Issue { byte: Some(place.byte(at)), chain, sequence, ..issue });
            if !self.follows(piece, place) {
                self.at_fault(piece, place);
            }
            self.digest.update(piece);
            self.digest.update(between);
            place.offset += at as u64 + 1;
            text = rest;
        }
        self.digest.update(text);
        self.digest.update(b"\n");
    }

    /// Takes in a line if all of it is right and in its place.
    fn follows(&mut self, text: &[u8], place: Place) -> bool {
        if self.first {
            let Some(header) = Header::parse(text) else { return false };
            self.report.origin = Some(header.origin);
            self.header = Some(Hash::of(&[text]));
            self.first = false;
            return true;
        }
        if let Some((digits, body)) = entry(text) {
            return self.entry_follows(digits, body);
        }
        let line = Line::read(text);
        line.frame.is_ok() && line.what == What::Checkpoint && self.checkpoint_follows(&line, place)
    }

    fn entry_follows(&mut self, digits: &[u8; 64], body: &[u8]) -> bool {
        let Ok(opening) = Opening::parse(body) else { return false };
        let (size, last) = self.chains.at(opening.chain);
        let hash = entry_hash(&last, body);
        if opening.sequence != size || hash.to_hex() != *digits || check(body).is_err() {
            return false;
        }
        self.accept(opening.chain, hash);
        true
    }

    fn accept(&mut self, chain: u32, hash: Hash) {
        self.chains.of(chain).append(hash);
        self.report.entries += 1;
    }

    fn at_fault(&mut self, text: &[u8], place: Place) {
        let line = Line::read(text);
        if self.first {
            self.first = false;
            self.found(place.issue(IssueKind::HeaderAltered));
            self.trouble = place.line;
            if line.frame.is_err() {
                return;
            }
            // The first line is gone, and this is the second.
            if self.follows(text, place) {
                return;
            }
        }
        let before = std::mem::replace(&mut self.trouble, place.line);
        match line.what {
            What::Entry => self.entry_at_fault(&line, place),
            What::Checkpoint => self.checkpoint_at_fault(&line, place),
            What::Unknown => {
                self.unreadable = place.line;
                // The rest of a line that was broken in two is no finding of its own.
                if before + 1 != place.line || line.hash().is_some() {
                    self.set_aside(Stray::new(place, &line, None, None));
                }
            }
        }
    }

    fn entry_at_fault(&mut self, line: &Line<'_>, place: Place) {
        let claim = Opening::parse(line.content).ok().map(|opening| (opening.chain, opening.sequence));
        let broken = Issue { byte: line.frame.err().map(|at| place.byte(at)), ..place.issue(IssueKind::FramingBroken) };
        let mut computed = None;
        if let Some((chain, sequence)) = claim {
            let broken = Issue { chain: Some(chain), sequence: Some(sequence), ..broken };
            let (size, last) = self.chains.at(chain);
            if sequence == size {
                let hash = entry_hash(&last, line.content);
                if line.frame.is_err() && line.hash() == Some(hash) {
                    self.found(broken);
                    return self.accept(chain, hash);
                }
                computed = Some(hash);
            } else if sequence > size {
                let before = line.hash().and_then(|hash| Some((hash, predecessor(&self.strays, line.content, &hash)?)));
                if let Some((hash, (stray, previous))) = before {
                    self.settle(chain, sequence - 1, stray, previous);
                    if line.frame.is_err() {
                        self.found(broken);
                    }
                    return self.accept(chain, hash);
                }
                let claimed = |stray: &&Stray| stray.claim == Some((chain, sequence - 1));
                let previous = self.strays.iter().find(claimed).and_then(|stray| stray.stated);
                computed = previous.map(|previous| entry_hash(&previous, line.content));
            }
        }
        self.set_aside(Stray::new(place, line, claim, computed));
    }

    fn set_aside(&mut self, stray: Stray) {
        self.strays.push(stray);
        self.report.stopped |= self.report.issues.len() + self.strays.len() >= MAX_ISSUES;
    }

    pub(super) fn found(&mut self, issue: Issue) {
        self.report.issues.push(issue);
        self.report.stopped |= self.report.issues.len() + self.strays.len() >= MAX_ISSUES;
    }

    fn finish(mut self) -> Report {
        let place = Place { line: self.report.lines.max(1), offset: self.report.bytes };
        if !self.ended && !self.report.stopped {
            let last = self.report.lines > 0 && self.unreadable == self.report.lines;
            if last {
                let stray = self.strays.pop_if(|stray| stray.place.line == place.line);
                let place = stray.map_or(place, |stray| stray.place);
                self.found(place.issue(IssueKind::TrailerAltered));
            } else {
                self.found(place.issue(IssueKind::Truncated));
            }
        }
        self.settle_rest();
        if !self.report.stopped {
            for (number, _) in self.options.known.iter().filter(|(number, _)| *number >= self.checkpoints) {
                let issue = place.issue(IssueKind::CheckpointDiffers);
                self.report.issues.push(Issue { checkpoint: Some(*number), ..issue });
            }
        }
        self.report.issues.sort_by_key(|issue| (issue.line, issue.offset, issue.kind));
        self.report.issues.truncate(MAX_ISSUES);
        self.report.heads = self.chains.heads();
        self.report
    }
}
