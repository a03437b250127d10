//! A small ledger to test with.

#![allow(dead_code)]

use std::collections::BTreeMap;

use store::ledger::{
    Checkpoint, Draft, Entry, Hash, Head, LocalSigner, Opening, PublicKey, Signer,
    copy::{ExportWriter, Header},
    timestamp,
    tree::{Frontier, leaf_hash},
};
use time::OffsetDateTime;
use uuid::Uuid;

pub(crate) const ORIGIN: &str = "ledger.lender.example";

/// A time as bodies have it.
pub(crate) fn at(second: i64) -> String {
    timestamp(OffsetDateTime::from_unix_timestamp(1_769_850_000 + second).unwrap())
}

/// Chains in the making, and what each has so far.
pub(crate) struct Ledger {
    pub(crate) chains: BTreeMap<u32, Vec<Entry>>,
    pub(crate) checkpoints: Vec<Checkpoint>,
    signer: LocalSigner,
    moment: i64,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        let signer = LocalSigner::from_seed(&[7; 32]).unwrap();
        Self { chains: BTreeMap::new(), checkpoints: Vec::new(), signer, moment: 0 }
    }

    pub(crate) fn key(&self) -> PublicKey {
        self.signer.public_key().clone()
    }

    /// Appends an entry; `more` is what its body says after its opening, e.g. `,"score":600`.
    pub(crate) fn append(&mut self, chain: u32, more: &str) -> Entry {
        self.moment += 1;
        let entries = self.chains.entry(chain).or_default();
        let sequence = entries.len() as u64;
        let id = Uuid::from_u128(u128::from(chain) << 64 | u128::from(sequence));
        let opening = Opening { chain, sequence, time: &at(self.moment), kind: "score", id };
        let previous = entries.last().map_or(Hash::ZERO, |entry| entry.hash);
        let entry = Entry::new(&previous, opening.text() + more + "}").unwrap();
        entries.push(entry.clone());
        entry
    }

    pub(crate) fn heads(&self) -> Vec<Head> {
        let head = |(chain, entries): (&u32, &Vec<Entry>)| {
            let mut frontier = Frontier::default();
            entries.iter().for_each(|entry| frontier.append(&entry.hash, |_| {}));
            let hash = entries.last().map_or(Hash::ZERO, |entry| entry.hash);
            Head { chain: *chain, size: entries.len() as u64, hash, root: frontier.root() }
        };
        self.chains.iter().map(head).collect()
    }

    pub(crate) fn checkpoint(&mut self) -> Checkpoint {
        self.moment += 1;
        let draft = Draft::new(ORIGIN, &at(self.moment), self.checkpoints.last(), self.heads(), &self.key()).unwrap();
        let checkpoint = draft.sign(&self.signer).unwrap();
        self.checkpoints.push(checkpoint.clone());
        checkpoint
    }

    pub(crate) fn leaves(&self, chain: u32) -> Vec<Hash> {
        self.chains[&chain].iter().map(|entry| leaf_hash(entry.hash.as_bytes())).collect()
    }
}

/// What a line of a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Header,
    Entry(u32, u64),
    Checkpoint(u64),
    Trailer,
}

/// A copy of chains whose entries interleave, with a checkpoint after so many entries each time, and what each line is.
pub(crate) fn copy_of(
    entries: usize,
    chains: &[u32],
    every: usize,
    more: impl Fn(usize) -> String,
) -> (Vec<u8>, Vec<Content>, PublicKey) {
    let mut ledger = Ledger::new();
    let mut writer = ExportWriter::new(Vec::new(), &Header::new(ORIGIN, &at(0)).unwrap()).unwrap();
    let mut contents = vec![Content::Header];
    for n in 0..entries {
        // Runs and alternations.
        let entry = ledger.append(chains[(n / 3 + n) % chains.len()], &more(n));
        writer.entry(&entry).unwrap();
        contents.push(Content::Entry(entry.chain, entry.sequence));
        if (n + 1) % every == 0 {
            writer.checkpoint(&ledger.checkpoint()).unwrap();
            contents.push(Content::Checkpoint(ledger.checkpoints.len() as u64 - 1));
        }
    }
    contents.push(Content::Trailer);
    let (bytes, exported) = writer.finish().unwrap();
    assert_eq!(exported.heads, ledger.heads());
    (bytes, contents, ledger.key())
}
