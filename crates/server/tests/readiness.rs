//! `/ready` says whether there are store, keyring and model, and which is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use composed::{Place, Service};
use registered::{applications, german, key};
use serde_json::{Value, json};
use server::{api, compose};

/// An instance over a store without a model.
async fn fresh(settings: &[(&str, &str)]) -> (Place, Service) {
    let place = Place::new(settings);
    let composed = compose::compose(place.config()).await.unwrap();
    let key = key(composed.store()).await;
    (place, Service { router: api::router(&composed.app), composed, key })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_service_is_ready_once_its_first_model_is_in_force() {
    let (place, service) = fresh(&[]).await;
    let ready = service.get("/ready").await;
    assert_eq!((ready.status, &ready.body["status"]), (503, &json!("not ready")), "{ready:?}");
    assert_eq!((&ready.body["checks"]["store"], &ready.body["checks"]["keyring"]), (&json!("ok"), &json!("ok")));
    let why = ready.body["checks"]["model"].as_str().unwrap();
    assert!(why.contains("no model is in force") && why.contains("activate"), "{why}");
    assert_eq!(service.get("/health").await.status, 200, "it lives all the same");
    let refused = service.post("/v1/scores", &[], &json!({"application": applications()[0]})).await;
    assert_eq!((refused.status, &refused.body["type"]), (503, &json!("/problems/unavailable")), "{refused:?}");

    // The API takes the first model while it is not ready.
    let card: Value = serde_json::from_str(german()).unwrap();
    let model = service.post("/v1/models", &[], &card).await;
    let activated = service.post(&format!("/v1/models/{}/activate", model.id()), &[], &json!({"policy": null})).await;
    assert_eq!(activated.status, 200, "{activated:?}");
    let ready = service.get("/ready").await;
    assert_eq!((ready.status, &ready.body["checks"]["model"]), (200, &json!("ok")), "{ready:?}");
    assert_eq!(service.post("/v1/scores", &[], &json!({"application": applications()[0]})).await.status, 201);

    // And after a restart.
    let key = service.key.clone();
    service.composed.close().await;
    drop(service.router);
    assert_eq!(place.another(&key).await.get("/ready").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_balancer_lets_the_first_model_through_where_that_is_set() {
    let (_place, service) = fresh(&[("PLIMSOLL_READY_WITHOUT_MODEL", "yes")]).await;
    let ready = service.get("/ready").await;
    assert_eq!((ready.status, &ready.body["checks"]["model"]), (200, &json!("ok")), "{ready:?}");
    service.store().close().await;
    let ready = service.get("/ready").await;
    assert_eq!(ready.status, 503, "not without a store: {ready:?}");
    assert_ne!(ready.body["checks"]["store"], "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_serves_no_api_needs_no_model() {
    let (_place, service) = fresh(&[("PLIMSOLL_ROLE", "console")]).await;
    let ready = service.get("/ready").await;
    assert_eq!((ready.status, ready.body["checks"].get("model")), (200, None), "{ready:?}");
}
