//! `plimsoll ledger`: what was altered is found, and where; a proof proves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod service;

use std::path::Path;

use serde_json::Value as Json;
use service::{Service, demo, run};
use sqlx::{Connection, SqliteConnection};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Does something to the database behind the service's back.
fn tamper(data: &Path, sql: &'static str) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let url = format!("sqlite://{}", data.join("plimsoll.db").display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        assert!(sqlx::raw_sql(sql).execute(&mut connection).await.unwrap().rows_affected() > 0, "{sql}");
        connection.close().await.unwrap();
    });
}

#[test]
fn every_flipped_bit_of_a_copy_is_found_where_it_is() {
    let (folder, data) = demo();
    let copy = folder.path().join("ledger.ndjson");
    let service = Service::start(&data, &["--demo"]);
    let key = service.get("/v1/ledger/keys").json()["keys"][0]["key"].as_str().unwrap().to_owned();
    let (code, out, _) = run(&data, &["ledger", "export", "--json", "--out", copy.to_str().unwrap()]);
    assert_eq!(code, 0, "while it serves");
    assert_eq!(json(&out)["entries"], service.entries());
    service.stop();

    let verify = |key: &str| {
        let output = std::process::Command::new(assert_cmd::cargo::cargo_bin("plimsoll"))
            .args(["ledger", "verify", copy.to_str().unwrap(), "--json", "--key", key])
            .output()
            .unwrap();
        (output.status.code().unwrap(), json(&String::from_utf8(output.stdout).unwrap()))
    };
    let (code, report) = verify(&key);
    assert_eq!((code, report["issues"].as_array().unwrap().len()), (0, 0));
    assert!(report["signatures"].as_u64().unwrap() >= 1);

    let whole = std::fs::read(&copy).unwrap();
    let at = whole.windows(14).position(|window| window == b"\"sequence\":500").unwrap() + 200;
    let mut altered = whole.clone();
    altered[at] ^= 1;
    std::fs::write(&copy, altered).unwrap();
    let (code, report) = verify(&key);
    assert_eq!(code, 6);
    assert_eq!((&report["issues"][0]["kind"], &report["issues"][0]["sequence"]), (&"body_altered".into(), &500.into()));

    std::fs::write(&copy, &whole).unwrap();
    let (code, report) = verify("ed25519:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_eq!((code, &report["issues"][0]["kind"]), (6, &"checkpoint_signature".into()));
}

#[test]
fn altered_rows_of_a_database_are_found() {
    let (_folder, data) = demo();
    let verify = || {
        let (code, out, err) = run(&data, &["ledger", "verify", "--json"]);
        assert!(err.is_empty(), "{err}");
        (code, json(&out))
    };
    let (code, sound) = verify();
    assert_eq!((code, &sound["scores"], &sound["sound"]), (0, &1000.into(), &true.into()));

    tamper(
        &data,
        "UPDATE scores SET decision = 1 WHERE position = (SELECT MAX(position) FROM scores WHERE decision = 3)",
    );
    let (code, report) = verify();
    assert_eq!((code, &report["found"]), (6, &1.into()));
    let place = report["findings"][0]["place"].as_str().unwrap();
    assert!(place.starts_with("score ") && place.contains("chain 0, entry "), "{place}");

    tamper(&data, "DELETE FROM scores WHERE position = 700");
    tamper(
        &data,
        "UPDATE entries SET body = CAST(REPLACE(CAST(body AS TEXT), '\"odds\"', '\"odd5\"') AS BLOB) WHERE position = 600",
    );
    let (code, report) = verify();
    let found = report["findings"].to_string();
    assert_eq!((code, &report["found"]), (6, &3.into()), "{found}");
    assert!(found.contains("chain 0, entry 600") && found.contains("entry 700"), "{found}");

    tamper(&data, "DELETE FROM entries WHERE position = 650");
    let found = verify().1["findings"].to_string();
    assert!(
        found.contains("chain 0, entry 651: 1 entries before it are missing")
            || found.contains("entries before it are missing"),
        "{found}"
    );
}

#[test]
fn scores_come_out_the_same_again() {
    let (_folder, data) = demo();
    let (code, out, _) = run(&data, &["ledger", "verify", "--replay", "--json"]);
    let replayed = &json(&out)["replayed"];
    assert_eq!((code, &replayed["same"], &replayed["different"]), (0, &1000.into(), &0.into()));
}

#[test]
fn a_proof_proves_and_an_altered_one_does_not() {
    let (folder, data) = demo();
    let service = Service::start(&data, &["--demo"]);
    let id = service.score("somebody", "").json()["id"].as_str().unwrap().to_owned();
    let key = service.get("/v1/ledger/keys").json()["keys"][0]["key"].as_str().unwrap().to_owned();
    let proof = service.get(&format!("/v1/ledger/entries/{id}/proof"));
    assert_eq!(proof.status, 200, "{}", proof.body);
    assert_eq!(service.get("/v1/ledger/entries/0-99999/proof").status, 404);
    let latest = service.get("/v1/ledger/checkpoints/latest").json();
    assert_eq!(latest["size"], service.entries(), "it was made for the proof");
    let listed = service.get("/v1/ledger/checkpoints?limit=1").json();
    assert_eq!(listed["data"][0], latest);
    let page = service.get("/v1/ledger/entries?after=998&limit=2").json();
    assert_eq!(page["data"][0]["sequence"], 999);
    service.stop();

    let file = folder.path().join("proof.json");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let output = std::process::Command::new(assert_cmd::cargo::cargo_bin("plimsoll"))
            .args(["ledger", "verify-proof", file.to_str().unwrap(), "--key", &key])
            .output()
            .unwrap();
        output.status.code().unwrap()
    };
    assert_eq!(check(&proof.body), 0);
    assert_eq!(check(&proof.body.replacen("score", "scorE", 1)), 6);
    let (code, out, _) = run(&data, &["ledger", "prove", &id]);
    assert_eq!((code, check(&out)), (0, 0));
}
