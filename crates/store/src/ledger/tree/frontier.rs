//! A tree that only grows, as the few nodes that growing needs.

use super::{Hash, leaf_hash, node_hash};
use crate::ledger::LedgerError;

/// More leaves than any chain will have; sums of positions stay far from overflow.
pub(super) const MAX_SIZE: u64 = 1 << 62;

/// A subtree of 256^level leaves that is complete and will never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    /// From 1: 256, 65,536, 16,777,216… leaves.
    pub level: u8,
    /// From 0: it covers the leaves from number × 256^level on.
    pub number: u64,
    /// Its root.
    pub hash: Hash,
}

/// The right edge of a tree: the roots of its complete subtrees, from the largest to the smallest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Leaves so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of an entry and calls `completed` for each subtree of 256^level leaves that it completes.
    pub fn append(&mut self, entry: &Hash, completed: impl FnMut(Subtree)) {
        self.append_leaf(leaf_hash(entry.as_bytes()), completed);
    }

    /// Adds a leaf that is hashed already.
    pub fn append_leaf(&mut self, leaf: Hash, mut completed: impl FnMut(Subtree)) {
        let mut hash = leaf;
        let position = self.size;
        // A carry, as in binary addition: each set bit from the right is a subtree as large as the one at hand.
        for height in 1..=position.trailing_ones() {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            if height.is_multiple_of(8) {
                completed(Subtree { level: (height / 8) as u8, number: position >> height, hash });
            }
        }
        self.peaks.push(hash);
        self.size = position.saturating_add(1);
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let root = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        root.unwrap_or_else(|| Hash::of(&[]))
    }

    /// The size as eight bytes, the highest first, then the peaks.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 32 * self.peaks.len());
        bytes.extend_from_slice(&self.size.to_be_bytes());
        self.peaks.iter().for_each(|peak| bytes.extend_from_slice(peak.as_bytes()));
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// Where there are not as many peaks as the size has set bits, or the size is beyond 2^62.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LedgerError> {
        let (size, peaks) = bytes
            .split_first_chunk::<8>()
            .ok_or_else(|| LedgerError::Frontier(format!("{} bytes; at least 8 are expected", bytes.len())))?;
        let size = u64::from_be_bytes(*size);
        let (chunks, rest) = peaks.as_chunks::<32>();
        if size > MAX_SIZE || !rest.is_empty() || chunks.len() != size.count_ones() as usize {
            return Err(LedgerError::Frontier(format!(
                "{size} leaves have {} peaks of 32 bytes; {} bytes are there",
                size.count_ones(),
                peaks.len()
            )));
        }
        Ok(Self { size, peaks: chunks.iter().map(|chunk| Hash(*chunk)).collect() })
    }
}
