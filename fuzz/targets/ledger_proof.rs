//! Any bytes as a proof document: refused, or one of those that the key's holder made.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use store::ledger::{Checkpoint, Opening, Proof, PublicKey, verify_proof};

/// The key of the corpus.
const KEY: &str = include_str!("../src/ledger_key.txt");

static KNOWN: LazyLock<(PublicKey, [Proof; 2])> = LazyLock::new(|| {
    let key = KEY.parse().expect("a key");
    let proof = |json: &[u8]| verify_proof(json, &key).expect("the corpus holds sound proofs");
    let first = proof(include_bytes!("../corpus/ledger_proof/first.json"));
    let last = proof(include_bytes!("../corpus/ledger_proof/last.json"));
    (key, [first, last])
});

fuzz_target!(|input: &[u8]| {
    let (key, known) = &*KNOWN;
    if let Ok(proof) = verify_proof(input, key) {
        assert!(known.contains(&proof), "nobody but the key's holder can make another: {proof:?}");
        assert_eq!(verify_proof(proof.to_json().as_bytes(), key).expect("as before"), proof);
    }
    if let Ok(opening) = Opening::parse(input) {
        assert!(input.starts_with(opening.text().as_bytes()), "an opening is written in one way");
    }
    if let Ok(checkpoint) = Checkpoint::parse(input) {
        assert_eq!(checkpoint.text().as_bytes(), input, "a checkpoint is written in one way");
    }
});
