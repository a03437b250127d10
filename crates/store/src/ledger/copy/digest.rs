//! The SHA-256 of all bytes of a copy, made beside the checks of its entries.

use std::{
    sync::mpsc::{SyncSender, sync_channel},
    thread::{Builder, JoinHandle},
};

use crate::ledger::{Hash, Hasher};

/// Bytes handed over at once, and how many such blocks may wait.
const BLOCK: usize = 64 << 10;
const WAITING: usize = 8;

/// Hashes on a thread of its own once there is more than a block: the bytes of bodies are hashed twice, for their entries and
/// for the copy.
#[derive(Default)]
pub(super) struct Digest {
    block: Vec<u8>,
    /// What is hashed so far, where no other thread does it.
    here: Hasher,
    worker: Option<(SyncSender<Vec<u8>>, JoinHandle<Hasher>)>,
}

impl Digest {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK + BLOCK / 4));
        if self.worker.is_none() {
            let (sender, blocks) = sync_channel::<Vec<u8>>(WAITING);
            let mut hasher = self.here.clone();
            let work = move || {
                blocks.iter().for_each(|block| hasher.update(&block));
                hasher
            };
            self.worker = Builder::new().name("digest".into()).spawn(work).ok().map(|worker| (sender, worker));
        }
        match &self.worker {
            // A worker ends only when it is told to.
            Some((sender, _)) => drop(sender.send(block)),
            None => self.here.update(&block),
        }
    }

    pub(super) fn finish(self) -> Hash {
        let Self { block, here, worker } = self;
        let mut hasher = worker.map_or(Some(here), |(sender, worker)| {
            drop(sender);
            worker.join().ok()
        });
        if let Some(hasher) = &mut hasher {
            hasher.update(&block);
        }
        hasher.map_or(Hash::ZERO, Hasher::finish)
    }
}
