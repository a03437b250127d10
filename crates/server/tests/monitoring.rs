//! Monitoring: figures follow what is scored, and challengers score in the champion's shadow.
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod registered;

use std::time::Duration;

use registered::{Service, applications, german};
use serde_json::{Value, json};
use server::{followers::Followers, monitoring};
use store::{
    Moment,
    monitoring::{Of, day_of},
};

/// The answer at a path once it is as it should be.
async fn once(service: &Service, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    loop {
        let answer = service.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        if is_so(&answer.body) {
            return answer.body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_scored_is_counted_and_challenged() {
    let service = Service::start(&[]).await;
    monitoring::start(&service.app, &Followers::new(&service.app, service.store.clone())).unwrap();
    let (model, policy) = service.registered().await;
    let mut other: Value = serde_json::from_str(german()).unwrap();
    other["initial_score"] = json!(other["initial_score"].as_f64().unwrap_or(0.0) + 10.0);
    other["name"] = json!("ten-more");
    let challenger = service.post("/v1/models", other.to_string()).await;
    assert_eq!(challenger.status, 201, "{challenger:?}");
    let body = json!({"policy": policy}).to_string();
    assert_eq!(service.post(&format!("/v1/models/{model}/activate"), body).await.status, 200);
    let challenged = service.post(&format!("/v1/models/{}/challenge", challenger.id()), r#"{"share":100}"#).await;
    assert_eq!(challenged.status, 200, "{challenged:?}");
    assert_eq!(challenged.body["challengers"][0]["policy"]["id"], json!(policy), "the champion's");

    let all: Vec<Value> = applications()
        .into_iter()
        .enumerate()
        .take(300)
        .map(|(number, application)| json!({"applicant": format!("A-{number}"), "application": application}))
        .collect();
    let scored = service.post("/v1/scores:batch", json!({"applications": all}).to_string()).await;
    assert_eq!((scored.status, &scored.body["scored"]), (200, &json!(300)), "{}", scored.body["failed"]);

    let figures = once(&service, "/v1/monitoring", |body| body["whole"][0]["scores"] == 300).await;
    let whole = &figures["whole"][0];
    let decided: u64 = whole["decisions"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(decided, 300);
    // The applicants are those that the model was fitted on: nothing to speak of has shifted.
    assert!(whole["psi"]["index"].as_f64().unwrap() < 0.1, "{whole}");
    assert!(whole["csi"].as_array().unwrap().iter().all(|one| one["light"] == "green"), "{whole}");
    let bins = whole["psi"]["bins"].as_array().unwrap().iter();
    assert_eq!(bins.filter_map(|bin| bin["count"].as_f64()).sum::<f64>(), 300.0);

    let compared = once(&service, "/v1/monitoring/challengers", |body| body["data"][0]["scored"] == 300).await;
    let compared = &compared["data"][0];
    assert_eq!((&compared["failed"], &compared["mean_difference"]), (&json!(0), &json!(10.0)), "{compared}");
    assert!(compared["decisions"].as_array().unwrap().len() >= 2, "{compared}");
    assert_eq!(service.get("/v1/monitoring?from=2026-01-02&to=2026-01-01").await.status, 400);
    service.app.drain().give_up();
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_are_counted_by_attribute_and_reviews_by_both_decisions() {
    let service = Service::start(&[]).await;
    monitoring::start(&service.app, &Followers::new(&service.app, service.store.clone())).unwrap();
    let (model, policy) = service.registered().await;
    let body = json!({"policy": policy}).to_string();
    assert_eq!(service.post(&format!("/v1/models/{model}/activate"), body).await.status, 200);
    let all: Vec<Value> = applications()
        .into_iter()
        .enumerate()
        .take(100)
        .map(|(number, application)| json!({"applicant": format!("A-{number}"), "application": application}))
        .collect();
    let scored = service.post("/v1/scores:batch", json!({"applications": all}).to_string()).await;
    assert_eq!(scored.body["scored"], json!(100), "{}", scored.body["failed"]);
    let declined = service.get("/v1/scores?decision=decline&limit=1").await;
    let id = declined.body["data"][0]["id"].as_str().unwrap().to_owned();
    let review = json!({"decision": "approve", "reasons": [{"code": "X", "text": "A payslip came in."}]});
    let reviewed = service.post(&format!("/v1/scores/{id}/review"), review.to_string()).await;
    assert_eq!(reviewed.status, 201, "{reviewed:?}");

    let today = day_of(Moment::now());
    let sums = loop {
        let sums = service.store.monitoring_sums(today - 1, today, None).await.unwrap();
        if sums.keys().any(|cell| cell.of == Of::Reviewed(3, 1)) {
            break sums;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let sum =
        |is: &dyn Fn(Of) -> bool| sums.iter().filter(|(cell, _)| is(cell.of)).map(|(_, value)| value).sum::<f64>();
    let approved = sum(&|of| of == Of::Decision(1));
    assert!(approved > 0.0);
    assert_eq!(sum(&|of| matches!(of, Of::Approved(0, _))), approved, "each approval is of one attribute");
    assert_eq!(sum(&|of| matches!(of, Of::Attribute(0, _))), 100.0);
    assert_eq!(sum(&|of| matches!(of, Of::Reviewed(..))), 1.0);
    service.app.drain().give_up();
}
