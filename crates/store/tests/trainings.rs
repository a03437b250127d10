//! Trainings and reports over both faces: followed to their end, ended by whoever may, never twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use faces::{Place, both};
use scorecard::Scorecard;
use serde_json::json;
use store::{
    Conflict, Error, Store, Training, TrainingState,
    ledger::Hash,
    registry::{Author, NewDocument, Registered},
};
use uuid::Uuid;

both!(
    a_training_is_followed_to_its_model,
    a_training_ends_once,
    what_a_dead_process_held_has_failed,
    a_report_takes_the_place_of_the_one_before,
);

async fn begun(store: &Store) -> Training {
    store.begin_training("user:1", "card", &json!({ "target": "bad" })).await.unwrap()
}

async fn model(store: &Store) -> Registered {
    let author = Author::new("user:1");
    let new = NewDocument { id: Uuid::now_v7(), label: None, pmml: None, author: &author, idempotency: None };
    store.add_model(&Scorecard::named("card"), new).await.unwrap()
}

async fn a_training_is_followed_to_its_model(place: Place) {
    let store = place.open().await;
    let (first, second) = (begun(&store).await, begun(&store).await);
    assert_eq!((first.state, first.progress, &first.settings["target"]), (TrainingState::Waiting, 0.0, &json!("bad")));
    assert!(store.training_goes_on(first.id, TrainingState::Running, "binning", 0.25).await.unwrap());
    let running = store.training(first.id).await.unwrap();
    assert_eq!((running.state, running.stage.as_str(), running.progress), (TrainingState::Running, "binning", 0.25));
    let model = model(&store).await;
    let done = store.complete_training(first.id, model.id, model.hash, "sha256:1").await.unwrap();
    assert_eq!((done.state, done.model, done.progress), (TrainingState::Completed, Some(model.id), 1.0));
    assert!(done.finished.is_some() && done.state.is_final());
    assert_eq!(store.training_of_model(model.id).await.unwrap().unwrap().id, first.id);
    let listed: Vec<Uuid> = store.trainings(None, 10).await.unwrap().iter().map(|one| one.id).collect();
    assert_eq!(listed, [second.id, first.id]);
    assert_eq!(store.trainings(Some(second.id), 10).await.unwrap().len(), 1);
    let told = store.entries_about(first.id).await.unwrap();
    assert!(told.len() == 2 && told[1].body.contains(&model.hash.to_string()), "{told:?}");
}

async fn a_training_ends_once(place: Place) {
    let store = place.open().await;
    let one = begun(&store).await;
    let ended = store.end_training(one.id, None, "user:2").await.unwrap();
    assert_eq!((ended.state, ended.problem), (TrainingState::Cancelled, None));
    assert!(!store.training_goes_on(one.id, TrainingState::Running, "binning", 0.5).await.unwrap());
    let again = store.end_training(one.id, Some("too late"), "service").await.unwrap_err();
    assert!(matches!(again, Error::Conflict(Conflict::State(_))), "{again}");
    let model = model(&store).await;
    let completed = store.complete_training(one.id, model.id, model.hash, "").await.unwrap_err();
    assert!(matches!(completed, Error::Conflict(_)), "{completed}");
    let none = store.end_training(Uuid::now_v7(), None, "user:2").await.unwrap_err();
    assert!(matches!(none, Error::NotFound { .. }), "{none}");
}

async fn what_a_dead_process_held_has_failed(place: Place) {
    let store = place.open().await;
    let (lives, dead) = (begun(&store).await, begun(&store).await);
    assert_eq!(store.end_abandoned_trainings(false).await.unwrap(), 0, "both were heard of a moment ago");
    let id = dead.id.simple().to_string();
    place.sql(&format!("UPDATE trainings SET held_until = 1 WHERE HEX(id)HEX = '{id}' RETURNING name")).await;
    assert_eq!(store.end_abandoned_trainings(false).await.unwrap(), 1);
    let failed = store.training(dead.id).await.unwrap();
    assert!(failed.state == TrainingState::Failed && failed.problem.unwrap().contains("send the file again"));
    assert_eq!(store.end_abandoned_trainings(true).await.unwrap(), 1, "nobody else serves from here");
    assert_eq!(store.training(lives.id).await.unwrap().state, TrainingState::Failed);
}

async fn a_report_takes_the_place_of_the_one_before(place: Place) {
    let store = place.open().await;
    let (model, author) = (model(&store).await, Author::new("user:1"));
    assert_eq!(store.model_report(model.id).await.unwrap(), None);
    for text in ["one", "two"] {
        let hash = Hash::of(&[text.as_bytes()]);
        let kept = store.put_model_report(model.id, hash, text.into(), &author).await.unwrap();
        assert_eq!(store.model_report(model.id).await.unwrap(), Some(kept));
    }
    let told = store.entries_about(model.id).await.unwrap();
    assert_eq!(told.iter().filter(|entry| entry.body.contains("\"reported\"")).count(), 2);
    let hash = Hash::of(&[b"x"]);
    let none = store.put_model_report(Uuid::now_v7(), hash, vec![], &author).await.unwrap_err();
    assert!(matches!(none, Error::NotFound { .. }), "{none}");
    let long = store.put_model_report(model.id, hash, vec![0; (8 << 20) + 1], &author).await.unwrap_err();
    assert!(matches!(long, Error::Invalid(_)), "{long}");
}
