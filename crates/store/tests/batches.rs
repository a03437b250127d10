//! Batches over both faces: each chunk is done once, whoever held it, and what is old goes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use faces::{Place, both};
use store::{Batch, BatchState, Chunk, Conflict, Error, Face, Moment, Store};
use uuid::Uuid;

both!(
    a_batch_goes_from_its_file_to_its_results,
    nothing_is_taken_up_before_the_file_is_read,
    a_chunk_is_done_once_whoever_holds_it,
    what_a_dead_process_held_goes_on,
    a_batch_is_completed_though_its_process_ended_before,
    a_cancelled_batch_keeps_results_and_loses_applications,
    an_upload_that_was_cut_off_fails_after_an_hour,
    old_batches_go_and_others_stay,
    what_waits_and_what_came_of_it_is_sealed,
);

/// A batch of one application a chunk, received to the end.
async fn submitted(store: &Store, chunks: u64) -> Batch {
    let batch = store.begin_batch("key:1", "csv").await.unwrap();
    for number in 0..chunks {
        store.add_chunk(batch, number, 1, format!("application {number}").as_bytes()).await.unwrap();
    }
    store.submit_batch(batch, chunks, 0, b"").await.unwrap()
}

async fn claimed(store: &Store) -> Chunk {
    store.claim_chunk().await.unwrap().expect("a chunk waits")
}

/// Every part of the results.
async fn results(store: &Store, batch: Uuid) -> Vec<String> {
    let (mut from, mut parts) = (0, Vec::new());
    while let Some((number, part)) = store.batch_results(batch, from).await.unwrap() {
        parts.push(String::from_utf8(part.to_vec()).unwrap());
        from = number + 1;
    }
    parts
}

async fn a_batch_goes_from_its_file_to_its_results(place: Place) {
    let store = place.open().await;
    let batch = store.begin_batch("key:1", "ndjson").await.unwrap();
    assert_eq!(store.batch(batch).await.unwrap().state, BatchState::Receiving);
    store.add_chunk(batch, 0, 2, b"first").await.unwrap();
    store.add_chunk(batch, 1, 1, b"second").await.unwrap();
    let running = store.submit_batch(batch, 2, 1, b"rejected").await.unwrap();
    assert_eq!((running.state, running.applications, running.failed), (BatchState::Running, 4, 1));
    let (first, second) = (claimed(&store).await, claimed(&store).await);
    assert_eq!((first.number, &first.applications[..]), (0, &b"first"[..]));
    assert_eq!((second.number, second.by.as_str()), (1, "key:1"));
    assert!(store.claim_chunk().await.unwrap().is_none(), "both are held");
    store.finish_chunk(&second, 0, 1, b"of the second").await.unwrap();
    assert_eq!(results(&store, batch).await, ["of the second", "rejected"]);
    store.finish_chunk(&first, 2, 0, b"of the first").await.unwrap();
    let done = store.batch(batch).await.unwrap();
    assert_eq!((done.state, done.scored, done.failed), (BatchState::Completed, 2, 2));
    assert!(done.finished.is_some());
    assert_eq!(results(&store, batch).await, ["of the first", "of the second", "rejected"]);
    let empty = store.begin_batch("key:1", "csv").await.unwrap();
    assert_eq!(store.submit_batch(empty, 0, 3, b"all").await.unwrap().state, BatchState::Completed);
}

async fn nothing_is_taken_up_before_the_file_is_read(place: Place) {
    let store = place.open().await;
    let batch = store.begin_batch("key:1", "csv").await.unwrap();
    store.add_chunk(batch, 0, 1, b"first").await.unwrap();
    assert!(store.claim_chunk().await.unwrap().is_none());
    assert_eq!(store.release_chunks().await.unwrap(), 0, "it is not held by a worker");
    assert!(store.claim_chunk().await.unwrap().is_none());
    store.end_batch(batch, Some("cut off"), "key:1").await.unwrap();
    let late = store.add_chunk(batch, 1, 1, b"second").await;
    assert!(matches!(late, Err(Error::Conflict(Conflict::State(_)))), "{late:?}");
    assert!(store.submit_batch(batch, 1, 0, b"").await.is_err());
    let failed = store.batch(batch).await.unwrap();
    assert_eq!((failed.state, failed.problem.as_deref()), (BatchState::Failed, Some("cut off")));
}

