//! Batches: a file in, progress, a result for each of its rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod parquet_file;
mod registered;

use std::collections::{BTreeMap, BTreeSet};

use composed::{Service, until};
use http::Method;
use registered::{Answer, applications, file, key_with, send};
use serde_json::{Value, json};
use server::access::Scope;

const CSV: (&str, &str) = ("content-type", "text/csv");
const NDJSON: (&str, &str) = ("content-type", "application/x-ndjson");
const PARQUET: (&str, &str) = ("content-type", "application/vnd.apache.parquet");

async fn submit(service: &Service, query: &str, format: (&str, &str), body: impl Into<Vec<u8>>) -> Answer {
    let answer = service.send(Method::POST, &format!("/v1/batches{query}"), &[format], body).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.header("location"), format!("/v1/batches/{}", answer.id()));
    answer
}

/// Waits for a batch to end; on the way, its progress never falls.
async fn ended(service: &Service, id: &str) -> Value {
    let last = std::sync::Mutex::new(0.0);
    let path = format!("/v1/batches/{id}");
    until(async || {
        let batch = service.get(&path).await.body;
        let progress = batch["progress"].as_f64().unwrap();
        let mut last = last.lock().unwrap();
        assert!((*last..=1.0).contains(&progress), "{batch} after {last}");
        *last = progress;
        (batch["state"] != "running" && batch["state"] != "receiving").then_some(batch)
    })
    .await
}

