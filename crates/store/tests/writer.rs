//! The writer: what it answers lasts, and each change stands or falls by itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use std::sync::Arc;

use faces::{Place, both};
use store::{Change, Conflict, Error, Idempotency, NewEntry, ScoreIndex, Whose};

both!(
    entries_follow_one_another,
    changes_in_parallel_keep_one_chain,
    a_repeated_key_is_recorded_once,
    a_chain_goes_on_after_a_restart
);

fn score(reference: &str) -> NewEntry {
    let entry = NewEntry {
        kind: "score",
        id: None,
        members: r#""score":612"#.to_owned(),
        personal: None,
        score: Some(ScoreIndex { model: [7; 32], decision: 0, score: 612.0 }),
    };
    entry.about(Whose::Reference(reference.to_owned()), b"{\"application\":{}}".to_vec())
}

fn once(key: u8) -> Option<Idempotency> {
    Some(Idempotency { key: [key; 32], request: [1; 32], answer: None })
}

async fn entries_follow_one_another(place: Place) {
    let store = place.open().await;
    for sequence in 0..3 {
        let recorded = store.record(Change::entry(score("A-1"))).await.unwrap();
        assert_eq!(recorded.len(), 1);
        assert_eq!((recorded[0].chain, recorded[0].sequence), (0, sequence));
    }
}

async fn changes_in_parallel_keep_one_chain(place: Place) {
    let store = Arc::new(place.open().await);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..500 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.record(Change::entry(score(&format!("A-{}", number % 7)))).await.unwrap()[0] });
    }
    let mut recorded = tasks.join_all().await;
    recorded.sort_by_key(|one| one.sequence);
    let mut applicants: Vec<_> = recorded.iter().map(|one| one.applicant.unwrap()).collect();
    assert!(recorded.iter().enumerate().all(|(place, one)| one.sequence == place as u64));
    assert!(recorded.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].time <= pair[1].time));
    applicants.sort_unstable();
    applicants.dedup();
    assert_eq!(applicants.len(), 7, "one key a person");
}

async fn a_repeated_key_is_recorded_once(place: Place) {
    let store = Arc::new(place.open().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.record(Change::entry(score("A-1")).idempotent(once(3))).await });
    }
    let (made, refused): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 49));
    for refusal in refused {
        assert!(matches!(refusal, Err(Error::Conflict(Conflict::Repeated))));
    }
}

async fn a_chain_goes_on_after_a_restart(place: Place) {
    for sequence in 0..3 {
        let store = place.open().await;
        let recorded = store.record(Change::entry(score("A-1"))).await.unwrap();
        assert_eq!((recorded[0].chain, recorded[0].sequence), (0, sequence));
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_away_gets_ready_without_being_asked() {
    let postgres = Arc::new(testbed::Postgres::start());
    let place = Place::over(store::DatabaseOptions::Postgres(store::PostgresOptions {
        acquire_timeout: std::time::Duration::from_millis(500),
        ..store::PostgresOptions::new(postgres.database())
    }));
    let store = place.open().await;
    store.record(Change::entry(score("A-1"))).await.unwrap();
    postgres.stop();
    assert!(matches!(store.record(Change::entry(score("A-1"))).await, Err(Error::Unavailable(_))));
    assert!(store.ready().await.is_err(), "it says that it is ready");
    postgres.resume();
    let ready = async {
        while store.ready().await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), ready).await.expect("it stays not ready");
    store.record(Change::entry(score("A-1"))).await.unwrap();
}
