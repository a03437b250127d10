//! The service's own keys: replaced when they have sealed enough, known to other instances at once, wrapped anew, moved to
//! another keyring.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use std::{sync::Arc, time::Duration};

use faces::{Place, both};
use store::{
    Change, FileKeyring, KeyLimits, Keyring, NewEntry, Rewrap, Store, StoreOptions, Successor, Whose, WriterOptions,
};

both!(
    a_key_that_sealed_enough_or_is_old_is_followed_by_another,
    another_instance_opens_what_a_key_wrapped_that_it_never_saw,
    keys_move_to_another_keyring_and_what_they_sealed_stays_readable
);

async fn score(store: &Store, reference: &str) {
    let entry = NewEntry { kind: "review", id: None, members: r#""score":612"#.into(), personal: None, score: None };
    let entry = entry.about(Whose::Reference(reference.to_owned()), reference.as_bytes().to_vec());
    store.record(Change::entry(entry)).await.unwrap();
}

async fn finds(store: &Store, reference: &str) -> bool {
    let found = store.applicant_by_reference(reference).await.unwrap();
    found.is_some_and(|found| found.reference.is_some_and(|found| found.as_str() == reference))
}

/// What the ledger says of the keys, as `event` and `cause`.
async fn said(store: &Store) -> Vec<String> {
    let mut said = Vec::new();
    for head in store.heads().await.unwrap() {
        for entry in store.entries_of(head.chain, 0, 1_000).await.unwrap() {
            let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
            if body["kind"] == "service_key" {
                let text = |member: &str| body[member].as_str().unwrap_or("-").to_owned();
                said.push(format!("{} {}", text("event"), text("cause")));
            }
        }
    }
    said
}

async fn a_key_that_sealed_enough_or_is_old_is_followed_by_another(place: Place) {
    let store = place.open().await;
    let limits = KeyLimits { seals: 3, ..KeyLimits::default() };
    let active = async || store.service_keys().await.unwrap().into_iter().find(|key| key.active).unwrap();
    let first = active().await;
    for number in 0..2 {
        score(&store, &format!("A-{number}")).await;
        score(&store, &format!("A-{number}")).await;
    }
    store.tend_keys(limits).await.unwrap();
    assert_eq!((active().await.id, active().await.seals), (first.id, 2), "a key a person, not a score");
    score(&store, "A-2").await;
    store.tend_keys(limits).await.unwrap();
    let second = active().await;
    assert_ne!(second.id, first.id);
    score(&store, "B-0").await;
    store.tend_keys(KeyLimits { age: Duration::ZERO, ..limits }).await.unwrap();
    assert_ne!(active().await.id, second.id);
    score(&store, "C-0").await;
    assert_eq!(said(&store).await, ["made seals", "made age"]);
    store.close().await;

    let store = place.open().await;
    for reference in ["A-0", "A-2", "B-0", "C-0"] {
        assert!(finds(&store, reference).await, "{reference}");
    }
    let keys = store.service_keys().await.unwrap();
    assert_eq!(keys.iter().map(|key| key.seals).collect::<Vec<_>>(), [3, 0, 0, 1, 1], "written down when it closed");
}

async fn another_instance_opens_what_a_key_wrapped_that_it_never_saw(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    score(&one, "A").await;
    one.renew_key().await.unwrap();
    score(&one, "B").await;
    let id = one.applicant_by_reference("B").await.unwrap().unwrap().id;
    assert!(finds(&other, "B").await && finds(&other, "A").await);
    assert_eq!(other.applicant(id).await.unwrap().reference.unwrap().as_str(), "B");
    // Whoever met it wraps with it too; and what it seals for B, the first opens.
    score(&other, "B").await;
    score(&other, "C").await;
    assert!(finds(&one, "C").await);
    let active = |keys: Vec<store::ServiceKey>| keys.into_iter().find(|key| key.active).unwrap().id;
    let (of_one, of_other) = (one.service_keys().await.unwrap(), other.service_keys().await.unwrap());
    assert_eq!(active(of_one), active(of_other));
}

async fn keys_move_to_another_keyring_and_what_they_sealed_stays_readable(place: Place) {
    let store = place.open().await;
    score(&store, "A").await;
    let former_key = store.public_key().unwrap();
    store.checkpoint().await.unwrap();
    store.close().await;

    let file = |name: &str| Arc::new(FileKeyring::open(&place.folder.path().join(name)).unwrap());
    let (former, present) = (file("keyring.json"), file("present.json"));
    let options = |keyring: Arc<dyn Keyring>| StoreOptions {
        database: place.database.clone(),
        keyring,
        writer: WriterOptions::default(),
    };
    let refused = Store::open(options(present.clone())).await.unwrap_err().to_string();
    assert!(refused.contains(former.name()) && refused.contains("keyring rewrap --from"), "{refused}");

    let both = Store::open(options(Arc::new(Successor::new(present.clone(), former)))).await.unwrap();
    // What is tended daily does it too.
    both.tend_keys(KeyLimits::default()).await.unwrap();
    assert_eq!(said(&both).await, ["rewrapped -"; 3]);
    assert!(both.rewrap_keys(Rewrap::Older(Duration::from_secs(60))).await.unwrap().is_empty());
    assert_eq!(both.rewrap_keys(Rewrap::All).await.unwrap().len(), 3);
    both.close().await;

    let store = Store::open(options(present)).await.unwrap();
    assert!(finds(&store, "A").await);
    let present_key = store.public_key().unwrap();
    assert_ne!(present_key, former_key);
    let checkpoint = store.checkpoint().await.unwrap();
    checkpoint.verify(&present_key).unwrap();
    assert!(store.service_keys().await.unwrap().iter().all(|key| key.wrapped > key.created));
    store.close().await;
    let audit = store::Audit::open(&place.database).await.unwrap();
    let audited = audit.verify(&[present_key.clone(), former_key]).await.unwrap();
    assert_eq!((audited.is_sound(), audited.signatures), (true, 2), "{:?}", audited.findings);
    assert!(!audit.verify(&[present_key]).await.unwrap().is_sound(), "the former key is needed for what it signed");
}
