//! Checkpoints, proofs, copies and audits of a store that is being written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use std::sync::Arc;

use faces::{Place, both};
use store::{
    Audit, Beside, Change, Error, NewEntry, Position, ScoreIndex, Store, Whose,
    ledger::{Hash, copy, verify_proof},
};
use uuid::Uuid;

both!(
    a_checkpoint_is_made_where_something_was_recorded,
    every_entry_is_proved,
    a_copy_is_sound_while_entries_are_added,
    an_audit_finds_what_was_altered,
    steps_find_what_was_altered,
    referred_scores_wait_until_they_are_reviewed
);

fn score(reference: &str) -> NewEntry {
    let model = Hash([7; 32]);
    let members = format!(r#""model":"sha256:{model}","score":612.5,"decision":"refer""#);
    let index = ScoreIndex { model: model.0, decision: 2, score: 612.5 };
    let entry = NewEntry { kind: "score", id: None, members, personal: None, score: Some(index) };
    entry.about(Whose::Reference(reference.to_owned()), b"{\"application\":{}}".to_vec())
}

async fn record(store: &Store, count: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(store.record(Change::entry(score(&format!("A-{}", number % 5)))).await.unwrap()[0].id);
    }
    ids
}

async fn a_checkpoint_is_made_where_something_was_recorded(place: Place) {
    let store = place.open().await;
    assert!(matches!(store.checkpoint().await, Err(Error::NotFound { .. })));
    assert!(store.latest_checkpoint().await.unwrap().is_none());
    record(&store, 3).await;
    let first = store.checkpoint().await.unwrap();
    assert_eq!(store.checkpoint().await.unwrap(), first, "nothing was recorded since");
    record(&store, 1).await;
    let (one, other) = tokio::join!(store.checkpoint(), store.checkpoint());
    let second = one.unwrap();
    assert_eq!(other.unwrap().hash(), second.hash(), "of two at once, one is kept");
    second.check_follows(&first).unwrap();
    second.verify(&store.public_key().unwrap()).unwrap();
    assert_eq!(second.signed.statement.origin, first.signed.statement.origin);
    assert_eq!(store.checkpoints(None, 10).await.unwrap(), [second.clone(), first.clone()]);
    assert_eq!(store.checkpoints(Some(1), 10).await.unwrap(), [first]);
    assert_eq!(store.heads().await.unwrap(), second.heads);
}

async fn every_entry_is_proved(place: Place) {
    let store = Arc::new(place.open().await);
    // More than a tile, so that proofs rest on stored subtrees too.
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.record(Change::entry(score("A-1"))).await.unwrap()[0] });
    }
    let recorded = tasks.join_all().await;
    let key = store.public_key().unwrap();
    for one in recorded.iter().step_by(37) {
        let position = store.position_of_score(one.id).await.unwrap();
        let proof = store.prove(position).await.unwrap();
        assert_eq!(verify_proof(proof.to_json().as_bytes(), &key).unwrap().hash, one.hash);
    }
    let later = record(&store, 1).await[0];
    let position = store.position_of_score(later).await.unwrap();
    assert_eq!(store.prove(position).await.unwrap().checkpoint.statement.size, 301, "one is made for it");
    let absent = store.prove(Position { chain: 0, sequence: 301 }).await;
    assert!(matches!(absent, Err(Error::NotFound { .. })));
    assert!(matches!(store.prove(Position { chain: 1 << 30, sequence: 0 }).await, Err(Error::Invalid(_))));
    assert_eq!(store.entries_of(0, 299, 10).await.unwrap().len(), 2);
    assert!(store.entries_of(0, u64::MAX, 10).await.unwrap().is_empty());
}

async fn a_copy_is_sound_while_entries_are_added(place: Place) {
    let store = Arc::new(place.open().await);
    record(&store, 20).await;
    store.checkpoint().await.unwrap();
    let adding = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { record(&store, 60).await })
    };
    let audit = Audit::open(&place.database).await.unwrap();
    let (bytes, exported) = audit.export(Vec::new(), |_| {}).await.unwrap();
    adding.await.unwrap();
    store.checkpoint().await.unwrap();
    let options = copy::VerifyOptions { public_keys: vec![store.public_key().unwrap()], known: Vec::new() };
    let report = copy::verify(bytes.as_slice(), &options).unwrap();
    assert!(report.is_sound(), "{:?}", report.issues);
    assert_eq!((&report.heads, report.signatures), (&exported.heads, 1));
    let (bytes, _) = audit.export(Vec::new(), |_| {}).await.unwrap();
    let report = copy::verify(bytes.as_slice(), &options).unwrap();
    assert!(report.is_sound(), "{:?}", report.issues);
    assert_eq!((report.entries, report.signatures), (80, 2));
    audit.close().await;
}

