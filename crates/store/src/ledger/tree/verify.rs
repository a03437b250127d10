//! Verification of proofs, by the algorithms of RFC 9162 (2.1.3.2 and 2.1.4.2): nothing is shared with the prover.

use serde::{Deserialize, Serialize};

use super::{leaf_hash, node_hash};
use crate::ledger::{Hash, LedgerError};

/// The most hashes that a proof can need, for trees of up to 2^62 leaves.
pub const MAX_PATH: usize = 64;

/// A proof that a leaf belongs to a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// The leaf's position, from 0.
    pub sequence: u64,
    /// Leaves of the tree.
    pub size: u64,
    /// The hashes beside the way from the leaf to the root.
    pub path: Vec<Hash>,
}

/// A proof that a tree is the beginning of a larger one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    /// Leaves of the smaller tree.
    pub from: u64,
    /// Leaves of the larger tree.
    pub to: u64,
    /// The hashes that both roots can be computed from.
    pub path: Vec<Hash>,
}

fn refused(reason: impl Into<String>) -> LedgerError {
    LedgerError::Proof(reason.into())
}

fn check_length(path: &[Hash]) -> Result<(), LedgerError> {
    if path.len() > MAX_PATH {
        return Err(refused(format!("its path has {} hashes; {MAX_PATH} are allowed", path.len())));
    }
    Ok(())
}

impl InclusionProof {
    /// Checks that the leaf with this data (an entry's hash, a head's line) is where the proof says.
    ///
    /// # Errors
    /// [`LedgerError::Proof`].
    pub fn verify(&self, data: &[u8], root: &Hash) -> Result<(), LedgerError> {
        check_length(&self.path)?;
        if self.sequence >= self.size {
            return Err(refused(format!("a tree of {} leaves has no leaf {}", self.size, self.sequence)));
        }
        let (mut node, mut last) = (self.sequence, self.size - 1);
        let mut hash = leaf_hash(data);
        for beside in &self.path {
            if last == 0 {
                return Err(refused("its path is too long"));
            }
            if node & 1 == 1 || node == last {
                hash = node_hash(beside, &hash);
                while node & 1 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node_hash(&hash, beside);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(refused("its path is too short"));
        }
        if hash != *root {
            return Err(refused(format!("the path leads to the root {hash}, not to {root}")));
        }
        Ok(())
    }
}

impl ConsistencyProof {
    /// Checks that the tree with the root `from` is the beginning of the one with the root `to`.
    ///
    /// # Errors
    /// [`LedgerError::Proof`].
    pub fn verify(&self, from: &Hash, to: &Hash) -> Result<(), LedgerError> {
        check_length(&self.path)?;
        if self.from == 0 || self.from > self.to {
            return Err(refused(format!("{} leaves cannot be the beginning of {}", self.from, self.to)));
        }
        if self.from == self.to {
            return match (self.path.is_empty(), from == to) {
                (true, true) => Ok(()),
                (false, _) => Err(refused("its path is too long")),
                (true, false) => Err(refused("trees of one size have two roots")),
            };
        }
        let (mut node, mut last) = (self.from - 1, self.to - 1);
        while node & 1 == 1 {
            node >>= 1;
            last >>= 1;
        }
        // A smaller tree that is complete is itself the first hash.
        let mut path = self.path.iter();
        let first = if self.from.is_power_of_two() {
            from
        } else {
            path.next().ok_or_else(|| refused("its path is too short"))?
        };
        let (mut smaller, mut larger) = (*first, *first);
        for hash in path {
            if last == 0 {
                return Err(refused("its path is too long"));
            }
            if node & 1 == 1 || node == last {
                smaller = node_hash(hash, &smaller);
                larger = node_hash(hash, &larger);
                while node & 1 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                larger = node_hash(&larger, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(refused("its path is too short"));
        }
        if smaller != *from {
            return Err(refused(format!("the path leads to the smaller root {smaller}, not to {from}")));
        }
        if larger != *to {
            return Err(refused(format!("the path leads to the larger root {larger}, not to {to}")));
        }
        Ok(())
    }
}
