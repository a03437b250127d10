//! What lines that were set aside turn out to be.

use std::collections::BTreeMap;

use super::{
    issue::{Issue, IssueKind},
    stray::{Place, Stray, named},
    verify::Verifier,
};
use crate::ledger::{Hash, Head};

impl Verifier<'_> {
    /// A stray is the entry at this position, with this hash: what follows it says so.
    pub(super) fn settle(&mut self, chain: u32, sequence: u64, stray: usize, hash: Hash) {
        let stray = self.strays.remove(stray);
        self.settle_claimed(chain, sequence);
        let after_gap = self.missing(chain, sequence, stray.place);
        self.judge(&stray, chain, sequence, after_gap, Some(hash));
        self.chains.of(chain).append(hash);
    }

    /// Says what is wrong with a stray whose place and hash are known.
    fn judge(&mut self, stray: &Stray, chain: u32, sequence: u64, after_gap: bool, hash: Option<Hash>) {
        let claimed = stray.claim == Some((chain, sequence)) && stray.frame.is_ok();
        let (_, last) = self.chains.at(chain);
        if claimed && after_gap {
            self.report.unverified += 1;
        } else if claimed && hash.is_some_and(|hash| stray.is_intact(&last, &hash)) {
            self.report.entries += 1;
            let issue = stray.place.issue(IssueKind::Reordered);
            self.found(Issue { chain: Some(chain), sequence: Some(sequence), ..issue });
        } else {
            let issue = stray.issue(chain, sequence, &last, hash);
            self.found(issue);
        }
    }

    /// Notes that entries are missing up to this position, if they are.
    fn missing(&mut self, chain: u32, until: u64, place: Place) -> bool {
        let (size, _) = self.chains.at(chain);
        if size >= until {
            return false;
        }
        let issue = place.issue(IssueKind::Missing);
        self.found(Issue { chain: Some(chain), sequence: Some(size), count: until - size, ..issue });
        self.chains.of(chain).resume(until, Hash::ZERO);
        true
    }

    /// Places the strays that say themselves that they are of this chain and before this position.
    fn settle_claimed(&mut self, chain: u32, until: u64) {
        let (size, _) = self.chains.at(chain);
        let mut claimed = BTreeMap::new();
        let mut others = Vec::new();
        for stray in std::mem::take(&mut self.strays) {
            match stray.claim {
                Some((of, sequence)) if of == chain && (size..until).contains(&sequence) => {
                    if let Some(double) = claimed.insert(sequence, stray) {
                        others.push(double);
                    }
                }
                _ => others.push(stray),
            }
        }
        others.sort_by_key(|stray| stray.place.offset);
        self.strays = others;
        for (sequence, stray) in claimed {
            let after_gap = self.missing(chain, sequence, stray.place);
            let hash = stray.stated.or(stray.computed);
            self.judge(&stray, chain, sequence, after_gap, hash);
            match hash {
                Some(hash) => self.chains.of(chain).append(hash),
                None => self.chains.of(chain).resume(sequence.saturating_add(1), Hash::ZERO),
            }
        }
    }

    /// Brings a chain as far as a head that can be trusted, and says whether the two agree.
    pub(super) fn reach(&mut self, head: &Head, place: Place) -> bool {
        let Head { chain, size, hash, .. } = *head;
        if self.chains.at(chain).0 < size {
            if let Some((stray, hash)) = named(&self.strays, |candidate| *candidate == hash) {
                self.settle(chain, size - 1, stray, hash);
            } else {
                self.settle_claimed(chain, size);
                self.missing(chain, size, place);
                if self.chains.at(chain).1 != hash {
                    self.chains.of(chain).resume(size, hash);
                }
            }
        }
        self.chains.agrees(head)
    }

    /// What nothing after it explained.
    pub(super) fn settle_rest(&mut self) {
        for stray in std::mem::take(&mut self.strays) {
            let kind = if stray.frame.is_ok() { IssueKind::BodyAltered } else { IssueKind::FramingBroken };
            let Some((chain, sequence)) = stray.claim else {
                self.found(stray.place.issue(kind));
                continue;
            };
            let (size, _) = self.chains.at(chain);
            if sequence >= size {
                self.strays.push(stray);
                continue;
            }
            let kind = match stray.frame {
                Ok(()) if self.fills(Some(chain), sequence) => IssueKind::Reordered,
                Ok(()) => IssueKind::Duplicated,
                Err(_) => kind,
            };
            let issue = stray.place.issue(kind);
            self.found(Issue { chain: Some(chain), sequence: Some(sequence), ..issue });
        }
        while let Some((chain, sequence)) = self.strays.first().and_then(|stray| stray.claim) {
            let furthest = self.strays.iter().filter_map(|stray| stray.claim.filter(|claim| claim.0 == chain)).max();
            let before = self.strays.len();
            self.settle_claimed(chain, furthest.map_or(sequence, |claim| claim.1).saturating_add(1));
            // Two lines that claim one place: the second is here again.
            if self.strays.len() == before {
                let stray = self.strays.remove(0);
                let issue = stray.place.issue(IssueKind::Duplicated);
                self.found(Issue { chain: Some(chain), sequence: Some(sequence), ..issue });
            }
        }
    }

    /// Whether this position was thought to be missing; it is not any more. Checkpoints have no chain.
    pub(super) fn fills(&mut self, chain: Option<u32>, position: u64) -> bool {
        let first = |issue: &Issue| if chain.is_some() { issue.sequence } else { issue.checkpoint };
        let holds = |issue: &Issue| {
            let inside = first(issue).is_some_and(|first| position >= first && position - first < issue.count);
            issue.kind == IssueKind::Missing && issue.chain == chain && inside
        };
        let Some(place) = self.report.issues.iter().position(holds) else { return false };
        let gap = self.report.issues.remove(place);
        let Some(start) = first(&gap) else { return false };
        let mut rest = |first: u64, count: u64| {
            let named = if chain.is_some() { (Some(first), None) } else { (None, Some(first)) };
            if count > 0 {
                self.report.issues.push(Issue { sequence: named.0, checkpoint: named.1, count, ..gap.clone() });
            }
        };
        rest(start, position - start);
        rest(position.saturating_add(1), gap.count - (position - start) - 1);
        true
    }
}
