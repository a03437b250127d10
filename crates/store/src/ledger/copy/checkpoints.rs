//! The checkpoints within a copy.

use super::{
    frame::Line,
    issue::{Issue, IssueKind},
    stray::Place,
    verify::Verifier,
};
use crate::ledger::{Checkpoint, Hash};

impl Verifier<'_> {
    /// Takes in a checkpoint if all of it is right and in its place.
    pub(super) fn checkpoint_follows(&mut self, line: &Line<'_>, place: Place) -> bool {
        let Ok(checkpoint) = Checkpoint::parse(line.content) else { return false };
        let hash = checkpoint.hash();
        let statement = &checkpoint.signed.statement;
        let next = statement.number == self.checkpoints && self.checkpoint_hashes.contains(&statement.previous);
        if line.hash() != Some(hash) || !next || !self.stands(&checkpoint) {
            return false;
        }
        self.take_in(&checkpoint, hash, place);
        true
    }

    /// Whether a checkpoint gathers just what was read.
    fn stands(&self, checkpoint: &Checkpoint) -> bool {
        let chains = checkpoint.heads.iter().filter(|head| head.size > 0).count();
        chains == self.chains.len() && checkpoint.heads.iter().all(|head| self.chains.agrees(head))
    }

    fn is_signed(&self, checkpoint: &Checkpoint) -> bool {
        self.options.public_keys.iter().any(|key| checkpoint.verify(key).is_ok())
    }

    /// Goes on from a checkpoint that is whole: its signature, and what was kept of it elsewhere.
    fn take_in(&mut self, checkpoint: &Checkpoint, hash: Hash, place: Place) {
        let number = checkpoint.signed.statement.number;
        self.checkpoints = number.saturating_add(1);
        self.checkpoint_hashes = vec![hash];
        self.report.checkpoints += 1;
        let of = |kind| Issue { checkpoint: Some(number), ..place.issue(kind) };
        if self.is_signed(checkpoint) {
            self.report.signatures += 1;
            self.report.signed_entries = checkpoint.signed.statement.size;
        } else if !self.options.public_keys.is_empty() {
            self.found(of(IssueKind::CheckpointSignature));
        }
        // Whether the first line is at fault is known at the end only.
        let origin = &checkpoint.signed.statement.origin;
        if self.foreign.is_none() && self.report.origin.as_ref().is_some_and(|header| header != origin) {
            self.foreign = Some(of(IssueKind::CheckpointDiffers));
        }
        if self.options.known.iter().any(|(known, other)| *known == number && *other != hash) {
            self.found(of(IssueKind::CheckpointDiffers));
        }
    }

    pub(super) fn checkpoint_at_fault(&mut self, line: &Line<'_>, place: Place) {
        let parsed = Checkpoint::parse(line.content).ok();
        let computed = parsed.as_ref().map(Checkpoint::hash);
        let of = |number, kind| Issue { checkpoint: Some(number), ..place.issue(kind) };
        let Some((checkpoint, hash)) = parsed.zip(computed).filter(|(_, hash)| line.hash() == Some(*hash)) else {
            // At its end the line may as well have been broken in two.
            let byte = line.frame.err().filter(|at| *at < line.start).map(|at| place.byte(at));
            self.found(Issue { byte, ..of(self.checkpoints, IssueKind::CheckpointAltered) });
            // The next one tells which of the two hashes this one had.
            self.checkpoint_hashes = line.hash().into_iter().chain(computed).collect();
            self.checkpoints = self.checkpoints.saturating_add(1);
            return;
        };
        let number = checkpoint.signed.statement.number;
        if let Err(at) = line.frame {
            self.found(Issue { byte: Some(place.byte(at)), ..of(number, IssueKind::FramingBroken) });
        }
        if number < self.checkpoints {
            let kind = if self.fills(None, number) { IssueKind::Reordered } else { IssueKind::Duplicated };
            return self.found(of(number, kind));
        }
        if number > self.checkpoints {
            let missing = Issue { count: number - self.checkpoints, ..of(self.checkpoints, IssueKind::Missing) };
            self.found(missing);
        } else if !self.checkpoint_hashes.is_empty()
            && !self.checkpoint_hashes.contains(&checkpoint.signed.statement.previous)
        {
            self.found(of(number, IssueKind::CheckpointDiffers));
        }
        self.reach_checkpoint(&checkpoint, place);
        self.take_in(&checkpoint, hash, place);
    }

    /// Brings the chains as far as a checkpoint says, and says where it contradicts them.
    fn reach_checkpoint(&mut self, checkpoint: &Checkpoint, place: Place) {
        let number = checkpoint.signed.statement.number;
        let trusted = self.options.public_keys.is_empty() || self.is_signed(checkpoint);
        let gathered = |chain: u32| checkpoint.heads.binary_search_by_key(&chain, |head| head.chain).is_ok();
        let mut later = self.chains.numbers().into_iter().any(|chain| !gathered(chain));
        let mut differs = false;
        for head in &checkpoint.heads {
            if self.chains.at(head.chain).0 > head.size {
                later = true;
            } else if !(if trusted { self.reach(head, place) } else { self.chains.agrees(head) }) {
                differs = true;
            }
        }
        let of = |kind| Issue { checkpoint: Some(number), ..place.issue(kind) };
        if later {
            self.found(of(IssueKind::Reordered));
        } else if differs {
            self.found(of(IssueKind::CheckpointDiffers));
        }
    }
}
