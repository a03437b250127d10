//! The registry: what is in force changes one version at a time, by whom it may, and every change is in the ledger.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use std::sync::Arc;

use faces::{Place, both};
use scorecard::{Scorecard, policy::Decision, policy::Policy};
use store::{
    Actor, Conflict, Cursors, Error, NewApiKey, NewUser, Role, Store,
    ledger::Hash,
    registry::{Author, DocumentKind, NewDocument, Outcome, Registered, Status},
};

both!(
    a_document_is_registered_once_and_found_by_hash,
    a_model_comes_into_force_and_goes,
    of_two_activations_at_once_one_is_refused,
    nobody_approves_what_they_proposed,
    who_is_behind_a_key_is_found,
    proposals_are_read_page_by_page,
    a_proposal_stands_for_the_deployment_it_was_made_for,
    what_is_retired_stays_out_and_readable,
    validations_are_kept_beside_the_model,
    changes_are_in_the_ledger
);

fn author(by: &str) -> Author {
    Author::new(by)
}

fn new<'d>(author: &'d Author, label: Option<&str>) -> NewDocument<'d> {
    NewDocument { id: uuid::Uuid::now_v7(), label: label.map(ToOwned::to_owned), pmml: None, author, idempotency: None }
}

async fn model(store: &Store, name: &str) -> Registered {
    store.add_model(&Scorecard::named(name), new(&author("ann"), None)).await.unwrap()
}

async fn policy(store: &Store, name: &str) -> Registered {
    store.add_policy(&Policy::named(name, Decision::Refer), new(&author("ann"), None)).await.unwrap()
}

fn is_changed<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Conflict(Conflict::Changed)))
}

fn is_refused<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Conflict(Conflict::State(_))))
}

async fn a_document_is_registered_once_and_found_by_hash(place: Place) {
    let store = place.open().await;
    let by = author("ann");
    let card = Scorecard::named("card");
    let first = store.add_model(&card, NewDocument { pmml: Some(b"<PMML/>"), ..new(&by, None) }).await.unwrap();
    assert_eq!((first.label.as_str(), first.status), ("1", Status::Draft));
    assert_eq!(format!("sha256:{}", first.hash), card.content_hash());
    assert!(is_refused(store.add_model(&card, new(&by, Some("other"))).await), "the same content");
    let mut changed = card.clone();
    changed.description = "changed".to_owned();
    assert!(is_refused(store.add_model(&changed, new(&by, Some("1"))).await), "the same name and label");
    let second = store.add_model(&changed, new(&by, None)).await.unwrap();
    assert_eq!(second.label, "2");

    let text = store.document(DocumentKind::Model, first.hash).await.unwrap();
    assert_eq!(serde_json::to_string(&card).unwrap(), text);
    assert_eq!(store.original(first.id).await.unwrap().as_deref(), Some(&b"<PMML/>"[..]));
    assert_eq!(store.original(second.id).await.unwrap(), None);
    assert!(matches!(store.document(DocumentKind::Policy, first.hash).await, Err(Error::NotFound { .. })));
    assert!(matches!(store.document(DocumentKind::Model, Hash::ZERO).await, Err(Error::NotFound { .. })));

    let all = store.registered_list(DocumentKind::Model, None, 10).await.unwrap();
    assert_eq!(all, [second.clone(), first.clone()]);
    assert_eq!(store.registered_list(DocumentKind::Model, Some(second.id), 10).await.unwrap(), [first]);
    for name in ["", "a\0b", &"x".repeat(300)] {
        let refused = store.add_model(&Scorecard::named(name), new(&by, None)).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{name:?}");
    }
}

async fn a_model_comes_into_force_and_goes(place: Place) {
    let store = place.open().await;
    let (first, second, policy) = (model(&store, "a").await, model(&store, "b").await, policy(&store, "p").await);
    assert_eq!(store.deployment().await.unwrap().version, 0);
    let deployment = store.activate(first.id, Some(policy.id), Some(0), &author("ann")).await.unwrap();
    assert_eq!(deployment.version, 1);
    assert_eq!(store.deployment().await.unwrap(), deployment);
    assert_eq!(deployment.champion.unwrap().policy.unwrap().hash, policy.hash);
    assert!(is_refused(store.activate(first.id, Some(policy.id), None, &author("ann")).await), "nothing would change");

    assert!(is_refused(store.challenge(first.id, None, 10, None, &author("ann")).await), "it is the champion");
    assert!(matches!(store.challenge(second.id, None, 101, None, &author("ann")).await, Err(Error::Invalid(_))));
    store.challenge(second.id, None, 10, Some(1), &author("ann")).await.unwrap();
    let deployment = store.challenge(second.id, Some(policy.id), 50, Some(2), &author("ann")).await.unwrap();
    assert_eq!((deployment.challengers.len(), deployment.challengers[0].share), (1, 50));
    assert_eq!(store.registered(DocumentKind::Model, second.id).await.unwrap().status, Status::Challenger);
    assert_eq!(store.registered(DocumentKind::Policy, policy.id).await.unwrap().status, Status::Champion);

    let deployment = store.activate(second.id, Some(policy.id), Some(3), &author("ann")).await.unwrap();
    assert!(deployment.challengers.is_empty(), "a champion challenges nobody");
    assert_eq!(store.registered(DocumentKind::Model, first.id).await.unwrap().status, Status::Draft);
    assert!(matches!(store.stop_challenge(first.id, None, &author("ann")).await, Err(Error::NotFound { .. })));
    store.challenge(first.id, None, 1, None, &author("ann")).await.unwrap();
    assert!(store.stop_challenge(first.id, Some(5), &author("ann")).await.unwrap().challengers.is_empty());
    let past = store.deployments(None, 100).await.unwrap();
    assert_eq!(past.iter().map(|one| one.version).collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1]);
    assert_eq!(store.deployments(Some(3), 1).await.unwrap()[0].version, 2);
}

