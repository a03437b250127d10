//! Proof documents and checkpoints: what is right is accepted, and anything else refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ledger::{Ledger, ORIGIN, at};
use proptest::prelude::*;
use serde_json::Value;
use store::ledger::{
    Checkpoint, Draft, Entry, Hash, Head, LedgerError, LocalSigner, Opening, Proof, PublicKey, Signer,
    tree::{Fetched, inclusion_needs, prove_consistency},
    verify_proof,
};

mod ledger;

/// Three chains of unlike lengths and two checkpoints; the second gathers them all.
fn sample() -> Ledger {
    let mut ledger = Ledger::new();
    for n in 0..20 {
        ledger.append(5, &format!(r#","score":{n},"name":"Jörg \"J\" \\u0000""#));
    }
    ledger.append(0, "");
    ledger.checkpoint();
    for n in 0..300 {
        ledger.append(70_000, &format!(r#","score":{n}"#));
    }
    ledger.append(5, "");
    ledger.checkpoint();
    ledger
}

fn prove(ledger: &Ledger, chain: u32, sequence: usize) -> Proof {
    let entries = &ledger.chains[&chain];
    let previous = sequence.checked_sub(1).map_or(Hash::ZERO, |before| entries[before].hash);
    let checkpoint = ledger.checkpoints.last().unwrap();
    Proof::new(&previous, &entries[sequence], checkpoint, ledger.leaves(chain).as_slice()).unwrap()
}

#[test]
fn every_entry_is_proven_by_itself() {
    let ledger = sample();
    for (chain, entries) in &ledger.chains {
        for (sequence, entry) in entries.iter().enumerate() {
            let json = prove(&ledger, *chain, sequence).to_json();
            let proof = verify_proof(json.as_bytes(), &ledger.key()).unwrap();
            assert_eq!(proof.body, entry.body);
            let opening = proof.opening().unwrap();
            assert_eq!((opening.chain, opening.sequence), (*chain, sequence as u64));
            // However its JSON is laid out.
            let value: Value = serde_json::from_str(&json).unwrap();
            verify_proof(value.to_string().as_bytes(), &ledger.key()).unwrap();
        }
    }
}

#[test]
fn a_proof_is_made_of_what_is_said_to_be_needed() {
    let ledger = sample();
    let entries = &ledger.chains[&70_000];
    let needs = inclusion_needs(7, 300).unwrap();
    let mut fetched = Fetched::default();
    for sequence in needs.entries.into_iter().flatten() {
        fetched.entry(sequence, &entries[usize::try_from(sequence).unwrap()].hash);
    }
    assert!(needs.subtrees.is_empty());
    let made = Proof::new(&entries[6].hash, &entries[7], &ledger.checkpoints[1], &fetched).unwrap();
    assert_eq!(made, prove(&ledger, 70_000, 7));
    // Nodes that are not the ledger's are noticed at once.
    fetched.entry(9, &Hash::ZERO);
    let refused = Proof::new(&entries[6].hash, &entries[7], &ledger.checkpoints[1], &fetched);
    assert!(matches!(refused, Err(LedgerError::Proof(_))), "{refused:?}");
    let refused = Proof::new(&entries[6].hash, &entries[7], &ledger.checkpoints[1], &Fetched::default());
    assert!(matches!(refused, Err(LedgerError::Missing { .. })), "{refused:?}");
    let refused = Proof::new(&entries[6].hash, &entries[7], &ledger.checkpoints[0], &fetched);
    assert!(matches!(refused, Err(LedgerError::Checkpoint(_))), "{refused:?}");
}

/// All values within a document, as JSON pointers.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), all))
        }
        Value::Array(values) => {
            all.push(at.to_owned());
            values.iter().enumerate().for_each(|(place, value)| pointers(value, &format!("{at}/{place}"), all));
        }
        _ => all.push(at.to_owned()),
    }
}

#[test]
fn every_member_counts() {
    let ledger = sample();
    let (key, proof) = (ledger.key(), prove(&ledger, 5, 11));
    let document: Value = serde_json::from_str(&proof.to_json()).unwrap();
    let mut all = Vec::new();
    pointers(&document, "", &mut all);
    assert!(all.len() > 25, "{all:?}");
    let refused = |document: &Value, what: &str| {
        let verdict = verify_proof(document.to_string().as_bytes(), &key);
        assert!(verdict.is_err(), "{what}: {document:#}");
    };
    for pointer in &all {
        let original = document.pointer(pointer).unwrap().clone();
        let others: Vec<Value> = match &original {
            Value::Number(number) => {
                let number = number.as_u64().unwrap();
                vec![number.wrapping_add(1).into(), (number ^ 1).into(), u64::MAX.into(), (-1).into(), 1e30.into()]
            }
            Value::String(text) => {
                let mut others = vec![Value::from(""), format!("{text} ").into(), text.to_uppercase().into()];
                let chars: Vec<char> = text.chars().collect();
                for place in [0, 3, chars.len() / 2, chars.len() - 1] {
                    let mut chars = chars.clone();
                    if let Some(char) = chars.get_mut(place) {
                        *char = if *char == '0' { '1' } else { '0' };
                    }
                    others.push(chars.iter().collect::<String>().into());
                }
                others
            }
            Value::Array(values) => {
                let mut others = vec![Value::Array(Vec::new()), values.iter().rev().cloned().collect()];
                others.push(values.iter().skip(1).cloned().collect());
                others.push(values.iter().cloned().chain(values.first().cloned()).collect());
                others
            }
            other => panic!("{other}"),
        };
        for other in others.into_iter().chain([Value::Null]).filter(|other| *other != original) {
            let mut changed = document.clone();
            *changed.pointer_mut(pointer).unwrap() = other;
            refused(&changed, pointer);
        }
        // Without it, or with another beside it.
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut changed = document.clone();
        if let Some(Value::Object(members)) = changed.pointer_mut(parent) {
            let value = members.remove(name).unwrap();
            members.insert("unknown".into(), value.clone());
            refused(&changed, pointer);
            if let Some(Value::Object(members)) = changed.pointer_mut(parent) {
                members.insert(name.into(), value);
            }
            refused(&changed, pointer);
        }
    }
}

/// The proof with some parts changed.
fn with(proof: &Proof, change: impl FnOnce(&mut Proof)) -> Proof {
    let mut proof = proof.clone();
    change(&mut proof);
    proof
}

#[test]
fn parts_of_other_proofs_prove_nothing() {
    let ledger = sample();
    let key = ledger.key();
    let mut other = Ledger::new();
    for n in 0..20 {
        other.append(5, &format!(r#","score":{}"#, n + 1));
    }
    other.append(0, "");
    other.checkpoint();
    other.append(5, "");
    other.checkpoint();
    let (ours, next, theirs) = (prove(&ledger, 5, 11), prove(&ledger, 5, 12), prove(&other, 5, 11));
    for foreign in [&next, &theirs] {
        let mixed = [
            with(&ours, |proof| proof.body = foreign.body.clone()),
            with(&ours, |proof| proof.previous = foreign.previous),
            with(&ours, |proof| proof.hash = foreign.hash),
            with(&ours, |proof| {
                (proof.body, proof.previous, proof.hash) = (foreign.body.clone(), foreign.previous, foreign.hash);
            }),
            with(&ours, |proof| proof.entry_proof = foreign.entry_proof.clone()),
        ];
        for proof in mixed {
            assert!(verify_proof(proof.to_json().as_bytes(), &key).is_err(), "{proof:?}");
        }
    }
    for (head, head_proof, checkpoint) in [
        (theirs.head, ours.head_proof.clone(), ours.checkpoint.clone()),
        (theirs.head, theirs.head_proof.clone(), ours.checkpoint.clone()),
        (ours.head, ours.head_proof.clone(), theirs.checkpoint.clone()),
        (ours.head, theirs.head_proof.clone(), theirs.checkpoint.clone()),
    ] {
        let proof =
            with(&ours, |proof| (proof.head, proof.head_proof, proof.checkpoint) = (head, head_proof, checkpoint));
        assert!(verify_proof(proof.to_json().as_bytes(), &key).is_err(), "{proof:?}");
    }
    let another = PublicKey::ed25519([1; 32]);
    let verdict = verify_proof(ours.to_json().as_bytes(), &another);
    assert!(matches!(verdict, Err(LedgerError::Signature { number: 1, .. })), "{verdict:?}");
}

#[test]
fn a_forged_checkpoint_needs_the_key() {
    let ledger = sample();
    let forger = LocalSigner::from_seed(&[8; 32]).unwrap();
    let text = |key: &PublicKey| {
        let draft = Draft::new(ORIGIN, &at(9), None, ledger.heads(), key).unwrap();
        let signature = forger.sign(draft.text().as_bytes()).unwrap();
        draft.signed(signature)
    };
    // Signed by the forger, in either name.
    assert!(text(&ledger.key()).verify(&ledger.key()).is_err());
    assert!(text(forger.public_key()).verify(&ledger.key()).is_err());
    assert!(text(forger.public_key()).verify(forger.public_key()).is_ok());
}

#[test]
fn checkpoints_are_read_as_they_are_written_only() {
    let ledger = sample();
    for checkpoint in &ledger.checkpoints {
        let text = checkpoint.text();
        assert_eq!(Checkpoint::parse(text.as_bytes()).unwrap(), *checkpoint);
        checkpoint.verify(&ledger.key()).unwrap();
        for wrong in [text.replace(':', ": "), format!("{text} "), text.replacen("\"heads\"", "\"Heads\"", 1)] {
            assert!(Checkpoint::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
    assert_eq!(ledger.checkpoints[1].signed.statement.size, 322);
    ledger.checkpoints[1].check_follows(&ledger.checkpoints[0]).unwrap();
    assert!(ledger.checkpoints[0].check_follows(&ledger.checkpoints[1]).is_err());
    // What lies between two checkpoints is shown by consistency.
    let (old, new) = (&ledger.checkpoints[0].heads[1], &ledger.checkpoints[1].heads[1]);
    let proof = prove_consistency(old.size, new.size, ledger.leaves(5).as_slice()).unwrap();
    proof.verify(&old.root, &new.root).unwrap();
}

#[test]
fn drafts_that_contradict_themselves_are_refused() {
    let ledger = sample();
    let (heads, key) = (ledger.heads(), ledger.key());
    let draft = |previous: Option<&Checkpoint>, heads: Vec<Head>| Draft::new(ORIGIN, &at(9), previous, heads, &key);
    let before = ledger.checkpoints.first();
    draft(before, heads.clone()).unwrap();
    assert!(draft(before, heads.iter().rev().copied().collect()).is_err(), "out of order");
    assert!(draft(before, vec![heads[0], heads[0]]).is_err(), "twice");
    assert!(draft(before, vec![heads[0]]).is_err(), "a chain lost");
    let shorter = |head: &Head| Head { size: head.size.min(19), ..*head };
    assert!(draft(before, heads.iter().map(shorter).collect()).is_err(), "a chain shortened");
    let rewritten = |head: &Head| Head { root: Hash::ZERO, ..*head };
    assert!(draft(ledger.checkpoints.last(), heads.iter().map(rewritten).collect()).is_err(), "a chain rewritten");
    assert!(draft(None, heads.iter().map(|head| Head { size: u64::MAX, ..*head }).collect()).is_err(), "too many");
    assert!(Draft::new("", &at(9), None, heads.clone(), &key).is_err(), "no origin");
    assert!(Draft::new("a\nb", &at(9), None, heads.clone(), &key).is_err(), "two lines");
    assert!(Draft::new("another", &at(9), before, heads.clone(), &key).is_err(), "another ledger");
    assert!(Draft::new(ORIGIN, "2026-02-30T00:00:00.000000Z", None, heads, &key).is_err(), "no such day");
}

#[test]
fn bodies_that_are_none_are_refused() {
    let opening = Opening { chain: 0, sequence: 0, time: &at(0), kind: "score", id: uuid::Uuid::nil() }.text();
    let (open, long) = (opening.clone(), ",\"x\":\"".to_owned() + &"x".repeat(1 << 20) + "\"}");
    for (end, sound) in
        [("}", true), (",\"a\":1}", true), (",\"a\":\n1}", false), ("", false), (",\"a\":1", false), (&long, false)]
    {
        assert_eq!(Entry::new(&Hash::ZERO, open.clone() + end).is_ok(), sound, "{}", &end[..end.len().min(20)]);
    }
}

proptest! {
    #[test]
    fn no_byte_of_a_proof_can_be_changed_to_prove_something_else(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let ledger = sample();
        let proof = prove(&ledger, 5, 3);
        let mut json = proof.to_json().into_bytes();
        let place = at.index(json.len());
        json[place] = with;
        // White space, and escapes that mean the same, do not change what is said.
        if let Ok(found) = verify_proof(&json, &ledger.key()) {
            prop_assert_eq!(found, proof);
        }
    }

    #[test]
    fn no_bytes_make_a_verifier_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(verify_proof(&bytes, &PublicKey::ed25519([3; 32])).is_err());
        prop_assert!(Checkpoint::parse(&bytes).is_err());
        let _ = Opening::parse(&bytes);
    }
}
