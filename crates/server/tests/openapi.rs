//! The API's document: what the code says is what is committed, and nothing a client relies on has gone.

#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

#[path = "openapi/compatibility.rs"]
mod compatibility;

use std::path::{Path, PathBuf};

use serde_json::Value;

const COMMITTED: &str = "openapi.json";
const RELEASED: &str = "openapi.released.json";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn generated() -> Value {
    serde_json::to_value(server::api::document()).expect("a document")
}

#[test]
fn the_committed_document_is_what_the_code_says() {
    let generated = generated();
    if std::env::var_os("PLIMSOLL_UPDATE_OPENAPI").is_some_and(|v| v == "1") {
        let text = serde_json::to_string_pretty(&generated).expect("JSON");
        std::fs::write(file(COMMITTED), text + "\n").expect("written");
    }
    let committed = read(COMMITTED);
    let differing: Vec<String> = differences(&committed, &generated, String::new());
    assert!(
        differing.is_empty(),
        "crates/server/{COMMITTED} is not what the code says:\n{}\n\
         If that is meant: PLIMSOLL_UPDATE_OPENAPI=1 cargo test -p plimsoll-server --test openapi, and review the change.",
        differing.join("\n")
    );
}

#[test]
fn nothing_released_is_broken() {
    let broken = compatibility::breaks(&read(RELEASED), &generated());
    assert!(
        broken.is_empty(),
        "clients of the last release break:\n{}\n\
         Keep what was there, or release a new major version and copy {COMMITTED} over {RELEASED}.",
        broken.join("\n")
    );
}

#[test]
fn the_document_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let document = generated();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["license"]["identifier"], "Apache-2.0");
    for scheme in ["api_key", "api_key_header", "session"] {
        assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
    }
    each(&document, &mut |value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            assert!(target.is_some(), "{reference} leads nowhere");
        }
    });
}

#[test]
fn every_operation_has_a_name_a_summary_and_a_problem() {
    let document = generated();
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(!name.is_empty() && names.insert(name), "{method} {path}: the name {name:?} is missing or taken");
            assert!(operation["summary"].is_string(), "{method} {path} has no summary");
            assert!(operation["responses"]["default"].is_object(), "{method} {path} has no problem");
        }
    }
}

fn each(value: &Value, visit: &mut impl FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(values) => values.iter().for_each(|value| each(value, visit)),
        Value::Object(fields) => fields.values().for_each(|value| each(value, visit)),
        _ => {}
    }
}

/// Where two documents differ, as JSON pointers.
fn differences(old: &Value, new: &Value, at: String) -> Vec<String> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            let field = |name: &String| {
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                match (old.get(name), new.get(name)) {
                    (Some(old), Some(new)) => differences(old, new, at),
                    (Some(_), None) => vec![format!("- {at}")],
                    _ => vec![format!("+ {at}")],
                }
            };
            names.into_iter().flat_map(field).collect()
        }
        _ if old == new => Vec::new(),
        _ => vec![format!("~ {at}: {old} is now {new}")],
    }
}
