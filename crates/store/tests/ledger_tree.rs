//! The tree against RFC 9162's recursive definitions, and against the vectors of Certificate Transparency's own tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, collections::BTreeSet, ops::Range};

use proptest::prelude::*;
use store::ledger::{
    Hash,
    tree::{
        ConsistencyProof, Fetched, Frontier, InclusionProof, Nodes, Subtree, consistency_needs, inclusion_needs,
        leaf_hash, node_hash, prove_consistency, prove_inclusion,
    },
};

/// Section 2.1.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// Section 2.1.3.1.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut path, beside) = if m < k { (path(m, left), mth(right)) } else { (path(m - k, right), mth(left)) };
    path.push(beside);
    path
}

/// Section 2.1.4.1.
fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if whole { Vec::new() } else { vec![mth(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut proof, beside) =
        if m <= k { (subproof(m, left, whole), mth(right)) } else { (subproof(m - k, right, false), mth(left)) };
    proof.push(beside);
    proof
}

fn entry(n: u64) -> Hash {
    Hash::of(&[&n.to_be_bytes()])
}

/// What a writer stores: hashes of entries, complete subtrees, and how often each was asked for.
#[derive(Default)]
struct Stored {
    entries: Vec<Hash>,
    subtrees: Vec<Subtree>,
    frontier: Frontier,
}

impl Stored {
    fn of(size: u64) -> Self {
        let mut stored = Self::default();
        for n in 0..size {
            stored.entries.push(entry(n));
            stored.frontier.append(&entry(n), |subtree| stored.subtrees.push(subtree));
        }
        stored
    }

    fn leaves(&self) -> Vec<Hash> {
        self.entries.iter().map(|hash| leaf_hash(hash.as_bytes())).collect()
    }

    /// No more than what was said to be needed.
    fn fetch(&self, needs: &store::ledger::tree::Needs) -> Fetched {
        let mut fetched = Fetched::default();
        for sequence in needs.entries.iter().cloned().flatten() {
            fetched.entry(sequence, &self.entries[usize::try_from(sequence).unwrap()]);
        }
        for (level, range) in &needs.subtrees {
            let found: Vec<_> =
                self.subtrees.iter().filter(|s| s.level == *level && range.contains(&s.number)).collect();
            assert_eq!(found.len() as u64, range.end - range.start, "level {level}, {range:?}");
            found.into_iter().for_each(|subtree| fetched.subtree(*subtree));
        }
        fetched
    }

    fn include(&self, sequence: u64, size: u64) -> InclusionProof {
        let nodes = self.fetch(&inclusion_needs(sequence, size).unwrap());
        prove_inclusion(sequence, size, &nodes).unwrap()
    }

    fn connect(&self, from: u64, to: u64) -> ConsistencyProof {
        let nodes = self.fetch(&consistency_needs(from, to).unwrap());
        prove_consistency(from, to, &nodes).unwrap()
    }
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// The inputs and roots of Certificate Transparency's tests (`testonly` of transparency-dev/merkle).
#[test]
fn roots_and_proofs_of_certificate_transparency() {
    let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let bytes = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let roots = hashes(&[
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]);
    let leaves: Vec<Hash> = inputs.iter().map(|input| leaf_hash(&bytes(input))).collect();
    let mut frontier = Frontier::default();
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(frontier.root(), *root, "{size} leaves");
        if let Some(leaf) = leaves.get(size) {
            frontier.append_leaf(*leaf, |_| {});
        }
    }
    let included = [
        (
            0,
            8,
            hashes(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]),
        ),
        (
            5,
            8,
            hashes(&[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]),
        ),
        (2, 3, hashes(&["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"])),
        (
            1,
            5,
            hashes(&[
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]),
        ),
    ];
    for (sequence, size, path) in included {
        let proof = prove_inclusion(sequence, size, leaves.as_slice()).unwrap();
        assert_eq!(proof.path, path, "leaf {sequence} of {size}");
        let at = |number: u64| usize::try_from(number).unwrap();
        proof.verify(&bytes(inputs[at(sequence)]), &roots[at(size)]).unwrap();
    }
    let consistent = [
        (1, 1, hashes(&[])),
        (
            1,
            8,
            hashes(&[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]),
        ),
        (
            6,
            8,
            hashes(&[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]),
        ),
        (
            2,
            5,
            hashes(&[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]),
        ),
    ];
    for (from, to, path) in consistent {
        let proof = prove_consistency(from, to, leaves.as_slice()).unwrap();
        assert_eq!(proof.path, path, "{from} to {to}");
        let at = |number: u64| usize::try_from(number).unwrap();
        proof.verify(&roots[at(from)], &roots[at(to)]).unwrap();
    }
}

