//! What is in force: activation, challengers, four eyes, several instances.
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod registered;

use std::time::Duration;

use http::Method;
use registered::{Service, file};
use serde_json::json;
use server::{App, scoring::follow_deployment};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread")]
async fn a_model_answers_once_it_is_activated_and_is_retired_only_after() {
    let service = Service::start(&[]).await;
    let (model, policy) = service.registered().await;
    assert!(service.app.engines().champion().is_err(), "nothing is in force");
    let body = json!({"policy": policy}).to_string();
    let activated = service.post(&format!("/v1/models/{model}/activate"), body.clone()).await;
    assert_eq!(activated.status, 200, "{activated:?}");
    assert_eq!((activated.header("etag"), &activated.body["version"]), ("\"v1\"", &json!(1)));
    let engine = service.app.engines().champion().unwrap();
    assert_eq!(engine.model_hash, activated.body["champion"]["model"]["hash"].as_str().unwrap());

    let retired = service.post(&format!("/v1/models/{model}/retire"), Vec::new()).await;
    assert_eq!(retired.status, 409, "it answers");
    let stale = [JSON, ("if-match", "\"v0\"")];
    let path = format!("/v1/models/{model}/activate");
    let refused = service.send(&service.ann, Method::POST, &path, &stale, br#"{"policy":null}"#.to_vec()).await;
    assert_eq!(refused.status, 412, "{refused:?}");
    let current = [JSON, ("if-match", "\"v1\"")];
    let done = service.send(&service.ann, Method::POST, &path, &current, br#"{"policy":null}"#.to_vec()).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert!(service.app.engines().champion().unwrap().policy.is_none());
    assert_eq!(service.post(&format!("/v1/policies/{policy}/retire"), Vec::new()).await.status, 200);
    assert_eq!(service.post(&path, body).await.status, 409, "retired");
    let history = service.get("/v1/deployment/history?limit=2").await;
    assert_eq!(history.body["data"][0]["version"], 3);
    assert!(history.header("link").contains("cursor="));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_does_not_fit_is_refused_with_what_does_not() {
    let service = Service::start(&[]).await;
    let (model, _) = service.registered().await;
    let mut wrong: serde_json::Value = serde_json::from_slice(&file("german-credit.policy.json")).unwrap();
    wrong["rules"][0]["when"] = json!("no_such_field > 3");
    wrong["name"] = json!("wrong");
    let policy = service.post("/v1/policies", wrong.to_string()).await;
    assert_eq!(policy.status, 201, "{policy:?}");
    let body = json!({"policy": policy.id()}).to_string();
    let refused = service.post(&format!("/v1/models/{model}/activate"), body).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body["detail"].as_str().unwrap().contains("no_such_field"), "{refused:?}");
    assert_eq!(service.get("/v1/deployment").await.body["version"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_may_take_two_persons() {
    let service = Service::start(&[("PLIMSOLL_FOUR_EYES", "on")]).await;
    let (model, policy) = service.registered().await;
    let body = json!({"policy": policy}).to_string();
    let proposed = service.post(&format!("/v1/models/{model}/activate"), body).await;
    assert_eq!((proposed.status, &proposed.body["outcome"]), (202, &json!("open")), "{proposed:?}");
    assert!(service.app.engines().champion().is_err());
    let path = format!("/v1/deployment/proposals/{}/approve", proposed.id());
    assert_eq!(service.post(&path, Vec::new()).await.status, 409, "not by who proposed");
    let approved = service.send(&service.bob, Method::POST, &path, &[], Vec::new()).await;
    assert_eq!((approved.status, &approved.body["version"]), (200, &json!(1)), "{approved:?}");
    assert!(service.app.engines().champion().is_ok());
    assert_eq!(service.get("/v1/deployment/proposals").await.body["data"][0]["outcome"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_follows() {
    let service = Service::start(&[]).await;
    let (model, policy) = service.registered().await;
    let other = App::with_store(service.app.config().clone(), service.store.clone());
    follow_deployment(&other).await.unwrap();
    let body = json!({"policy": policy}).to_string();
    assert_eq!(service.post(&format!("/v1/models/{model}/activate"), body).await.status, 200);
    while other.engines().deployed().version == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let engine = other.engines().champion().unwrap();
    assert!(engine.policy.is_some(), "both or none");
    other.drain().give_up();
}
