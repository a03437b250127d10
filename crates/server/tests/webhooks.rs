//! Webhooks end to end: from entries of the ledger to a receiver, over restarts and failures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod receiver;

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::response::{IntoResponse, Redirect};
use http::StatusCode;
use http::header::{CONNECTION, RETRY_AFTER};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use receiver::{Call, Receiver};
use rustls::pki_types::PrivateKeyDer;
use server::App;
use server::config::Config;
use server::followers::Followers;
use server::webhooks::{Addresses, Lookup, hand_in, send, send_with, signature, start};
use store::webhooks::{Delivery, DeliveryState, Endpoint, Secret, Settings};
use store::{
    Change, Cursors, DatabaseOptions, FileKeyring, Moment, NewEntry, SqliteOptions, Store, StoreOptions, Whose,
    WriterOptions,
};
use tempfile::TempDir;

/// A schedule whose second attempt follows soon.
const SOON: (&str, &str) = ("PLIMSOLL_WEBHOOK_SCHEDULE", "0, 20ms, 20ms, 20ms");
/// A schedule with one attempt.
const ONCE: (&str, &str) = ("PLIMSOLL_WEBHOOK_SCHEDULE", "0");

async fn open(folder: &Path) -> Arc<Store> {
    let keyring = Arc::new(FileKeyring::open(&folder.join("keyring.json")).unwrap());
    let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.join("plimsoll.db")));
    Arc::new(Store::open(StoreOptions { database, keyring, writer: WriterOptions::default() }).await.unwrap())
}

fn app(store: &Arc<Store>, settings: &[(&str, &str)]) -> App {
    let local = [
        ("PLIMSOLL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8"),
        ("PLIMSOLL_WEBHOOK_ALLOW_HTTP", "yes"),
        ("PLIMSOLL_WEBHOOK_PORTS", "1-65535"),
    ];
    let environment = local.iter().filter(|(name, _)| settings.iter().all(|(other, _)| other != name)).chain(settings);
    App::with_store(Config::from_environment(environment.copied()).unwrap(), Arc::clone(store))
}

async fn endpoint(store: &Store, url: &str) -> (Endpoint, Secret) {
    let settings =
        Settings { url: url.into(), events: vec!["score.created".into()], description: String::new(), enabled: true };
    store.create_webhook("operator", settings, None).await.unwrap()
}