async fn results(service: &Service, id: &str) -> Vec<Value> {
    let answer = service.get(&format!("/v1/batches/{id}/results")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    answer
        .bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

/// Score and decision of every score that is on record, by id.
async fn scores(service: &Service) -> BTreeMap<String, (Value, Value)> {
    let (all, _) = service.all("/v1/scores?limit=200").await;
    let of = |score: &Value| (score["score"].clone(), score["decision"].clone());
    all.iter().map(|score| (score["id"].as_str().unwrap().to_owned(), of(score))).collect()
}

/// German Credit as lines of JSON, each with a reference.
fn lines(count: usize) -> String {
    let mut text = String::new();
    for (number, mut application) in applications().into_iter().take(count).enumerate() {
        application["customer"] = json!(format!("c-{number}"));
        text.push_str(&application.to_string());
        text.push('\n');
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_gives_each_row_the_score_that_it_has_by_itself() {
    let (_place, service) = Service::start().await;
    let formats =
        [(CSV, file("german-credit.csv")), (NDJSON, lines(1_000).into_bytes()), (PARQUET, parquet_file::german())];
    let mut outcomes = Vec::new();
    for (format, body) in formats {
        let batch = submit(&service, "", format, body).await;
        let batch = ended(&service, &batch.id()).await;
        let counts = ["applications", "scored", "failed"].map(|name| batch[name].as_u64().unwrap());
        assert_eq!((&batch["state"], counts), (&json!("completed"), [1_000, 1_000, 0]), "{batch}");
        assert_eq!(batch["progress"], 1.0);
        let results = results(&service, batch["id"].as_str().unwrap()).await;
        let recorded = scores(&service).await;
        let of = |result: &Value| {
            assert_eq!(result["status"], 201, "{result}");
            recorded[result["id"].as_str().unwrap()].clone()
        };
        outcomes.push(results.iter().map(of).collect::<Vec<_>>());
        let lines: BTreeSet<u64> = results.iter().map(|result| result["line"].as_u64().unwrap()).collect();
        assert_eq!(lines.len(), 1_000, "each row once");
    }
    assert!(outcomes[0] == outcomes[1] && outcomes[0] == outcomes[2], "the formats agree, row by row");
    let alone = service.post("/v1/scores", &[], &json!({"application": applications()[7]})).await;
    assert_eq!((&alone.body["score"], &alone.body["decision"]), (&outcomes[0][7].0, &outcomes[0][7].1));
    assert_eq!(scores(&service).await.len(), 3_001, "each row of each file once");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_at_fault_have_their_own_results_and_the_others_are_scored() {
    let (_place, service) = Service::start().await;
    let mut text = lines(3);
    let mut wrong = applications()[3].clone();
    wrong["age_years"] = json!("old");
    text.push_str(&format!("{wrong}\nno JSON\n{}\n", applications()[4]));
    let batch = submit(&service, "?reference=customer", NDJSON, text).await;
    let batch = ended(&service, &batch.id()).await;
    let counts = ["applications", "scored", "failed"].map(|name| batch[name].as_u64().unwrap());
    assert_eq!((&batch["state"], counts), (&json!("completed"), [6, 4, 2]), "{batch}");
    let mut results = results(&service, batch["id"].as_str().unwrap()).await;
    results.sort_by_key(|result| result["line"].as_u64().unwrap());
    let of = |result: &Value| (result["line"].as_u64().unwrap(), result["status"].as_u64().unwrap());
    assert_eq!(
        results.iter().map(of).collect::<Vec<_>>(),
        [(1, 201), (2, 201), (3, 201), (4, 422), (5, 422), (6, 201)]
    );
    for (only, expected) in [("scored", "201"), ("failed", "422")] {
        let part = service.get(&format!("/v1/batches/{}/results?only={only}", batch["id"].as_str().unwrap())).await;
        let text = String::from_utf8(part.bytes).unwrap();
        let (count, status) = (if only == "scored" { 4 } else { 2 }, format!("\"status\":{expected}"));
        assert_eq!((text.lines().count(), text.matches(&status).count()), (count, count), "{text}");
    }
    assert_eq!(results[3]["errors"][0]["pointer"], "/application/age_years", "{}", results[3]);
    assert!(!results[4]["errors"][0]["detail"].as_str().unwrap().is_empty());
    let found = service.get("/v1/scores?applicant=c-1").await;
    assert_eq!(found.body["data"][0]["id"], results[1]["id"], "found by the reference in the file");

    // A file of nothing but faults is done at once.
    let batch = submit(&service, "", NDJSON, "no JSON\n").await;
    assert_eq!((&batch.body["state"], &batch.body["failed"]), (&json!("completed"), &json!(1)), "{batch:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_cancelled_once_and_what_was_scored_stays() {
    let (_place, service) = Service::start().await;
    let mut text = String::new();
    for _ in 0..20 {
        text.push_str(&lines(1_000));
    }
    let batch = submit(&service, "", NDJSON, text).await;
    let path = format!("/v1/batches/{}", batch.id());
    let begun = async || (service.get(&path).await.body["scored"].as_u64().unwrap() > 0).then_some(());
    until(begun).await;
    let cancelled = service.send(Method::DELETE, &path, &[], "").await;
    assert_eq!((cancelled.status, &cancelled.body["state"]), (200, &json!("cancelled")), "{cancelled:?}");
    let scored = cancelled.body["scored"].as_u64().unwrap();
    assert!((1..20_000).contains(&scored), "it was in the middle: {cancelled:?}");
    assert_eq!(service.send(Method::DELETE, &path, &[], "").await.status, 409, "once");
    let results = results(&service, &batch.id()).await;
    assert_eq!(results.len() as u64, scored);
    // A batch that is sent later is done: the cancelled one holds nobody up.
    let later = submit(&service, "", NDJSON, lines(1)).await;
    assert_eq!(ended(&service, &later.id()).await["scored"], 1);
    let recorded = scores(&service).await;
    assert!(results.iter().all(|result| recorded.contains_key(result["id"].as_str().unwrap())));
    assert_eq!(service.get(&path).await.body["scored"], scored, "nothing more was added");
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_listed_in_pages_and_refused_clearly() {
    let (_place, service) = Service::start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.insert(0, submit(&service, "", NDJSON, lines(1)).await.id());
    }
    let (all, pages) = service.all("/v1/batches?limit=2").await;
    let listed: Vec<&str> = all.iter().map(|batch| batch["id"].as_str().unwrap()).collect();
    assert_eq!((listed, pages), (ids.iter().map(String::as_str).collect(), 2));

    let refused = service.send(Method::POST, "/v1/batches", &[("content-type", "text/html")], "x").await;
    assert_eq!(refused.status, 415, "{refused:?}");
    let refused = service.send(Method::POST, "/v1/batches", &[CSV], "a,b\n1,2\n").await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(service.get("/v1/batches?limit=1").await.body["data"][0]["state"], "failed", "on record as such");
    let nowhere = "/v1/batches/00000000-0000-7000-8000-000000000001";
    for (method, path) in [
        (Method::GET, nowhere.to_owned()),
        (Method::DELETE, nowhere.to_owned()),
        (Method::GET, format!("{nowhere}/results")),
    ] {
        assert_eq!(service.send(method, &path, &[], "").await.status, 404);
    }
    let reader = key_with(service.store(), [Scope::BatchesRead]).await;
    let asked = send(&service.router, &reader, Method::POST, "/v1/batches", &[CSV], file("german-credit.csv")).await;
    assert_eq!(asked.status, 403);
    let path = format!("/api/v1/batches/{}", ids[0]);
    assert_eq!(send(&service.router, &reader, Method::GET, &path, &[], Vec::new()).await.status, 200);
    let under = service.send(Method::POST, "/api/v1/batches", &[NDJSON], lines(1)).await;
    assert_eq!(under.header("location"), format!("/api/v1/batches/{}", under.id()), "where it was asked");
}