async fn a_chunk_is_done_once_whoever_holds_it(place: Place) {
    let store = place.open().await;
    let other = match store.face() {
        Face::Postgres => Some(place.open().await),
        Face::Sqlite => None,
    };
    let other = other.as_ref().unwrap_or(&store);
    let batch = submitted(&store, 20).await;
    let mut numbers = Vec::new();
    // Two workers at once never hold the same.
    while let (Some(one), another) = tokio::join!(store.claim_chunk(), other.claim_chunk()).into_claims() {
        for chunk in [Some(one), another].into_iter().flatten() {
            numbers.push(chunk.number);
            store.finish_chunk(&chunk, 1, 0, b"once").await.unwrap();
            other.finish_chunk(&chunk, 1, 0, b"twice").await.unwrap();
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
    let done = store.batch(batch.id).await.unwrap();
    assert_eq!((done.state, done.scored), (BatchState::Completed, 20));
    assert!(results(&store, batch.id).await.iter().all(|part| part != "twice"));
}

/// What two workers got.
trait Claims {
    fn into_claims(self) -> (Option<Chunk>, Option<Chunk>);
}

impl Claims for (store::Result<Option<Chunk>>, store::Result<Option<Chunk>>) {
    fn into_claims(self) -> (Option<Chunk>, Option<Chunk>) {
        let (one, another) = (self.0.unwrap(), self.1.unwrap());
        if one.is_none() { (another, None) } else { (one, another) }
    }
}

async fn what_a_dead_process_held_goes_on(place: Place) {
    let store = place.open().await;
    submitted(&store, 2).await;
    let held = claimed(&store).await;
    assert_eq!(claimed(&store).await.number, 1);
    assert!(store.claim_chunk().await.unwrap().is_none());
    // The time that it may be held has passed.
    place.sql("UPDATE batch_chunks SET held_until = 1 WHERE number = 0").await;
    assert_eq!(claimed(&store).await.number, held.number, "by whoever looks");
    assert!(store.claim_chunk().await.unwrap().is_none());
    // Whoever is alone does not wait for that.
    assert_eq!(store.release_chunks().await.unwrap(), 2);
    assert_eq!((claimed(&store).await.number, claimed(&store).await.number), (0, 1));
}

async fn a_batch_is_completed_though_its_process_ended_before(place: Place) {
    let store = place.open().await;
    let batch = submitted(&store, 1).await;
    let chunk = claimed(&store).await;
    store.finish_chunk(&chunk, 1, 0, b"done").await.unwrap();
    // As it is where the process ends after the results and before what follows from them.
    place.sql("UPDATE batches SET state = 1, finished = NULL").await;
    assert_eq!(store.batch(batch.id).await.unwrap().state, BatchState::Running);
    assert_eq!(store.complete_batches().await.unwrap(), 1);
    assert_eq!(store.batch(batch.id).await.unwrap().state, BatchState::Completed);
    assert_eq!(store.complete_batches().await.unwrap(), 0);
}

async fn a_cancelled_batch_keeps_results_and_loses_applications(place: Place) {
    let store = place.open().await;
    let batch = submitted(&store, 3).await;
    let first = claimed(&store).await;
    store.finish_chunk(&first, 1, 0, b"done").await.unwrap();
    let in_work = claimed(&store).await;
    let cancelled = store.end_batch(batch.id, None, "key:1").await.unwrap();
    assert_eq!((cancelled.state, cancelled.scored), (BatchState::Cancelled, 1));
    assert!(store.claim_chunk().await.unwrap().is_none());
    store.finish_chunk(&in_work, 1, 0, b"too late").await.unwrap();
    assert_eq!(results(&store, batch.id).await, ["done", ""], "what was done, and what was rejected: nothing");
    assert_eq!(store.batch(batch.id).await.unwrap(), cancelled);
    let left = place.sql("SELECT 'left' FROM batch_chunks WHERE applications IS NOT NULL").await;
    assert!(left.is_empty(), "{left:?}");
    assert!(matches!(store.end_batch(batch.id, None, "key:1").await, Err(Error::Conflict(_))), "once");
}

async fn an_upload_that_was_cut_off_fails_after_an_hour(place: Place) {
    let store = place.open().await;
    let batch = store.begin_batch("key:1", "csv").await.unwrap();
    assert_eq!(store.end_abandoned_batches().await.unwrap(), 0);
    let hour_ago = Moment::now().plus_seconds(-3_601).micros();
    place.sql(&format!("UPDATE batches SET created = {hour_ago}")).await;
    assert_eq!(store.end_abandoned_batches().await.unwrap(), 1);
    assert_eq!(store.batch(batch).await.unwrap().state, BatchState::Failed);
}

async fn old_batches_go_and_others_stay(place: Place) {
    let store = place.open().await;
    let (old, running) = (submitted(&store, 2).await, submitted(&store, 1).await);
    store.end_batch(old.id, None, "key:1").await.unwrap();
    let ended = store.batch(old.id).await.unwrap().finished.unwrap();
    assert_eq!(store.delete_batches(ended).await.unwrap(), 0, "not before, but then");
    assert_eq!(store.delete_batches(ended.plus_seconds(1)).await.unwrap(), 1);
    assert!(matches!(store.batch(old.id).await, Err(Error::NotFound { .. })));
    assert!(results(&store, old.id).await.is_empty());
    assert_eq!(store.batches(None, 10).await.unwrap(), [running]);
    assert_eq!(claimed(&store).await.number, 0, "it goes on");
}

async fn what_waits_and_what_came_of_it_is_sealed(place: Place) {
    let store = place.open().await;
    submitted(&store, 1).await;
    let column = "SELECT HEX(COALESCE(applications, results))HEX FROM batch_chunks ORDER BY number";
    let plain = |text: &str, digits: &str| {
        let text: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        digits.contains(&text)
    };
    assert!(!plain("application", &place.sql(column).await[0]));
    let chunk = claimed(&store).await;
    store.finish_chunk(&chunk, 1, 0, b"a telling result").await.unwrap();
    assert!(!plain("telling", &place.sql(column).await[0]));
}
