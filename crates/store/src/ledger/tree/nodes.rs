//! Which stored nodes a proof needs, and nodes that were fetched.

use std::{
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
};

use super::{Hash, frontier::Subtree, leaf_hash, node_hash};
use crate::ledger::LedgerError;

/// Where a prover finds the nodes of a tree.
pub trait Nodes {
    /// The hash of a complete subtree of 256^level leaves; level 0 is a leaf ([`leaf_hash`] of what the chain holds there).
    fn node(&self, level: u8, number: u64) -> Option<Hash>;
}

/// The nodes that a proof needs, in ascending order and without doubles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Entries whose hashes are needed: at most 256 at either end of a proof.
    pub entries: Vec<Range<u64>>,
    /// Stored subtrees: a level from 1 on, and numbers within it.
    pub subtrees: Vec<(u8, Range<u64>)>,
}

impl Needs {
    pub(super) fn of(ranges: &[Range<u64>]) -> Self {
        let mut all: BTreeMap<(u8, u64), u64> = BTreeMap::new();
        for (start, height) in ranges.iter().flat_map(complete) {
            let (level, range) = stored(start, height);
            let end = all.entry((level, range.start)).or_default();
            *end = range.end.max(*end);
        }
        let mut needs = Self::default();
        let mut last: Option<(u8, Range<u64>)> = None;
        for ((level, start), end) in all {
            match &mut last {
                Some((above, range)) if *above == level && range.end >= start => range.end = range.end.max(end),
                _ => {
                    needs.push(last.replace((level, start..end)));
                }
            }
        }
        needs.push(last);
        needs
    }

    fn push(&mut self, found: Option<(u8, Range<u64>)>) {
        match found {
            Some((0, range)) => self.entries.push(range),
            Some(subtrees) => self.subtrees.push(subtrees),
            None => {}
        }
    }
}

/// Nodes that were fetched before proving.
#[derive(Debug, Clone, Default)]
pub struct Fetched(BTreeMap<(u8, u64), Hash>);

impl Fetched {
    /// Takes in the hash of an entry.
    pub fn entry(&mut self, sequence: u64, hash: &Hash) {
        self.0.insert((0, sequence), leaf_hash(hash.as_bytes()));
    }

    /// Takes in a stored subtree.
    pub fn subtree(&mut self, subtree: Subtree) {
        self.0.insert((subtree.level, subtree.number), subtree.hash);
    }
}

impl Nodes for Fetched {
    fn node(&self, level: u8, number: u64) -> Option<Hash> {
        self.0.get(&(level, number)).copied()
    }
}

/// A tree whose leaves are all at hand.
impl Nodes for [Hash] {
    fn node(&self, level: u8, number: u64) -> Option<Hash> {
        let position = usize::try_from(number).ok()?;
        if level == 0 { self.get(position).copied() } else { root_of(self, level, number).ok() }
    }
}

/// The complete subtrees that a range consists of, the largest first: where each starts and its height. A range starts at
/// a multiple of the least power of two that is not below its length, as all ranges of RFC 9162 do.
fn complete(range: &Range<u64>) -> impl Iterator<Item = (u64, u32)> {
    let (start, length) = (range.start, range.end.saturating_sub(range.start));
    let heights: RangeInclusive<u32> = 0..=63;
    heights.rev().filter(move |height| length >> height & 1 == 1).map(move |height| {
        let before = length >> height >> 1 << height << 1;
        (start + before, height)
    })
}

/// The stored nodes below a complete subtree.
fn stored(start: u64, height: u32) -> (u8, Range<u64>) {
    let level = height / 8;
    let first = start >> (8 * level);
    (level as u8, first..first + (1 << (height % 8)))
}

/// The root over a range of leaves.
pub(super) fn root_of_range<N: Nodes + ?Sized>(range: &Range<u64>, nodes: &N) -> Result<Hash, LedgerError> {
    let peaks: Result<Vec<Hash>, LedgerError> = complete(range)
        .map(|(start, height)| {
            let (level, range) = stored(start, height);
            let row = range.map(|number| nodes.node(level, number).ok_or(LedgerError::Missing { level, number }));
            Ok(fold(row.collect::<Result<_, _>>()?))
        })
        .collect();
    let root = peaks?.into_iter().rev().reduce(|right, left| node_hash(&left, &right));
    Ok(root.unwrap_or_else(|| Hash::of(&[])))
}

/// The root of a complete subtree out of all its leaves.
fn root_of(leaves: &[Hash], level: u8, number: u64) -> Result<Hash, LedgerError> {
    let missing = LedgerError::Missing { level, number };
    let length = 1_u64.checked_shl(8 * u32::from(level));
    let range =
        length.and_then(|length| Some((number.checked_mul(length)?, number.checked_add(1)?.checked_mul(length)?)));
    let range = range.and_then(|(start, end)| Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?));
    range.and_then(|range| leaves.get(range)).map(|row| fold(row.to_vec())).ok_or(missing)
}

/// The root over a row whose length is a power of two.
fn fold(mut row: Vec<Hash>) -> Hash {
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied().unwrap_or_else(|| Hash::of(&[]))
}
