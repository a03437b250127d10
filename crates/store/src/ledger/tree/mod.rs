//! Merkle trees as RFC 9162 (section 2.1) defines them, over the hashes of a chain's entries.
//!
//! leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right); the root of no leaves is SHA-256 of nothing.

mod frontier;
mod nodes;
mod prove;
mod verify;

pub use frontier::{Frontier, Subtree};
pub use nodes::{Fetched, Needs, Nodes};
pub use prove::{consistency_needs, inclusion_needs, prove_consistency, prove_inclusion};
pub use verify::{ConsistencyProof, InclusionProof, MAX_PATH};

use super::Hash;

/// The hash of a leaf. An entry's data is its hash (32 bytes), a head's is its line.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash::of(&[&[0], data])
}

/// The hash of a node above two others.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [1; 65];
    let (first, second) = bytes[1..].split_at_mut(32);
    first.copy_from_slice(left.as_bytes());
    second.copy_from_slice(right.as_bytes());
    Hash::of(&[&bytes])
}