async fn of_two_activations_at_once_one_is_refused(place: Place) {
    let store = Arc::new(place.open().await);
    let other = match store.face() {
        store::Face::Postgres => Arc::new(place.open().await),
        store::Face::Sqlite => Arc::clone(&store),
    };
    let (first, second) = (model(&store, "a").await, model(&store, "b").await);
    for version in 0..10 {
        let by = author("ann");
        let (a, b) = tokio::join!(
            store.activate(if version % 2 == 0 { first.id } else { second.id }, None, Some(version), &by),
            other.activate(if version % 2 == 0 { first.id } else { second.id }, None, Some(version), &by),
        );
        let refusals = [is_changed(a), is_changed(b)];
        assert_eq!(refusals.iter().filter(|refused| **refused).count(), 1, "version {version}");
        assert_eq!(store.deployment_version().await.unwrap(), version + 1);
    }
}

async fn nobody_approves_what_they_proposed(place: Place) {
    let store = place.open().await;
    let model = model(&store, "a").await;
    let ann = author("key-1").behind("ann");
    let proposal = store.propose(model.id, None, Some(0), &ann).await.unwrap();
    assert_eq!(store.deployment_version().await.unwrap(), 0, "nothing changed yet");
    for same in [ann.clone(), author("key-2").behind("ann"), author("ann"), author("key-1")] {
        assert!(is_refused(store.approve(proposal.id, &same).await), "{same:?}");
    }
    let deployment = store.approve(proposal.id, &author("bob")).await.unwrap();
    assert_eq!(deployment.champion.unwrap().model.id, model.id);
    assert!(is_refused(store.approve(proposal.id, &author("bob")).await), "once");
    assert!(is_refused(store.reject(proposal.id, &author("bob")).await), "decided");
    let decided = store.proposal(proposal.id).await.unwrap();
    assert_eq!((decided.outcome, decided.decided.unwrap().0.as_str()), (Outcome::Approved, "bob"));
}

async fn who_is_behind_a_key_is_found(place: Place) {
    let store = place.open().await;
    let made_by = async |actor: Actor| {
        let new = NewApiKey { name: "key".to_owned(), scopes: vec!["models:activate".to_owned()], expires: None };
        Actor::Key(store.create_api_key(new, actor).await.unwrap().0.id)
    };
    let password = "tidal harbour ledger".to_owned().into();
    let new = NewUser { login: "ann".to_owned(), name: "Ann".to_owned(), role: Role::Administrator, password };
    let ann = Actor::User(store.create_user(new, Actor::Operator).await.unwrap().id);
    assert_eq!(store.author(ann).await.unwrap(), author(&ann.to_string()));
    let of_ann = made_by(ann).await;
    let of_her_key = made_by(of_ann).await;
    for key in [of_ann, of_her_key, made_by(of_her_key).await] {
        assert_eq!(store.author(key).await.unwrap(), author(&key.to_string()).behind(ann.to_string()));
    }
    let first = made_by(Actor::Operator).await;
    assert_eq!(store.author(first).await.unwrap(), author(&first.to_string()), "nobody is known behind it");
    let mut last = made_by(first).await;
    assert_eq!(store.author(last).await.unwrap(), author(&last.to_string()).behind(first.to_string()));
    for _ in 0..32 {
        last = made_by(last).await;
    }
    assert!(is_refused(store.author(last).await), "too long a row to tell");
    assert!(matches!(store.author(Actor::Key(uuid::Uuid::nil())).await, Err(Error::NotFound { .. })));
    for actor in [ann, first, Actor::Operator] {
        assert_eq!(Actor::parse(&actor.to_string()), Some(actor));
    }
    for other in ["", "key:", "key:1", "operators", "user"] {
        assert_eq!(Actor::parse(other), None, "{other}");
    }
}

