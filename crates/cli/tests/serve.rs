//! `plimsoll serve`: a demonstration that works, stops in order, and goes on where it was.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod service;

use std::io::{Read, Write};

use service::{Service, demo, read, run};

#[test]
fn a_demonstration_scores_and_goes_on_after_a_restart() {
    let (_folder, data) = demo();
    let service = Service::start(&data, &["--demo"]);
    assert_eq!(service.get("/ready").status, 200);
    let page = service.get("/v1/scores?limit=200&decision=decline").json();
    assert!(page["data"].as_array().unwrap().len() == 200, "a quarter of 1,000 is declined");
    let (before, key) = (service.entries(), service.key().to_owned());

    let repeatable = "Idempotency-Key: once\r\n";
    let first = service.score("somebody", repeatable);
    assert_eq!(first.status, 201, "{}", first.body);
    assert!(!first.head.contains("idempotency-replayed"));
    assert!(!first.json()["reasons"].as_array().unwrap().is_empty());
    let again = service.score("somebody", repeatable);
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(service.entries(), before + 1);
    service.stop();

    let service = Service::start(&data, &["--demo"]);
    assert_eq!(service.key(), key, "the key goes on too");
    assert_eq!(service.entries(), before + 1, "nothing was scored again");
    let again = service.score("somebody", repeatable);
    assert_eq!((again.status, &again.body), (201, &first.body), "byte for byte, from what is on the disk");
    assert!(again.head.contains("idempotency-replayed: true"));
    service.stop();
}

#[test]
fn what_was_begun_before_sigterm_is_answered() {
    let (_folder, data) = demo();
    let service = Service::start(&data, &["--demo"]);
    let body = serde_json::json!({ "applicant": "late", "application": service.application() }).to_string();
    let mut stream = service.connect();
    stream.write_all(service.head("POST", "/v1/scores", body.len(), "Expect: 100-continue\r\n").as_bytes()).unwrap();
    // It says this once the request is in work.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    service.terminate();
    stream.write_all(body.as_bytes()).unwrap();
    let answer = read(stream);
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(service.ended(), Some(0));
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let service = Service::start(&data, &["--demo"]);
    assert_eq!(service.get(&format!("/v1/scores/{id}")).body, answer.body);
}

#[test]
fn one_process_serves_from_a_folder() {
    let (_folder, data) = demo();
    let _service = Service::start(&data, &["--demo"]);
    let (code, _, err) = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 1);
    assert!(err.contains("another process") && err.contains(&data.display().to_string()), "{err}");
}

#[test]
fn a_demonstration_keeps_out_of_a_folder_that_is_none() {
    let (_folder, data) = demo();
    std::fs::remove_file(data.join("demo-key")).unwrap();
    let (code, _, err) = run(&data, &["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 2);
    assert!(err.contains("no demonstration"), "{err}");
}

#[test]
fn an_operator_makes_keys_beside_a_service_that_runs() {
    let (_folder, data) = demo();
    let service = Service::start(&data, &["--demo"]);
    let (code, out, _) = run(&data, &["keys", "create", "origination", "--scope", "scores:read", "--json"]);
    assert_eq!(code, 0);
    let made: serde_json::Value = serde_json::from_str(&out).unwrap();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let ask = |key: &str, path: &str| {
        let mut stream = service.connect();
        let head = service.head("GET", path, 0, "").replace(service.key(), key);
        stream.write_all(head.as_bytes()).unwrap();
        read(stream).status
    };
    assert_eq!(ask(key, "/v1/scores"), 200);
    assert_eq!(ask(key, "/v1/ledger/heads"), 403, "a scope that it does not have");
    let (code, out, _) = run(&data, &["keys", "rotate", id, "--overlap", "0", "--json"]);
    assert_eq!(code, 0);
    let rotated: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_ne!(rotated["key"], made["key"]);
    assert_eq!(run(&data, &["keys", "revoke", id]).0, 0);
    let (_, out, _) = run(&data, &["keys", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    let state = listed.as_array().unwrap().iter().find(|key| key["id"] == id).unwrap()["state"].clone();
    assert_eq!(state, "revoked");
    assert_eq!(ask(rotated["key"].as_str().unwrap(), "/v1/scores"), 401);
    let (code, _, err) = run(&data, &["keys", "create", "x", "--scope", "scores:raed"]);
    assert!(code == 2 && err.contains("scores:read"), "{err}");
}