async fn an_audit_finds_what_was_altered(place: Place) {
    let store = place.open().await;
    let ids = record(&store, 300).await;
    store.checkpoint().await.unwrap();
    let keys = [store.public_key().unwrap()];
    let audit = Audit::open(&place.database).await.unwrap();
    let found = async || audit.verify(&keys).await.unwrap();
    let sound = found().await;
    assert!(sound.is_sound(), "{:?}", sound.findings);
    assert_eq!((sound.entries, sound.scores, sound.checkpoints, sound.signatures), (300, 300, 1, 1));

    // Each of these is one finding more.
    let alterations = [
        ("UPDATE scores SET score = 700 WHERE position = 10", ids[10].to_string()),
        ("UPDATE tiles SET hash = (SELECT hash FROM entries WHERE position = 0)", "subtree 0 of level 1".to_owned()),
        ("UPDATE chains SET root = (SELECT hash FROM entries WHERE position = 0)", "chain 0".to_owned()),
        ("DELETE FROM scores WHERE position = 20", ids[20].to_string()),
        ("UPDATE checkpoints SET hash = (SELECT hash FROM entries WHERE position = 0)", "checkpoint 0".to_owned()),
    ];
    for (number, (sql, place_of_it)) in alterations.iter().enumerate() {
        place.sql(sql).await;
        let audited = found().await;
        assert_eq!(audited.found, number as u64 + 1, "{sql}: {:?}", audited.findings);
        assert!(audited.findings.iter().any(|finding| finding.place.contains(place_of_it)), "{sql}: {audited:?}");
    }
    place.sql("DELETE FROM entries WHERE position = 100").await;
    let audited = found().await;
    let gap = audited.findings.iter().find(|finding| finding.place == "chain 0, entry 101");
    assert!(gap.is_some_and(|gap| gap.problem.contains("missing")), "{:?}", audited.findings);
    let orphan = format!("score {}", ids[100]);
    assert!(audited.findings.iter().any(|finding| finding.place == orphan), "{:?}", audited.findings);
    audit.close().await;
}

async fn steps_find_what_was_altered(place: Place) {
    let store = place.open().await;
    record(&store, 300).await;
    store.checkpoint().await.unwrap();
    record(&store, 20).await;
    store.checkpoint().await.unwrap();
    let whole = async || {
        let (mut read, mut from, mut findings) = (0, Some(0), Vec::new());
        while let Some(next) = from {
            let step = store.check_entries(0, next, 128).await.unwrap();
            (read, from) = (read + step.read, step.next);
            findings.extend(step.findings);
        }
        let mut before = None;
        loop {
            let step = store.check_checkpoints(before, 1).await.unwrap();
            read += step.read;
            findings.extend(step.findings);
            before = step.next;
            if before.is_none() {
                return (read, findings);
            }
        }
    };
    let (read, findings) = whole().await;
    assert_eq!((read, findings.as_slice()), (322, [].as_slice()));
    assert!(store.check_entries(7, 0, 10).await.unwrap().findings.is_empty(), "a chain that nobody wrote");
    assert!(matches!(store.check_entries(0, 1_000, 10).await, Err(Error::NotFound { .. })));

    let body = "body = (SELECT body FROM entries WHERE position = 3)";
    place.sql(format!("UPDATE entries SET {body} WHERE position = 200").leak()).await;
    let (_, findings) = whole().await;
    assert!(findings.iter().all(|finding| finding.place == "chain 0, entry 200"), "{findings:?}");
    assert!(findings.iter().any(|finding| finding.problem.contains("altered")), "{findings:?}");
    place.sql("DELETE FROM entries WHERE position = 250").await;
    let (_, findings) = whole().await;
    let gap = findings.iter().find(|finding| finding.place == "chain 0, entry 251");
    assert!(gap.is_some_and(|gap| gap.problem.contains("missing")), "{findings:?}");
    place.sql("DELETE FROM entries WHERE position >= 310").await;
    let (_, findings) = whole().await;
    let of = |place: &str| findings.iter().any(|finding| finding.place == place);
    assert!(of("chain 0") && of("checkpoint 1") && !of("checkpoint 0"), "{findings:?}");
}

async fn referred_scores_wait_until_they_are_reviewed(place: Place) {
    let store = place.open().await;
    let ids = record(&store, 5).await;
    assert_eq!(store.referred_and_waiting(100).await.unwrap(), 5);
    assert_eq!(store.referred_and_waiting(3).await.unwrap(), 3, "among the newest three");
    let members = format!(r#""score":"{}","decision":"approve","by":"operator""#, ids[0]);
    let score = store.score(ids[0]).await.unwrap();
    store.record_beside(Beside::Review, Uuid::now_v7(), &score, members, b"{}".to_vec(), None).await.unwrap();
    assert_eq!(store.referred_and_waiting(100).await.unwrap(), 4);
    let decided = store.decided(&[ids[1], Uuid::now_v7()]).await.unwrap();
    assert_eq!(decided.into_iter().collect::<Vec<_>>(), [(ids[1], (Hash([7; 32]), 2))]);
}
