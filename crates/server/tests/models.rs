//! Models and policies: registered, read, downloaded, validated.
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

mod registered;

use http::Method;
use registered::{Service, applications, file, german};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_registered_read_and_downloaded() {
    let service = Service::start(&[]).await;
    let made = service.post("/v1/models", german()).await;
    assert_eq!((made.status, &made.body["status"], &made.body["label"]), (201, &json!("draft"), &json!("1")));
    assert_eq!(made.header("location"), format!("/v1/models/{}", made.id()));
    assert_eq!(service.post("/v1/models", german()).await.status, 409, "the same content");
    let card = scorecard::from_json(german().as_bytes()).unwrap();
    assert_eq!(made.body["hash"], card.content_hash());

    let path = format!("/v1/models/{}", made.id());
    assert_eq!(service.get(&path).await.body["name"], "german-credit");
    let document = service.get(&format!("{path}/document")).await;
    assert_eq!(scorecard::from_json(&document.bytes).unwrap(), card);
    let pmml = service.get(&format!("{path}/document?format=pmml")).await;
    assert_eq!(scorecard::pmml::read(&pmml.bytes).unwrap().content_hash(), card.content_hash());
    let sql = service.get(&format!("{path}/document?format=sql&dialect=sqlite")).await;
    assert!(String::from_utf8(sql.bytes).unwrap().contains("SELECT"));
    assert_eq!(service.get(&format!("{path}/document?format=sql")).await.status, 400);
    assert_eq!(service.get(&format!("{path}/schema")).await.body, scorecard::input_schema(&card));
    let listed = service.get("/v1/models?limit=1").await;
    assert_eq!(listed.body["data"][0]["id"], made.body["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pmml_is_kept_as_it_came_and_faults_are_located() {
    let service = Service::start(&[]).await;
    let card = scorecard::from_json(german().as_bytes()).unwrap();
    let pmml = scorecard::pmml::write(&card).unwrap();
    let xml = [("content-type", "application/pmml+xml")];
    let made = service.send(&service.ann, Method::POST, "/v1/models?label=a", &xml, pmml.clone().into()).await;
    assert_eq!((made.status, &made.body["source"], &made.body["label"]), (201, &json!("pmml"), &json!("a")));
    let original = service.get(&format!("/v1/models/{}/document?format=original", made.id())).await;
    assert_eq!(original.bytes, pmml.as_bytes());
    let refused = service.send(&service.ann, Method::POST, "/v1/models", &xml, b"<PMML>\n<x></PMML>".to_vec()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body["detail"].as_str().unwrap().contains("line 2"), "{refused:?}");
    let mut wrong: serde_json::Value = serde_json::from_str(german()).unwrap();
    wrong["characteristics"][0]["attributes"][0]["points"] = json!({});
    let refused = service.post("/v1/models", wrong.to_string()).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["errors"][0]["pointer"], "/characteristics/0/attributes/0/points", "{refused:?}");
    let csv = [("content-type", "text/csv")];
    assert_eq!(service.send(&service.ann, Method::POST, "/v1/models", &csv, b"a,b".to_vec()).await.status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_upload_is_one() {
    let service = Service::start(&[]).await;
    let headers = [("content-type", "application/json"), ("idempotency-key", "one")];
    let first = service.send(&service.ann, Method::POST, "/v1/models", &headers, german().into()).await;
    let again = service.send(&service.ann, Method::POST, "/v1/models", &headers, german().into()).await;
    assert_eq!((first.status, again.status, first.id()), (201, 201, again.id()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_validated_on_a_sample() {
    let service = Service::start(&[]).await;
    let (model, _) = service.registered().await;
    let csv = [("content-type", "text/csv")];
    let path = format!("/v1/models/{model}/validate?target=creditability&bad=bad&bootstrap=0");
    let made = service.send(&service.ann, Method::POST, &path, &csv, file("german-credit.csv")).await;
    assert_eq!(made.status, 201, "{made:?}");
    let auc = made.body["figures"]["samples"][0]["measures"]["auc"]["value"].as_f64().unwrap();
    assert!((0.75..0.9).contains(&auc), "{auc}");
    let read = service.get(&format!("/v1/models/{model}")).await;
    assert_eq!(read.body["validations"][0]["figures"], made.body["figures"]);
    let path = format!("/v1/models/{model}/validate?target=nothing");
    assert_eq!(service.send(&service.ann, Method::POST, &path, &csv, file("german-credit.csv")).await.status, 422);
    let path = format!("/v1/models/{model}/validate?target=creditability");
    assert_eq!(service.send(&service.ann, Method::POST, &path, &csv, vec![0x1f, 0x8b, 8, 0]).await.status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_tried_before_it_decides() {
    let service = Service::start(&[]).await;
    let (model, policy) = service.registered().await;
    let mut few: Vec<_> = applications().into_iter().take(6).collect();
    few[5]["unknown"] = json!(1);
    let trial = json!({"model": model, "applications": few}).to_string();
    let tried = service.post(&format!("/v1/policies/{policy}/test"), trial).await;
    assert_eq!(tried.status, 200, "{tried:?}");
    let results = tried.body["results"].as_array().unwrap();
    assert_eq!(results.len(), 6);
    assert!(results.iter().take(5).all(|one| one["score"].is_number() && one["decision"].is_string()), "{tried:?}");
    assert!(results[5]["problem"].as_str().unwrap().contains("unknown"));
    let mut wrong: serde_json::Value = serde_json::from_slice(&file("german-credit.policy.json")).unwrap();
    wrong["rules"][0]["when"] = json!("no_such_field > 3");
    wrong["name"] = json!("wrong");
    let refused = service.post(&format!("/v1/policies?model={model}"), wrong.to_string()).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!("/rules")), "{refused:?}");
}