async fn proposals_are_read_page_by_page(place: Place) {
    let store = place.open().await;
    let model = model(&store, "a").await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, store.propose(model.id, None, Some(0), &author("ann")).await.unwrap());
    }
    let first = store.proposals(None, 2).await.unwrap();
    assert_eq!(first, made[..2]);
    assert_eq!(store.proposals(Some(first[1].id), 2).await.unwrap(), made[2..]);
    assert!(store.proposals(Some(made[2].id), 2).await.unwrap().is_empty());
}

async fn a_proposal_stands_for_the_deployment_it_was_made_for(place: Place) {
    let store = place.open().await;
    let (first, second) = (model(&store, "a").await, model(&store, "b").await);
    let stale = store.propose(first.id, None, None, &author("ann")).await.unwrap();
    let rejected = store.propose(first.id, None, None, &author("ann")).await.unwrap();
    store.reject(rejected.id, &author("ann")).await.unwrap();
    assert!(is_refused(store.approve(rejected.id, &author("bob")).await));
    store.activate(second.id, None, None, &author("ann")).await.unwrap();
    assert!(is_refused(store.approve(stale.id, &author("bob")).await));
    let outcomes: Vec<_> = store.proposals(None, 100).await.unwrap().iter().map(|one| one.outcome).collect();
    assert_eq!(outcomes, [Outcome::Rejected, Outcome::Stale]);
    assert!(matches!(store.approve(first.id, &author("bob")).await, Err(Error::NotFound { .. })));
}

async fn what_is_retired_stays_out_and_readable(place: Place) {
    let store = place.open().await;
    let (first, second, policy) = (model(&store, "a").await, model(&store, "b").await, policy(&store, "p").await);
    store.activate(first.id, Some(policy.id), None, &author("ann")).await.unwrap();
    assert!(is_refused(store.retire(DocumentKind::Model, first.id, None, &author("ann")).await), "it answers");
    assert!(is_refused(store.retire(DocumentKind::Policy, policy.id, None, &author("ann")).await), "it answers");
    store.challenge(second.id, None, 5, None, &author("ann")).await.unwrap();
    assert!(is_refused(store.retire(DocumentKind::Model, second.id, None, &author("ann")).await), "it challenges");
    store.stop_challenge(second.id, None, &author("ann")).await.unwrap();
    let retired = store.retire(DocumentKind::Model, second.id, Some(3), &author("ann")).await.unwrap();
    assert_eq!(retired.status, Status::Retired);
    assert!(is_changed(store.activate(second.id, None, Some(3), &author("ann")).await), "retiring makes a version");
    assert!(is_refused(store.activate(second.id, None, None, &author("ann")).await));
    assert!(is_refused(store.challenge(second.id, None, 5, None, &author("ann")).await));
    assert!(is_refused(store.retire(DocumentKind::Model, second.id, None, &author("ann")).await));
    assert!(store.document(DocumentKind::Model, second.hash).await.is_ok());
}

async fn validations_are_kept_beside_the_model(place: Place) {
    let store = place.open().await;
    let model = model(&store, "a").await;
    for auc in [0.7, 0.8] {
        store.add_validation(model.id, serde_json::json!({"auc": auc}), &author("ann")).await.unwrap();
    }
    let kept: Vec<_> = store.validations(model.id).await.unwrap().into_iter().map(|one| one.figures).collect();
    assert_eq!(kept, [serde_json::json!({"auc": 0.8}), serde_json::json!({"auc": 0.7})]);
    let unknown = store.add_validation(uuid::Uuid::nil(), serde_json::json!({}), &author("ann")).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}

async fn changes_are_in_the_ledger(place: Place) {
    let store = place.open().await;
    let (model, policy) = (model(&store, "a").await, policy(&store, "p").await);
    let proposal = store.propose(model.id, Some(policy.id), None, &author("ann")).await.unwrap();
    store.approve(proposal.id, &author("bob")).await.unwrap();
    let entries = store.entries_after(&Cursors::new(), 100).await.unwrap();
    let bodies: Vec<serde_json::Value> = entries.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
    let kinds: Vec<_> = bodies.iter().map(|body| format!("{} {}", body["kind"], body["action"])).collect();
    let expected = [
        "\"model\" \"registered\"",
        "\"policy\" \"registered\"",
        "\"deployment\" \"proposed\"",
        "\"deployment\" \"activated\"",
    ];
    assert_eq!(kinds, expected);
    let last = bodies.last().unwrap();
    assert_eq!(last["champion"]["model"], model.hash.to_string());
    assert_eq!(last["champion"]["policy"], policy.hash.to_string());
    assert_eq!((&last["by"], &last["version"]), (&serde_json::json!("bob"), &serde_json::json!(1)));
}
