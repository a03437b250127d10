//! Proofs of inclusion and consistency, as RFC 9162 (2.1.3.1 and 2.1.4.1) makes them.

use std::ops::Range;

use super::{
    ConsistencyProof, InclusionProof,
    frontier::MAX_SIZE,
    nodes::{Needs, Nodes, root_of_range},
};
use crate::ledger::{Hash, LedgerError};

/// Proves that the leaf at a position belongs to the tree of this size.
///
/// # Errors
/// Where the tree has no such leaf, or a node is missing that [`inclusion_needs`] lists.
pub fn prove_inclusion<N: Nodes + ?Sized>(sequence: u64, size: u64, nodes: &N) -> Result<InclusionProof, LedgerError> {
    let path = hashes(&inclusion(sequence, size)?, nodes)?;
    Ok(InclusionProof { sequence, size, path })
}

/// The nodes that [`prove_inclusion`] needs.
///
/// # Errors
/// Where the tree has no such leaf.
pub fn inclusion_needs(sequence: u64, size: u64) -> Result<Needs, LedgerError> {
    Ok(Needs::of(&inclusion(sequence, size)?))
}

/// Proves that the tree of `from` leaves is the beginning of the tree of `to` leaves.
///
/// # Errors
/// Where `from` is 0 or beyond `to`, or a node is missing that [`consistency_needs`] lists.
pub fn prove_consistency<N: Nodes + ?Sized>(from: u64, to: u64, nodes: &N) -> Result<ConsistencyProof, LedgerError> {
    let path = hashes(&consistency(from, to)?, nodes)?;
    Ok(ConsistencyProof { from, to, path })
}

/// The nodes that [`prove_consistency`] needs.
///
/// # Errors
/// Where `from` is 0 or beyond `to`.
pub fn consistency_needs(from: u64, to: u64) -> Result<Needs, LedgerError> {
    Ok(Needs::of(&consistency(from, to)?))
}

fn hashes<N: Nodes + ?Sized>(ranges: &[Range<u64>], nodes: &N) -> Result<Vec<Hash>, LedgerError> {
    ranges.iter().map(|range| root_of_range(range, nodes)).collect()
}

/// Where a range of at least two leaves divides: after the largest power of two below its length.
fn divide(range: &Range<u64>) -> u64 {
    range.start + (1 << (range.end - range.start - 1).ilog2())
}

/// The ranges whose roots are the path, from the leaf up.
fn inclusion(sequence: u64, size: u64) -> Result<Vec<Range<u64>>, LedgerError> {
    if sequence >= size || size > MAX_SIZE {
        return Err(LedgerError::Range(format!("a tree of {size} leaves has no leaf {sequence}")));
    }
    let mut ranges = Vec::new();
    let mut rest = 0..size;
    while rest.end - rest.start > 1 {
        let middle = divide(&rest);
        if sequence < middle {
            ranges.push(middle..rest.end);
            rest.end = middle;
        } else {
            ranges.push(rest.start..middle);
            rest.start = middle;
        }
    }
    ranges.reverse();
    Ok(ranges)
}

/// The ranges whose roots are the proof, in its order.
fn consistency(from: u64, to: u64) -> Result<Vec<Range<u64>>, LedgerError> {
    if from == 0 || from > to || to > MAX_SIZE {
        return Err(LedgerError::Range(format!("a tree of {to} leaves cannot be shown to go on from {from} leaves")));
    }
    let mut ranges = Vec::new();
    let mut rest = 0..to;
    while rest.end != from {
        let middle = divide(&rest);
        if from <= middle {
            ranges.push(middle..rest.end);
            rest.end = middle;
        } else {
            ranges.push(rest.start..middle);
            rest.start = middle;
        }
    }
    // What is left is a subtree of the old tree; where it is the old tree itself, its root is known.
    if rest.start > 0 {
        ranges.push(rest);
    }
    ranges.reverse();
    Ok(ranges)
}
