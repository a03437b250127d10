//! How far each chain of a copy has come.

use std::collections::HashMap;

use crate::ledger::{Hash, Head, tree::Frontier};

#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) size: u64,
    pub(super) last: Hash,
    /// `None` once the hash of an entry is unknown.
    pub(super) frontier: Option<Frontier>,
}

impl Default for Chain {
    fn default() -> Self {
        Self { size: 0, last: Hash::ZERO, frontier: Some(Frontier::default()) }
    }
}

impl Chain {
    pub(super) fn append(&mut self, hash: Hash) {
        self.size = self.size.saturating_add(1);
        self.last = hash;
        if let Some(frontier) = &mut self.frontier {
            frontier.append(&hash, |_| {});
        }
    }

    /// Goes on from a later place; what lies between is unknown.
    pub(super) fn resume(&mut self, size: u64, last: Hash) {
        *self = Self { size, last, frontier: None };
    }

    pub(super) fn head(&self, chain: u32) -> Head {
        let root = self.frontier.as_ref().map_or(Hash::ZERO, Frontier::root);
        Head { chain, size: self.size, hash: self.last, root }
    }
}

#[derive(Debug, Default)]
pub(super) struct Chains(HashMap<u32, Chain>);

impl Chains {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many entries, and the hash of the last.
    pub(super) fn at(&self, chain: u32) -> (u64, Hash) {
        self.0.get(&chain).map_or((0, Hash::ZERO), |chain| (chain.size, chain.last))
    }

    pub(super) fn of(&mut self, chain: u32) -> &mut Chain {
        self.0.entry(chain).or_default()
    }

    pub(super) fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.0.keys().copied().collect();
        numbers.sort_unstable();
        numbers
    }

    pub(super) fn heads(&self) -> Vec<Head> {
        let mut heads: Vec<Head> = self.0.iter().map(|(number, chain)| chain.head(*number)).collect();
        heads.sort_unstable_by_key(|head| head.chain);
        heads
    }

    /// Whether a chain stands exactly where a head says; what is unknown is not held against it.
    pub(super) fn agrees(&self, head: &Head) -> bool {
        let fresh = Chain::default();
        let chain = self.0.get(&head.chain).unwrap_or(&fresh);
        let root = chain.frontier.as_ref().is_none_or(|frontier| frontier.root() == head.root);
        chain.size == head.size && chain.last == head.hash && root
    }
}
