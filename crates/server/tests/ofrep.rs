//! OFREP: as its document has it, and with a real OpenFeature client.

mod catalogue;

use std::path::Path;
use std::process::Stdio;

use catalogue::Service;
use serde_json::{Value, json};

async fn with_flags() -> Service {
    let service = Service::start().await;
    for (name, body) in [
        ("always", r#"{"state":"on"}"#),
        ("never", r#"{"state":"off"}"#),
        ("some", r#"{"state":"percentage","percentage":50}"#),
    ] {
        assert_eq!(service.ask("PUT", &format!("/v1/flags/{name}"), &[], body).await.status, 201);
    }
    service
}

const ONE: &str = "/ofrep/v1/evaluate/flags";

#[tokio::test]
async fn a_flag_is_evaluated() {
    let service = with_flags().await;
    let always = service.post(&format!("{ONE}/always"), "{}").await;
    let expected =
        json!({"key": "always", "value": true, "reason": "STATIC", "variant": "on", "metadata": {"version": 1}});
    assert_eq!((always.status, always.json()), (200, expected));
    let mut on = 0;
    for number in 0..100 {
        let body = format!(r#"{{"context":{{"targetingKey":"A-{number}","age":3}}}}"#);
        let (first, again) =
            (service.post(&format!("{ONE}/some"), &body).await, service.post(&format!("{ONE}/some"), &body).await);
        assert_eq!((first.status, &first.body), (200, &again.body));
        assert_eq!(first.json()["reason"], "SPLIT");
        on += usize::from(first.json()["value"] == true);
    }
    assert!((30..=70).contains(&on), "{on}");
}

#[tokio::test]
async fn errors_are_the_protocols() {
    let service = with_flags().await;
    for (key, body, status, code) in [
        ("none", "{}", 404, "FLAG_NOT_FOUND"),
        ("Not%20a%20Name", "{}", 404, "FLAG_NOT_FOUND"),
        ("some", "{}", 400, "TARGETING_KEY_MISSING"),
        ("some", r#"{"context":{"targetingKey":""}}"#, 400, "TARGETING_KEY_MISSING"),
        ("some", "{", 400, "PARSE_ERROR"),
        ("some", "[]", 400, "PARSE_ERROR"),
        ("some", r#"{"context":[]}"#, 400, "INVALID_CONTEXT"),
        ("some", r#"{"context":{"targetingKey":7}}"#, 400, "INVALID_CONTEXT"),
    ] {
        let answer = service.post(&format!("{ONE}/{key}"), body).await;
        assert_eq!((answer.status, answer.json()["errorCode"].as_str()), (status, Some(code)), "{key} {body}");
        assert_eq!(answer.json()["key"], key.replace("%20", " "));
    }
    let bulk = service.post(ONE, "{").await;
    assert_eq!(
        (bulk.status, bulk.json()["errorCode"].as_str(), bulk.json().get("key")),
        (400, Some("PARSE_ERROR"), None)
    );
}

#[tokio::test]
async fn all_are_evaluated_and_not_sent_again() {
    let service = with_flags().await;
    let body = r#"{"context":{"targetingKey":"A-1"}}"#;
    let all = service.post(ONE, body).await;
    let keys: Vec<Value> = all.json()["flags"].as_array().unwrap().iter().map(|flag| flag["key"].clone()).collect();
    assert_eq!(keys, ["always", "never", "some"]);
    let tag = all.header("etag").to_owned();
    let known = service.ask("POST", ONE, &[("if-none-match", &tag)], body).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    service.ask("PUT", "/v1/flags/never", &[("if-match", "*")], r#"{"state":"on"}"#).await;
    assert_eq!(service.ask("POST", ONE, &[("if-none-match", &tag)], body).await.status, 200);
    let nobody = service.post(ONE, "{}").await.json();
    assert_eq!(nobody["flags"][2]["errorCode"], "TARGETING_KEY_MISSING", "one fails, the others do not");
    let configuration = service.get("/ofrep/v1/configuration").await;
    assert_eq!(configuration.json()["capabilities"]["flagEvaluation"]["supportedTypes"], json!(["boolean"]));
    let tag = configuration.header("etag").to_owned();
    assert_eq!(service.ask("GET", "/ofrep/v1/configuration", &[("if-none-match", &tag)], "").await.status, 304);
}

/// The OpenFeature SDK for Python with its OFREP provider, from `cargo xtask setup`.
#[tokio::test(flavor = "multi_thread")]
async fn an_openfeature_client_reads_flags() {
    let service = with_flags().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = service.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("../../target/peers/bin/python");
    assert!(python.exists(), "no {}: run `cargo xtask setup`", python.display());
    let client = tokio::task::spawn_blocking(move || {
        let mut client = std::process::Command::new(python);
        client.arg(root.join("tests/ofrep/client.py")).arg(format!("http://{address}")).stdin(Stdio::null());
        client.output().unwrap()
    });
    let output = client.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    let detail = |flag: &str| (seen[flag]["value"].clone(), seen[flag]["reason"].clone(), seen[flag]["error"].clone());
    assert_eq!(detail("always"), (json!(true), json!("STATIC"), Value::Null));
    assert_eq!(detail("never"), (json!(false), json!("STATIC"), Value::Null));
    assert_eq!(detail("none"), (json!(true), json!("ERROR"), json!("FLAG_NOT_FOUND")));
    assert_eq!(detail("some without a key"), (json!(true), json!("ERROR"), json!("TARGETING_KEY_MISSING")));
    let flag = service.store.flag("some").await.unwrap();
    for key in ["A-1", "A-2", "A-3", "A-4"] {
        let seen = &seen[format!("some for {key}")];
        assert_eq!((&seen["value"], &seen["reason"]), (&json!(flag.is_on(Some(key))), &json!("SPLIT")), "{key}");
    }
}