#[test]
fn every_tree_up_to_600_leaves_is_the_recursive_one() {
    const MOST: u64 = 600;
    let stored = Stored::of(MOST);
    let leaves = stored.leaves();
    let part = |size: u64| &leaves[..usize::try_from(size).unwrap()];
    let mut frontier = Frontier::default();
    let mut roots = Vec::new();
    for size in 0..=MOST {
        assert_eq!(frontier.root(), mth(part(size)), "{size} leaves");
        assert_eq!(Frontier::from_bytes(&frontier.to_bytes()).unwrap(), frontier);
        roots.push(frontier.root());
        frontier.append(&entry(size), |_| {});
    }
    let root = |size: u64| &roots[usize::try_from(size).unwrap()];
    for size in 1..=MOST {
        // All positions of small trees; of larger ones those beside edges, and some between.
        let all = size < 70 || size % 97 == 0 || size.is_power_of_two();
        for sequence in (0..size).filter(|s| all || s % 61 == 0 || s + 2 > size || (254..258).contains(s)) {
            let proof = stored.include(sequence, size);
            assert_eq!(proof.path, path(usize::try_from(sequence).unwrap(), part(size)), "leaf {sequence} of {size}");
            proof.verify(entry(sequence).as_bytes(), root(size)).unwrap();
            let proof = stored.connect(sequence + 1, size);
            let expected = subproof(usize::try_from(sequence + 1).unwrap(), part(size), true);
            assert_eq!(proof.path, expected, "{} to {size}", sequence + 1);
            proof.verify(root(sequence + 1), root(size)).unwrap();
        }
    }
}

