//! Trainings: a table in, progress, a registered model with its report; cancelled, refused, and what is said of what fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use composed::{Service, until};
use http::Method;
use registered::{Answer, file, german};
use serde_json::{Value, json};

const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=b");

/// A form of a table and its settings.
fn form(table: &[u8], name: &str, settings: &Value) -> Vec<u8> {
    let mut form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"settings\"\r\n\r\n{settings}\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    form.extend_from_slice(table);
    form.extend_from_slice(b"\r\n--b--\r\n");
    form
}

async fn send(service: &Service, table: &[u8], settings: &Value) -> Answer {
    service.send(Method::POST, "/v1/trainings", &[FORM], form(table, "german.csv", settings)).await
}

async fn ended(service: &Service, id: &str) -> Value {
    let path = format!("/v1/trainings/{id}");
    until(async || {
        let training = service.get(&path).await.body;
        (training["state"] != "waiting" && training["state"] != "running").then_some(training)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_becomes_a_registered_model_with_its_report() {
    let (_place, service) = Service::start().await;
    let settings = json!({
        "name": "trained here", "target": "creditability", "bad": ["bad"], "exclude": ["telephone"],
        "protected": ["age_years"], "folds": 0, "bootstrap": 0, "seed": 7,
    });
    let begun = send(&service, &file("german-credit.csv"), &settings).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    assert_eq!(begun.header("location"), format!("/v1/trainings/{}", begun.id()));
    let training = ended(&service, &begun.id()).await;
    assert_eq!((&training["state"], &training["progress"]), (&json!("completed"), &json!(1.0)), "{training}");
    let model = training["model"].as_str().unwrap();
    let card = service.get(&format!("/v1/models/{model}")).await;
    assert_eq!(
        (&card.body["name"], &card.body["status"]),
        (&json!("trained here"), &json!("draft")),
        "it answers nothing"
    );
    assert_eq!(card.body["by"], training["by"]);
    let report = service.get(&format!("/v1/models/{model}/report")).await;
    assert_eq!((report.status, &report.body["model"]["content_hash"]), (200, &card.body["hash"]));
    assert_eq!((&report.body["split"]["seed"], &report.body["data"]["protected"]), (&json!(7), &json!(["age_years"])));
    let document = service.get(&format!("/v1/models/{model}/document")).await;
    let document = scorecard::from_json(&document.bytes).unwrap();
    assert!(document.fields.iter().all(|field| !["telephone", "age_years"].contains(&field.name.as_str())));

    let again = send(&service, &file("german-credit.csv"), &settings).await;
    let again = ended(&service, &again.id()).await;
    assert_eq!(again["model"], training["model"], "the same table, settings and seed are the same model");
    let (listed, _) = service.all("/v1/trainings?limit=1").await;
    let ids: Vec<&Value> = listed.iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&again["id"], &training["id"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_says_why_and_what_is_not_wanted_makes_no_model() {
    let (_place, service) = Service::start().await;
    let models = service.get("/v1/models").await.body["data"].as_array().unwrap().len();
    for (table, settings, said) in [
        ("a,bad\n1,0\n", json!({"name": "x", "target": "nowhere"}), "nowhere"),
        ("a,bad\n1,0\n2,1\n3\n", json!({"name": "x", "target": "bad"}), "line 4"),
        ("a,bad\n1,0\n2,1\n", json!({"name": "x", "target": "bad", "exclude": ["b"]}), "`b`"),
    ] {
        let begun = send(&service, table.as_bytes(), &settings).await;
        assert_eq!(begun.status, 202, "{begun:?}");
        let training = ended(&service, &begun.id()).await;
        assert_eq!(training["state"], "failed", "{training}");
        assert!(training["problem"].as_str().unwrap().contains(said), "{training}");
    }
    let long = json!({"name": "x", "target": "creditability", "bad": ["bad"], "bootstrap": 2000});
    let begun = send(&service, &file("german-credit.csv"), &long).await;
    let path = format!("/v1/trainings/{}", begun.id());
    let cancelled = service.send(Method::DELETE, &path, &[], Vec::new()).await;
    assert_eq!((cancelled.status, &cancelled.body["state"]), (200, &json!("cancelled")), "{cancelled:?}");
    assert_eq!(service.send(Method::DELETE, &path, &[], Vec::new()).await.status, 409);
    // Whatever was begun comes before the next, so that this one's end is the end of that one too.
    let after = send(&service, b"a,bad\n1,0\n", &json!({"name": "x", "target": "nowhere"})).await;
    ended(&service, &after.id()).await;
    assert_eq!(service.get("/v1/models").await.body["data"].as_array().unwrap().len(), models);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_and_settings_that_make_no_sense_are_refused() {
    let (_place, service) = Service::start().await;
    let refused = send(&service, b"a,bad\n1,0\n", &json!({"name": "x", "target": "bad", "folds": 21})).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!("/folds")), "{refused:?}");
    let refused = send(&service, b"a,bad\n1,0\n", &json!({"name": "x", "target": "bad", "sead": 1})).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let lines = form(b"{}", "a.ndjson", &json!({"name": "x", "target": "bad"}));
    assert_eq!(service.send(Method::POST, "/v1/trainings", &[FORM], lines).await.status, 415);
    let csv = [("content-type", "text/csv")];
    assert_eq!(service.send(Method::POST, "/v1/trainings", &csv, "a,b\n").await.status, 415);
    assert_eq!(service.send(Method::POST, "/v1/trainings", &[FORM], "--b--\r\n").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_looked_at_before() {
    let (_place, service) = Service::start().await;
    let csv = [("content-type", "text/csv")];
    let seen = service.send(Method::POST, "/v1/trainings/inspect", &csv, file("german-credit.csv")).await;
    assert_eq!((seen.status, &seen.body["rows"]), (200, &json!(1000)), "{seen:?}");
    assert_eq!(seen.body["outcomes"][0], "creditability");
    let columns = seen.body["columns"].as_array().unwrap();
    let target = columns.iter().find(|column| column["name"] == "creditability").unwrap();
    assert_eq!((&target["kind"], &target["values"]), (&json!("categorical"), &json!(["bad", "good"])));
    let refused = service.send(Method::POST, "/v1/trainings/inspect", &csv, "a,a\n1,2\n").await;
    assert!(refused.status == 422 && refused.body["detail"].as_str().unwrap().contains("two columns"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_comes_with_its_model_and_no_other() {
    let (_place, service) = Service::start().await;
    let model = service.get("/v1/models").await.body["data"][0].clone();
    let path = format!("/v1/models/{}/report", model["id"].as_str().unwrap());
    assert_eq!(service.get(&path).await.status, 404);
    let table = training::table::read_bytes(file("german-credit.csv"), "german", &Default::default()).unwrap();
    let mut options = training::train::TrainOptions::new("german-credit", "creditability");
    options.bad_values = vec!["bad".to_owned()];
    (options.bootstrap, options.folds) = (0, 0);
    let trained = training::train::train(&table, &options, &|_| {}).unwrap();
    assert_eq!(scorecard::to_json(trained.scorecard()), german(), "it is the model that is registered");
    let json = [("content-type", "application/json")];
    let mut report = serde_json::to_value(&trained.report).unwrap();
    let kept = service.send(Method::PUT, &path, &json, report.to_string()).await;
    assert_eq!(kept.status, 204, "{kept:?}");
    assert_eq!(service.get(&path).await.body, report);
    report["model"]["content_hash"] = json!("sha256:0");
    let refused = service.send(Method::PUT, &path, &json, report.to_string()).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!("/model/content_hash")));
}
