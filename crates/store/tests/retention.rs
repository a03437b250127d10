//! Retention and housekeeping: who was long silent is erased and counted, once; old requests are forgotten.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use std::{sync::Arc, time::Duration};

use faces::{Place, both};
use store::{Change, Error, Idempotency, Moment, NewEntry, ScoreIndex, Store, Whose};
use uuid::Uuid;

both!(
    the_silent_are_erased_and_counted,
    a_turn_is_one_instances,
    a_run_goes_on_where_another_ended,
    old_requests_are_forgotten
);

const DAY: Duration = Duration::from_secs(86_400);

async fn score(store: &Store, reference: &str, id: Option<Uuid>) -> Uuid {
    let index = ScoreIndex { model: [7; 32], decision: 0, score: 612.0 };
    let entry = NewEntry { kind: "score", id, members: r#""score":612"#.into(), personal: None, score: Some(index) };
    let entry = entry.about(Whose::Reference(reference.into()), br#"{"application":{}}"#.to_vec());
    store.record(Change::entry(entry)).await.unwrap()[0].applicant.unwrap()
}

/// An id as a score of so many days ago would have.
fn long_ago(days: u64, number: u64) -> Option<Uuid> {
    let millis = Moment::now().millis() - days * 86_400_000 + number;
    Some(Uuid::from_u128(u128::from(millis) << 80 | 7 << 76 | 2 << 62))
}

async fn the_silent_are_erased_and_counted(place: Place) {
    let store = place.open().await;
    let mut silent = Vec::new();
    for number in 0..450 {
        silent.push(score(&store, &format!("silent-{number}"), long_ago(800, number)).await);
    }
    let returned = score(&store, "returned", long_ago(800, 900)).await;
    score(&store, "returned", None).await;
    let reviewed = score(&store, "reviewed", long_ago(800, 901)).await;
    let review = NewEntry { kind: "review", id: None, members: String::new(), personal: None, score: None };
    let review = review.about(Whose::Applicant(reviewed), b"{}".to_vec());
    store.record(Change::entry(review)).await.unwrap();
    let recent = score(&store, "recent", long_ago(700, 902)).await;
    // All were first heard of long ago.
    place.sql("UPDATE applicants SET created = 1").await;
    let new = score(&store, "new", None).await;

    let turn = store.take_turn("retention", DAY, DAY).await.unwrap().unwrap();
    let retired = store.retire_applicants(&turn, 25).await.unwrap();
    assert_eq!(retired.count, 450);
    for id in silent {
        assert!(matches!(store.applicant(id).await, Err(Error::Erased)));
    }
    for id in [returned, reviewed, recent, new] {
        store.applicant(id).await.unwrap();
    }
    let bodies = place.sql("SELECT HEX(body)HEX FROM entries ORDER BY position DESC LIMIT 1").await;
    let entry = faces::json(&bodies[0]);
    assert_eq!((entry["kind"].as_str(), entry["erased"].as_u64()), (Some("retention"), Some(450)));
    assert!(store.take_turn("retention", DAY, DAY).await.unwrap().is_none(), "once a day");
    assert_eq!(store.destroy_erased().await.unwrap(), 0);
    // Who comes back is somebody new.
    assert!(store.applicant_by_reference("silent-3").await.unwrap().is_none());
    score(&store, "silent-3", None).await;
}

async fn a_turn_is_one_instances(place: Place) {
    let store = Arc::new(place.open().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.take_turn("retention", DAY, DAY).await.unwrap() });
    }
    let turns: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(turns.len(), 1);
    assert!(store.take_turn("other", DAY, DAY).await.unwrap().is_some(), "another task's");
    store.finish_turn(&turns[0]).await.unwrap();
    assert!(store.take_turn("retention", DAY, DAY).await.unwrap().is_none(), "not due");
    assert!(store.take_turn("retention", Duration::ZERO, DAY).await.unwrap().is_some(), "due");
}

async fn a_run_goes_on_where_another_ended(place: Place) {
    let store = place.open().await;
    score(&store, "A-1", long_ago(800, 0)).await;
    place.sql("UPDATE applicants SET created = 1").await;
    let lost = store.take_turn("retention", DAY, Duration::ZERO).await.unwrap().unwrap();
    place.sql("UPDATE housekeeping SET done = 41, held_until = 0").await;
    let turn = store.take_turn("retention", DAY, DAY).await.unwrap().unwrap();
    assert_eq!(turn.done, 41);
    let refused = store.retire_applicants(&lost, 25).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "the turn is another's");
    assert_eq!(store.retire_applicants(&turn, 25).await.unwrap().count, 42);
}

async fn old_requests_are_forgotten(place: Place) {
    let store = place.open().await;
    for number in 0..1_203_u32 {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        let mark = Idempotency { key, request: [1; 32], answer: Some(vec![1]) };
        store.record(Change::default().idempotent(Some(mark))).await.unwrap();
    }
    assert_eq!(store.forget_requests(store::IDEMPOTENCY_KEPT).await.unwrap(), 0);
    place.sql("UPDATE idempotency SET created = 1 WHERE HEX(key)HEX < '000004b1'").await;
    assert_eq!(store.forget_requests(store::IDEMPOTENCY_KEPT).await.unwrap(), 1_201);
    let left = place.sql("SELECT HEX(key)HEX FROM idempotency").await;
    assert_eq!(left.len(), 2);
}