#[test]
fn long_chains_are_proven_from_few_stored_nodes() {
    const SIZE: u64 = 65_536 + 70_003;
    let stored = Stored::of(SIZE);
    assert_eq!(stored.subtrees.iter().filter(|subtree| subtree.level == 1).count() as u64, SIZE / 256);
    assert_eq!(stored.subtrees.iter().filter(|subtree| subtree.level == 2).count() as u64, SIZE / 65_536);
    let leaves = stored.leaves();
    let part = |range: Range<u64>| &leaves[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
    for subtree in stored.subtrees.iter().filter(|subtree| subtree.level == 2 || subtree.number % 50 == 0) {
        let length = 256_u64.pow(subtree.level.into());
        assert_eq!(subtree.hash, mth(part(subtree.number * length..(subtree.number + 1) * length)));
    }
    let rounds = RefCell::new(BTreeSet::new());
    proptest!(ProptestConfig::with_cases(60), |(size in 65_537..=SIZE, at in 0.0..1.0)| {
        let sequence = (size as f64 * at) as u64;
        let root = mth(part(0..size));
        let needs = inclusion_needs(sequence, size).unwrap();
        let count: u64 = needs.entries.iter().chain(needs.subtrees.iter().map(|(_, range)| range)).map(|r| r.end - r.start).sum();
        prop_assert!(count <= 4 * 256, "{count} nodes for a proof");
        let proof = stored.include(sequence, size);
        prop_assert_eq!(&proof.path, &path(usize::try_from(sequence).unwrap(), part(0..size)));
        proof.verify(entry(sequence).as_bytes(), &root).unwrap();
        let proof = stored.connect(sequence + 1, size);
        proof.verify(&mth(part(0..sequence + 1)), &root).unwrap();
        rounds.borrow_mut().insert(size);
    });
}

proptest! {
    #[test]
    fn a_proof_proves_one_thing_only(size in 1_u64..2000, at in 0.0..1.0, bit in 0_usize..256, which in any::<prop::sample::Index>(), other in 0_u64..2000) {
        let stored = Stored::of(size);
        let sequence = (size as f64 * at) as u64;
        let (root, proof) = (stored.frontier.root(), stored.include(sequence, size));
        proof.verify(entry(sequence).as_bytes(), &root).unwrap();
        let flip = |hash: &Hash| {
            let mut flipped = *hash;
            flipped.0[bit / 8] ^= 1 << (bit % 8);
            flipped
        };
        prop_assert!(proof.verify(flip(&entry(sequence)).as_bytes(), &root).is_err());
        prop_assert!(proof.verify(entry(sequence).as_bytes(), &flip(&root)).is_err());
        if other != sequence {
            prop_assert!(proof.verify(entry(other).as_bytes(), &root).is_err());
            let moved = InclusionProof { sequence: other, ..proof.clone() };
            prop_assert!(moved.verify(entry(sequence).as_bytes(), &root).is_err());
        }
        if !proof.path.is_empty() {
            let mut changed = proof.clone();
            let place = which.index(changed.path.len());
            changed.path[place] = flip(&changed.path[place]);
            prop_assert!(changed.verify(entry(sequence).as_bytes(), &root).is_err());
            changed.path.remove(place);
            prop_assert!(changed.verify(entry(sequence).as_bytes(), &root).is_err());
        }
        let mut longer = proof;
        longer.path.push(root);
        prop_assert!(longer.verify(entry(sequence).as_bytes(), &root).is_err());

        let from = sequence + 1;
        let smaller = Stored::of(from).frontier.root();
        let proof = stored.connect(from, size);
        proof.verify(&smaller, &root).unwrap();
        prop_assert!(proof.verify(&flip(&smaller), &root).is_err());
        prop_assert!(proof.verify(&smaller, &flip(&root)).is_err());
        if !proof.path.is_empty() {
            let mut changed = proof.clone();
            let place = which.index(changed.path.len());
            changed.path[place] = flip(&changed.path[place]);
            prop_assert!(changed.verify(&smaller, &root).is_err());
            changed.path.remove(place);
            prop_assert!(changed.verify(&smaller, &root).is_err());
        }
    }

    #[test]
    fn no_numbers_make_a_proof_panic(from in any::<u64>(), to in any::<u64>(), length in 0_usize..80) {
        let path = vec![Hash::ZERO; length];
        let _ = InclusionProof { sequence: from, size: to, path: path.clone() }.verify(b"", &Hash::ZERO);
        let _ = ConsistencyProof { from, to, path }.verify(&Hash::ZERO, &Hash::ZERO);
        for (from, to) in [(from, to), (from >> 2, to >> 2), (from.min(to) >> 2, to >> 2)] {
            let _ = prove_inclusion(from, to, &Fetched::default());
            let _ = prove_consistency(from, to, &Fetched::default());
            let _ = inclusion_needs(from, to);
            let _ = consistency_needs(from, to);
        }
        let nothing: [Hash; 0] = [];
        prop_assert!(nothing.node((from % 256) as u8, to).is_none() );
    }
}

#[test]
fn frontiers_that_are_none_are_refused() {
    let bytes = Stored::of(300).frontier.to_bytes();
    for length in 0..bytes.len() {
        assert!(Frontier::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(Frontier::from_bytes(&[bytes.as_slice(), &[0; 32]].concat()).is_err());
    assert!(Frontier::from_bytes(&u64::MAX.to_be_bytes()).is_err());
    let mut most = (1_u64 << 62).to_be_bytes().to_vec();
    most.extend([7; 32]);
    let mut frontier = Frontier::from_bytes(&most).unwrap();
    frontier.append(&Hash::ZERO, |_| {});
    assert_eq!(frontier.size(), (1 << 62) + 1);
}
