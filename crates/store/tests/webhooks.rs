//! Webhooks: endpoints and their secrets, and an outbox that loses nothing and doubles nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use faces::{Place, both};
use store::{
    Conflict, Error, Moment, Position, Store,
    webhooks::{Claimed, DeliveryState, Endpoint, NewDelivery, Outcome, Secret, Settings},
};
use uuid::Uuid;

both!(
    endpoints_are_made_changed_and_deleted,
    secrets_rotate_with_an_overlap,
    an_event_reaches_an_endpoint_once,
    a_claim_is_one_instances_until_it_ends,
    outcomes_lead_to_states,
    disabled_endpoints_keep_what_waits,
    a_delivery_can_be_tried_again,
    attempts_and_old_deliveries_are_bounded
);

fn settings() -> Settings {
    Settings {
        url: "https://receiver.example/hook/TOKEN".into(),
        events: vec!["score.created".into()],
        description: "for Jane Doe".into(),
        enabled: true,
    }
}

async fn endpoint(store: &Store) -> (Endpoint, Secret) {
    store.create_webhook("key-1", settings(), None).await.unwrap()
}

fn delivery(endpoint: &Endpoint, sequence: u64) -> NewDelivery {
    NewDelivery {
        endpoint: endpoint.id,
        event: format!("evt_0_{sequence}"),
        kind: "score.created".into(),
        position: Some(Position { chain: 0, sequence }),
        payload: format!(r#"{{"type":"score.created","data":{{"sequence":{sequence}}}}}"#),
    }
}

async fn claim(store: &Store, endpoint: &Endpoint, seconds: i64, limit: usize) -> Vec<Claimed> {
    let now = Moment::now();
    store.claim_deliveries(endpoint.id, now, now.plus_seconds(seconds), limit).await.unwrap()
}

fn failed(next: Option<Moment>) -> Outcome {
    Outcome { status: Some(500), error: Some("status 500".into()), next, took: 10 }
}

fn taken() -> Outcome {
    Outcome { status: Some(200), error: None, next: None, took: 10 }
}

async fn endpoints_are_made_changed_and_deleted(place: Place) {
    let store = place.open().await;
    let (made, _) = endpoint(&store).await;
    assert_eq!(store.webhook(made.id).await.unwrap(), made);
    let wanted = Settings { url: "https://other.example".into(), events: vec![], ..settings() };
    let changed = store.update_webhook("key-1", made.id, 1, wanted.clone()).await.unwrap();
    assert_eq!((changed.version, &changed.settings), (2, &wanted));
    let stale = store.update_webhook("key-1", made.id, 1, wanted).await;
    assert!(matches!(stale, Err(Error::Conflict(Conflict::State(_)))));
    assert!(matches!(store.delete_webhook("key-1", made.id, 1).await, Err(Error::Conflict(_))));
    store.enqueue_deliveries(vec![delivery(&made, 0)]).await.unwrap();
    store.delete_webhook("key-1", made.id, 2).await.unwrap();
    assert!(matches!(store.webhook(made.id).await, Err(Error::NotFound { .. })));
    assert!(store.webhooks().await.unwrap().is_empty());
    assert!(store.waiting_deliveries(Moment::now()).await.unwrap().due.is_empty());
}

async fn secrets_rotate_with_an_overlap(place: Place) {
    let store = place.open().await;
    let (made, first) = endpoint(&store).await;
    let (rotated, second) = store.rotate_webhook("key-1", made.id, 1, 3_600).await.unwrap();
    assert_eq!(rotated.version, 2);
    store.close().await;
    let store = place.open().await;
    let within = store.webhook_target(made.id, Moment::now()).await.unwrap().unwrap();
    assert_eq!(within.secrets, [second.clone(), first.clone()]);
    let after = store.webhook_target(made.id, Moment::now().plus_seconds(3_601)).await.unwrap().unwrap();
    assert_eq!(after.secrets, [second]);
    store.close().await;
    // SQLite's files hold neither the secret nor, in the ledger, what the URL and the description may give away.
    if let store::DatabaseOptions::Sqlite(options) = &place.database {
        let file = std::fs::read(&options.file).unwrap();
        let holds = |needle: &[u8]| file.windows(needle.len()).any(|window| window == needle);
        assert!(!holds(first.bytes()) && !holds(first.expose().as_bytes()));
        let entries = file.windows(16).filter(|window| window == b"\"kind\":\"webhook\"").count();
        assert!(entries >= 2, "{entries} entries");
        assert!(holds(br#""origin":"https://receiver.example""#) && !holds(br#"TOKEN""#) && !holds(br#"Doe""#));
    }
}

async fn an_event_reaches_an_endpoint_once(place: Place) {
    let store = place.open().await;
    let ((one, _), (other, _)) = (endpoint(&store).await, endpoint(&store).await);
    let batch = || (0..70).map(|sequence| delivery(&one, sequence)).collect::<Vec<_>>();
    assert_eq!(store.enqueue_deliveries(batch()).await.unwrap(), 70);
    assert_eq!(store.enqueue_deliveries(batch()).await.unwrap(), 0);
    assert_eq!(store.enqueue_deliveries(vec![delivery(&other, 0)]).await.unwrap(), 1);
    let first = store.deliveries(one.id, None, 50).await.unwrap();
    let rest = store.deliveries(one.id, Some(first[49].id), 50).await.unwrap();
    assert_eq!((first.len(), rest.len()), (50, 20));
    assert_eq!(first[0].position, Some(Position { chain: 0, sequence: 69 }), "the newest first");
    assert_eq!(store.outbox_depth().await.unwrap().waiting, 71);
}

async fn a_claim_is_one_instances_until_it_ends(place: Place) {
    let (store, second) = (place.open().await, place.open().await);
    let (made, _) = endpoint(&store).await;
    store.enqueue_deliveries((0..20).map(|sequence| delivery(&made, sequence)).collect()).await.unwrap();
    let (mine, theirs) = tokio::join!(claim(&store, &made, 60, 10), claim(&second, &made, 60, 10));
    let mut ids: Vec<Uuid> = mine.iter().chain(&theirs).map(|claimed| claimed.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), mine.len() + theirs.len(), "nothing is taken twice");
    assert!(claim(&store, &made, 60, 100).await.len() + ids.len() == 20);
    // What a crashed instance had taken is taken up again; what it says afterwards does not count.
    store.enqueue_deliveries(vec![delivery(&made, 99)]).await.unwrap();
    let crashed = claim(&store, &made, 0, 1).await.remove(0);
    let again = claim(&second, &made, 60, 1).await.remove(0);
    assert_eq!((again.id, again.attempt), (crashed.id, 2));
    assert_eq!(store.finish_delivery(&crashed, failed(None)).await.unwrap().state, None);
    assert_eq!(second.finish_delivery(&again, taken()).await.unwrap().state, Some(DeliveryState::Delivered));
}

async fn outcomes_lead_to_states(place: Place) {
    let store = place.open().await;
    let (made, _) = endpoint(&store).await;
    store.enqueue_deliveries(vec![delivery(&made, 0)]).await.unwrap();
    let claimed = claim(&store, &made, 60, 1).await.remove(0);
    let next = Moment::now().plus_seconds(300);
    let finished = store.finish_delivery(&claimed, failed(Some(next))).await.unwrap();
    assert_eq!(finished.state, Some(DeliveryState::Failed));
    let since = finished.failing_since.unwrap();
    let waiting = store.waiting_deliveries(Moment::now()).await.unwrap();
    assert_eq!((waiting.due, waiting.next), (vec![], Some(next)));
    let later = store.claim_deliveries(made.id, next, next.plus_seconds(60), 1).await.unwrap().remove(0);
    assert_eq!(later.attempt, 2);
    let finished = store.finish_delivery(&later, failed(None)).await.unwrap();
    assert_eq!((finished.state, finished.failing_since), (Some(DeliveryState::Dead), Some(since)));
    let (delivery_now, attempts) = store.delivery(made.id, claimed.id).await.unwrap();
    assert_eq!((delivery_now.state, delivery_now.status, delivery_now.due), (DeliveryState::Dead, Some(500), None));
    assert_eq!(attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2]);
    store.enqueue_deliveries(vec![delivery(&made, 1)]).await.unwrap();
    let claimed = claim(&store, &made, 60, 1).await.remove(0);
    store.finish_delivery(&claimed, taken()).await.unwrap();
    assert_eq!(store.webhook(made.id).await.unwrap().failing_since, None, "one success ends the failing");
}

async fn disabled_endpoints_keep_what_waits(place: Place) {
    let store = place.open().await;
    let (made, _) = endpoint(&store).await;
    store.enqueue_deliveries(vec![delivery(&made, 0)]).await.unwrap();
    assert!(store.disable_webhook(made.id, "it answered 410 Gone").await.unwrap());
    assert!(!store.disable_webhook(made.id, "again").await.unwrap());
    let disabled = store.webhook(made.id).await.unwrap();
    assert_eq!((disabled.settings.enabled, disabled.version), (false, 2));
    assert_eq!(disabled.disabled_because.as_deref(), Some("it answered 410 Gone"));
    assert!(store.waiting_deliveries(Moment::now()).await.unwrap().due.is_empty());
    assert!(store.webhook_target(made.id, Moment::now()).await.unwrap().is_none());
    assert_eq!(store.outbox_depth().await.unwrap().waiting, 0);
    let enabled = store.update_webhook("key-1", made.id, 2, settings()).await.unwrap();
    assert_eq!(enabled.disabled_because, None);
    assert_eq!(store.waiting_deliveries(Moment::now()).await.unwrap().due, [made.id]);
}

async fn a_delivery_can_be_tried_again(place: Place) {
    let store = place.open().await;
    let (made, _) = endpoint(&store).await;
    store.enqueue_deliveries(vec![delivery(&made, 0)]).await.unwrap();
    let claimed = claim(&store, &made, 60, 1).await.remove(0);
    let busy = store.retry_delivery(made.id, claimed.id).await;
    assert!(matches!(busy, Err(Error::Conflict(Conflict::State(_)))));
    store.release_delivery(&claimed).await.unwrap();
    let claimed = claim(&store, &made, 60, 1).await.remove(0);
    assert_eq!(claimed.attempt, 1, "what was given back does not count");
    store.finish_delivery(&claimed, failed(None)).await.unwrap();
    let again = store.retry_delivery(made.id, claimed.id).await.unwrap();
    assert_eq!((again.state, again.attempts), (DeliveryState::Pending, 0));
    assert_eq!(claim(&store, &made, 60, 1).await.len(), 1);
    assert!(matches!(store.retry_delivery(made.id, Uuid::new_v4()).await, Err(Error::NotFound { .. })));
    assert!(matches!(store.retry_delivery(Uuid::new_v4(), claimed.id).await, Err(Error::NotFound { .. })));
}

async fn attempts_and_old_deliveries_are_bounded(place: Place) {
    let store = place.open().await;
    let (made, _) = endpoint(&store).await;
    store.enqueue_deliveries(vec![delivery(&made, 0)]).await.unwrap();
    for _ in 0..25 {
        let claimed = claim(&store, &made, 60, 1).await.remove(0);
        store.finish_delivery(&claimed, failed(Some(Moment::now()))).await.unwrap();
    }
    let id = store.deliveries(made.id, None, 1).await.unwrap()[0].id;
    let (found, attempts) = store.delivery(made.id, id).await.unwrap();
    assert_eq!((found.attempts, attempts.len(), attempts[0].number), (25, 20, 6));
    let mut long = delivery(&made, 1);
    long.payload = "a".repeat(20_000);
    assert!(matches!(store.enqueue_deliveries(vec![long]).await, Err(Error::Invalid(_))));
    assert_eq!(store.trim_deliveries(Moment::now().plus_seconds(-60)).await.unwrap(), 0);
    assert_eq!(store.trim_deliveries(Moment::now().plus_seconds(60)).await.unwrap(), 1);
}