/// Records scores; their entries are in the ledger, nothing is in the outbox.
async fn score(store: &Store, count: usize) {
    for _ in 0..count {
        let members = r#""score":612,"decision":"approve""#.to_owned();
        let entry = NewEntry { kind: "score", id: None, members, personal: None, score: None };
        let entry = entry.about(Whose::Reference("Jane Doe".into()), br#"{"name":"Jane Doe"}"#.to_vec());
        store.record(Change::entry(entry)).await.unwrap();
    }
}

/// What the follower of the ledger does from the beginning.
async fn follow(store: &Store) -> usize {
    hand_in(store, &store.entries_after(&Cursors::new(), 1_000).await.unwrap()).await.unwrap()
}

async fn until(store: &Store, endpoint: &Endpoint, is_so: impl Fn(&[Delivery]) -> bool) -> Vec<Delivery> {
    let reached = async {
        loop {
            let deliveries = store.deliveries(endpoint.id, None, 200).await.unwrap();
            if is_so(&deliveries) {
                return deliveries;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reached).await.expect("the state within 30 s")
}

fn all(state: DeliveryState) -> impl Fn(&[Delivery]) -> bool {
    move |deliveries| deliveries.iter().all(|delivery| delivery.state == state)
}

fn expected(secrets: &[Secret], call: &Call) -> String {
    let timestamp = call.header("webhook-timestamp").parse().unwrap();
    signature::sign(secrets, call.header("webhook-id"), timestamp, &call.body)
}

#[tokio::test]
async fn an_event_is_delivered_once_and_signed() {
    let folder = TempDir::new().unwrap();
    let (store, mut receiver) = (open(folder.path()).await, Receiver::taking().await);
    let (made, secret) = endpoint(&store, &receiver.url()).await;
    let app = app(&store, &[]);
    send(&app, Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    assert_eq!((follow(&store).await, follow(&store).await), (1, 0), "the follower may run twice");
    let call = receiver.next().await;
    assert_eq!(call.header("webhook-signature"), expected(&[secret], &call));
    assert_eq!(call.header("content-type"), "application/json");
    let body: serde_json::Value = serde_json::from_str(&call.body).unwrap();
    let position = body["data"]["position"]["sequence"].as_u64().unwrap();
    assert_eq!(call.header("webhook-id"), format!("evt_0_{position}"));
    assert_eq!((&body["type"], &body["data"]["score"]), (&"score.created".into(), &612.into()));
    assert!(!call.body.contains("Jane"), "{}", call.body);
    until(&store, &made, all(DeliveryState::Delivered)).await;
    follow(&store).await;
    assert!(receiver.is_quiet());
    let counted = r#"plimsoll_webhook_deliveries_total{outcome="delivered"} 1"#;
    while !app.metrics().encode().unwrap().contains(counted) {
        // Counted just after it is noted.
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn failures_are_tried_again_until_taken() {
    let folder = TempDir::new().unwrap();
    let answers = |n| match n {
        0 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        1 => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], "x".repeat(100_000)).into_response(),
        _ => StatusCode::OK.into_response(),
    };
    let (store, mut receiver) = (open(folder.path()).await, Receiver::answering(answers).await);
    let (made, _) = endpoint(&store, &receiver.url()).await;
    send(&app(&store, &[SOON]), Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    let calls = [receiver.next().await, receiver.next().await, receiver.next().await];
    assert!(calls.iter().all(|call| call.header("webhook-id") == calls[0].header("webhook-id")));
    let delivered = until(&store, &made, all(DeliveryState::Delivered)).await.remove(0);
    let (_, attempts) = store.delivery(made.id, delivered.id).await.unwrap();
    let log: Vec<_> = attempts.iter().map(|attempt| (attempt.number, attempt.status)).collect();
    assert_eq!(log, [(1, Some(500)), (2, Some(503)), (3, Some(200))]);
    assert!(attempts[2].time.micros() - attempts[1].time.micros() >= 900_000, "Retry-After was honoured");
    assert_eq!(store.webhook(made.id).await.unwrap().failing_since, None);
}

#[tokio::test]
async fn what_is_never_taken_is_given_up() {
    let folder = TempDir::new().unwrap();
    let (store, receiver) =
        (open(folder.path()).await, Receiver::answering(|_| Redirect::to("http://127.0.0.1:1/").into_response()).await);
    let (made, _) = endpoint(&store, &receiver.url()).await;
    let settings = [SOON, ("PLIMSOLL_WEBHOOK_DISABLE_AFTER", "1h")];
    send(&app(&store, &settings), Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    let dead = until(&store, &made, all(DeliveryState::Dead)).await.remove(0);
    assert_eq!((dead.attempts, dead.status), (4, Some(303)));
    assert!(dead.error.unwrap().contains("redirects are not followed"));
    assert!(store.webhook(made.id).await.unwrap().settings.enabled);
}

#[tokio::test]
async fn receivers_that_are_gone_or_fail_for_long_are_disabled() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let gone = Receiver::answering(|_| StatusCode::GONE.into_response()).await;
    let broken = Receiver::answering(|_| StatusCode::BAD_GATEWAY.into_response()).await;
    let (gone_one, _) = endpoint(&store, &gone.url()).await;
    let app_of = |after| app(&store, &[SOON, ("PLIMSOLL_WEBHOOK_DISABLE_AFTER", after)]);
    let first = app_of("1h");
    let sending = send(&first, Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    disabled(&store, &gone_one, "it answered 410 Gone").await;
    first.drain().begin();
    sending.await.unwrap();
    let (broken_one, _) = endpoint(&store, &broken.url()).await;
    send(&app_of("0"), Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    disabled(&store, &broken_one, "every call has failed for too long").await;
    let entries = store.entries_after(&Cursors::new(), 100).await.unwrap();
    let noted = entries.iter().filter(|entry| entry.body.contains(r#""action":"disabled""#)).count();
    assert_eq!(noted, 2, "each with an entry in the ledger");
}

async fn disabled(store: &Store, endpoint: &Endpoint, because: &str) {
    let reached = async {
        loop {
            let found = store.webhook(endpoint.id).await.unwrap();
            if !found.settings.enabled {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(30), reached).await.expect("disabled within 30 s");
    assert_eq!(found.disabled_because.as_deref(), Some(because));
}

#[tokio::test]
async fn nothing_is_lost_between_commit_and_delivery() {
    let folder = TempDir::new().unwrap();
    let mut receiver = Receiver::taking().await;
    // Killed after the commit, before the outbox was filled.
    let store = open(folder.path()).await;
    let (made, _) = endpoint(&store, &receiver.url()).await;
    score(&store, 1).await;
    drop(store);
    // Killed with deliveries taken and not sent: the claim is over by the time of the next start.
    let store = open(folder.path()).await;
    assert_eq!(follow(&store).await, 1);
    let now = Moment::now();
    assert_eq!(store.claim_deliveries(made.id, now, now, 10).await.unwrap().len(), 1);
    drop(store);
    let store = open(folder.path()).await;
    follow(&store).await;
    send(&app(&store, &[]), Arc::clone(&store)).unwrap();
    receiver.next().await;
    let delivered = until(&store, &made, all(DeliveryState::Delivered)).await;
    assert_eq!((delivered.len(), delivered[0].attempts), (1, 2));
    assert!(receiver.is_quiet(), "and nothing is sent twice");
}

#[tokio::test]
async fn what_was_recorded_while_nobody_sent_is_sent_later() {
    let folder = TempDir::new().unwrap();
    let (store, mut receiver) = (open(folder.path()).await, Receiver::taking().await);
    let (made, _) = endpoint(&store, &receiver.url()).await;
    for round in 1..=2 {
        // Each a service of its own over the same store, with scores recorded before and while it runs.
        score(&store, 3).await;
        let app = app(&store, &[]);
        let [following, sending] = start(&app, &store, &Followers::new(&app, Arc::clone(&store))).unwrap();
        score(&store, 2).await;
        for _ in 0..5 {
            receiver.next().await;
        }
        let delivered =
            |deliveries: &[Delivery]| deliveries.len() == 5 * round && all(DeliveryState::Delivered)(deliveries);
        until(&store, &made, delivered).await;
        app.drain().begin();
        following.await.unwrap();
        sending.await.unwrap();
    }
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn both_secrets_sign_while_they_overlap() {
    let folder = TempDir::new().unwrap();
    let (store, mut receiver) = (open(folder.path()).await, Receiver::taking().await);
    let (made, first) = endpoint(&store, &receiver.url()).await;
    let (_, second) = store.rotate_webhook("operator", made.id, 1, 3_600).await.unwrap();
    send(&app(&store, &[]), Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    let call = receiver.next().await;
    let header = call.header("webhook-signature").to_owned();
    assert_eq!(header.split(' ').count(), 2);
    assert_eq!(header, expected(&[second.clone(), first], &call));
    until(&store, &made, all(DeliveryState::Delivered)).await;
    store.rotate_webhook("operator", made.id, 2, 0).await.unwrap();
    score(&store, 1).await;
    follow(&store).await;
    assert_eq!(receiver.next().await.header("webhook-signature").split(' ').count(), 1, "the overlap is over");
}

#[tokio::test]
async fn a_slow_receiver_holds_up_no_other() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let slow = Receiver::at("127.0.0.1:0", 0, |_| StatusCode::OK.into_response()).await;
    let mut fast = Receiver::taking().await;
    let (slow_one, _) = endpoint(&store, &slow.url()).await;
    let (fast_one, _) = endpoint(&store, &fast.url()).await;
    send(&app(&store, &[("PLIMSOLL_WEBHOOK_TIMEOUT", "60s")]), Arc::clone(&store)).unwrap();
    score(&store, 20).await;
    follow(&store).await;
    for _ in 0..20 {
        fast.next().await;
    }
    until(&store, &fast_one, all(DeliveryState::Delivered)).await;
    let waiting = store.deliveries(slow_one.id, None, 200).await.unwrap();
    assert!(waiting.iter().all(|delivery| delivery.state == DeliveryState::Pending));
    slow.leave.add_permits(1_000);
    until(&store, &slow_one, all(DeliveryState::Delivered)).await;
    assert!(slow.most.load(Ordering::SeqCst) <= 4, "calls to one endpoint at once are bounded");
}

#[tokio::test]
async fn calls_that_lead_inside_are_not_made() {
    let folder = TempDir::new().unwrap();
    let (store, mut receiver) = (open(folder.path()).await, Receiver::taking().await);
    let port = receiver.address.port();
    // As if they had been set while more was allowed.
    let mut made = Vec::new();
    for host in ["127.0.0.1", "0x7f000001", "127.1", "localhost", "[::ffff:127.0.0.1]", "user:password@127.0.0.1"] {
        made.push(endpoint(&store, &format!("http://{host}:{port}/")).await.0);
    }
    let settings = [ONCE, ("PLIMSOLL_WEBHOOK_ALLOW_NETWORKS", ""), ("PLIMSOLL_WEBHOOK_DISABLE_AFTER", "1h")];
    send(&app(&store, &settings), Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    for endpoint in made {
        let dead = until(&store, &endpoint, all(DeliveryState::Dead)).await.remove(0);
        let error = dead.error.unwrap();
        assert!(error.contains("not a public address") || error.contains("user or password"), "{error}");
        assert!(!error.contains("user:password"), "{error}");
    }
    assert!(receiver.is_quiet());
}

/// Gives one address at first and another from then on.
struct Rebinding(AtomicUsize);

impl Lookup for Rebinding {
    fn addresses(&self, _: String) -> Addresses {
        let last = if self.0.fetch_add(1, Ordering::SeqCst) == 0 { 2 } else { 1 };
        Box::pin(async move { Ok(vec![IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))]) })
    }
}

#[tokio::test]
async fn a_name_that_turns_inside_is_not_followed() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let close = |_| (StatusCode::OK, [(CONNECTION, "close")]).into_response();
    let mut outside = Receiver::at("127.0.0.2:0", 100, close).await;
    let mut inside = Receiver::at(&format!("127.0.0.1:{}", outside.address.port()), 100, close).await;
    let url = format!("http://receiver.example:{}/", outside.address.port());
    let (made, _) = endpoint(&store, &url).await;
    let settings =
        [ONCE, ("PLIMSOLL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.2/32"), ("PLIMSOLL_WEBHOOK_DISABLE_AFTER", "1h")];
    send_with(&app(&store, &settings), Arc::clone(&store), Arc::new(Rebinding(AtomicUsize::new(0)))).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    outside.next().await;
    until(&store, &made, all(DeliveryState::Delivered)).await;
    score(&store, 1).await;
    follow(&store).await;
    let ended = |deliveries: &[Delivery]| deliveries.len() == 2 && deliveries[0].state == DeliveryState::Dead;
    let dead = until(&store, &made, ended).await.remove(0);
    assert!(dead.error.as_deref().is_some_and(|error| error.contains("127.0.0.1 is not a public")), "{:?}", dead.error);
    assert!(inside.is_quiet() && outside.is_quiet());
}

#[tokio::test]
async fn certificates_are_checked_against_known_authorities() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let mut receiver = Receiver::secured(cert.der().clone(), key).await;
    let (made, _) = endpoint(&store, &format!("https://localhost:{}/", receiver.address.port())).await;
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, cert.pem()).unwrap();
    // One that the system does not know is refused.
    let networks = ("PLIMSOLL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8, ::1/128");
    let first = app(&store, &[ONCE, networks, ("PLIMSOLL_WEBHOOK_DISABLE_AFTER", "1h")]);
    let sending = send(&first, Arc::clone(&store)).unwrap();
    score(&store, 1).await;
    follow(&store).await;
    let dead = until(&store, &made, all(DeliveryState::Dead)).await.remove(0);
    assert!(dead.error.as_deref().is_some_and(|error| error.contains("certificate")), "{:?}", dead.error);
    assert!(receiver.is_quiet());
    first.drain().begin();
    sending.await.unwrap();
    // Named in the file it is trusted; and what was given up can be sent again.
    let trusting = app(&store, &[ONCE, networks, ("PLIMSOLL_WEBHOOK_CA_FILE", file.to_str().unwrap())]);
    send(&trusting, Arc::clone(&store)).unwrap();
    store.retry_delivery(made.id, dead.id).await.unwrap();
    receiver.next().await;
    until(&store, &made, all(DeliveryState::Delivered)).await;
    let missing = app(&store, &[("PLIMSOLL_WEBHOOK_CA_FILE", "/nowhere/authorities.pem")]);
    let refused = send(&missing, Arc::clone(&store)).unwrap_err().to_string();
    assert!(refused.starts_with("PLIMSOLL_WEBHOOK_CA_FILE: cannot read"), "{refused}");
}
