//! `plimsoll config check`: each part that the settings name is tried, and what is wrong is said in a sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{collections::BTreeMap, path::Path};

use assert_cmd::Command;
use serde_json::Value;
use testbed::{Moto, Postgres, Proxy, Redis, Way};

/// Runs it with these settings; gives its exit code and what it said of each part.
fn check(data: &Path, settings: &[(&str, String)]) -> (i32, BTreeMap<String, Option<String>>) {
    let mut command = Command::cargo_bin("plimsoll").unwrap();
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PLIMSOLL_")) {
        command.env_remove(name);
    }
    command.args(["config", "--json", "--data"]).arg(data).arg("check");
    command.envs(settings.iter().map(|(name, value)| (*name, value)));
    let output = command.output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let parts = said.as_array().unwrap().iter();
    let parts =
        parts.map(|part| (part["part"].as_str().unwrap().to_owned(), part["problem"].as_str().map(str::to_owned)));
    (output.status.code().unwrap(), parts.collect())
}

#[test]
fn a_laptop_needs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (code, parts) = check(&folder.path().join("data"), &[]);
    assert_eq!(code, 0, "{parts:?}");
    assert_eq!(parts.keys().map(String::as_str).collect::<Vec<_>>(), ["keyring", "lake", "store"]);
    assert!(!folder.path().join("data/keyring.json").exists(), "trying makes no keyring");
    assert!(!folder.path().join("data/plimsoll.db").exists(), "trying makes no database");
}

#[test]
fn what_is_away_is_named_each_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (redis, way) = (Redis::start(), Proxy::to(Postgres::shared().address()));
    let database = Postgres::shared().database();
    let (_, name) = database.rsplit_once('/').unwrap();
    let through = database.replace(&Postgres::shared().address(), &way.address());
    assert!(through.contains(&way.address()) && through.contains(name), "{through}");
    let settings = [
        ("PLIMSOLL_DATABASE_URL", through),
        ("PLIMSOLL_DATABASE_READER_URL", "postgres://nobody@127.0.0.1:1/none".to_owned()),
        ("PLIMSOLL_REDIS_URL", redis.url()),
        ("PLIMSOLL_OTLP_ENDPOINT", "http://127.0.0.1:1".to_owned()),
        ("PLIMSOLL_CHECKPOINTS", folder.path().join("copies").display().to_string()),
    ];
    let (code, parts) = check(&folder.path().join("data"), &settings);
    assert_eq!(code, 7, "{parts:?}");
    for sound in ["store", "redis", "keyring", "checkpoints"] {
        assert_eq!(parts[sound], None, "{sound}");
    }
    assert!(parts["reader"].as_deref().unwrap().contains("reader"), "{parts:?}");
    assert!(parts["traces"].as_deref().unwrap().contains("nothing listens there"), "{parts:?}");
    // A password is in no answer.
    redis.stop();
    way.set(Way::Closed);
    let (_, parts) = check(&folder.path().join("data"), &settings);
    for away in ["store", "redis"] {
        assert!(parts[away].is_some(), "{away}: {parts:?}");
    }
    assert_eq!(parts["keyring"], None);
}

#[cfg(feature = "aws")]
#[test]
fn on_aws_each_service_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Moto::environment(&Moto::shared().url());
    settings.extend([
        ("PLIMSOLL_KEYRING", "kms:alias/no-such-key".to_owned()),
        ("PLIMSOLL_SIGNING_KEY", "kms:alias/no-such-key".to_owned()),
        ("PLIMSOLL_SESSIONS", "dynamodb:no-such-table".to_owned()),
        ("PLIMSOLL_ITEMS", "dynamodb:no-such-table".to_owned()),
        ("PLIMSOLL_LAKE", "s3://no-such-bucket/decisions".to_owned()),
    ]);
    let (code, parts) = check(&folder.path().join("data"), &settings);
    assert_eq!(code, 7);
    for (part, word) in [
        ("keyring", "no-such-key"),
        ("sessions", "no-such-table"),
        ("items", "no-such-table"),
        ("lake", "cannot be listed"),
    ] {
        let said = parts[part].as_deref().unwrap_or_else(|| panic!("{part}: {parts:?}"));
        assert!(said.contains(word), "{part}: {said}");
    }
    assert_eq!(parts["store"], None);

    // A way that does not answer is said to be that, within bounds.
    let way = Proxy::to(Moto::shared().address());
    way.set(Way::Closed);
    let mut away = Moto::environment(&way.url());
    away.push(("PLIMSOLL_SESSIONS", "dynamodb:sessions".to_owned()));
    let (_, parts) = check(&folder.path().join("data"), &away);
    let said = parts["sessions"].as_deref().unwrap();
    assert!(said.contains("network"), "{said}");
    // The role may not.
    let denied = r#"{"__type":"AccessDeniedException","message":"not authorized to perform: dynamodb:DescribeTable"}"#;
    way.set(Way::Answering("400 Bad Request", denied.to_owned()));
    let (_, parts) = check(&folder.path().join("data"), &away);
    let said = parts["sessions"].as_deref().unwrap();
    assert!(said.contains("AccessDenied") && said.contains("role"), "{said}");
}
