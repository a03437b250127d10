//! Backups: whole under load, and what was erased since stays erased.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod service;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use serde_json::Value as Json;
use service::{Service, demo, run};
use store::{
    DatabaseOptions, ErasureReason, FileKeyring, ScoreFilter, SqliteOptions, Store, StoreOptions, WriterOptions,
};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

async fn open(data: &Path) -> Store {
    let database = DatabaseOptions::Sqlite(SqliteOptions::new(data.join("plimsoll.db")));
    let keyring = Arc::new(FileKeyring::open(&data.join("keyring.json")).unwrap());
    Store::open(StoreOptions { database, keyring, writer: WriterOptions::default() }).await.unwrap()
}

#[test]
fn a_backup_under_load_is_whole() {
    let (folder, data) = demo();
    let service = Service::start(&data, &["--demo"]);
    let (stop, scored) = (AtomicBool::new(false), AtomicU64::new(0));
    let backup = folder.path().join("backup.db");
    std::thread::scope(|scope| {
        for client in 0..2 {
            let (service, stop, scored) = (&service, &stop, &scored);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = scored.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(service.score(&format!("loaded-{client}-{number}"), "").status, 201);
                }
            });
        }
        while scored.load(Ordering::Relaxed) < 20 {
            std::thread::yield_now();
        }
        let (code, _, err) = run(&data, &["backup", "--with-keyring", "--out", backup.to_str().unwrap()]);
        stop.store(true, Ordering::Relaxed);
        assert_eq!(code, 0, "{err}");
    });
    let after = service.entries();
    service.stop();

    let restored = folder.path().join("restored");
    let (code, out, err) = run(&restored, &["restore", backup.to_str().unwrap(), "--json"]);
    assert_eq!(code, 0, "{err}");
    let entries = json(&out)["verified"]["entries"].as_u64().unwrap();
    assert!((1_020..=after).contains(&entries), "{entries} of {after}");
    let (code, out, _) = run(&restored, &["ledger", "verify", "--replay", "--json"]);
    assert_eq!((code, &json(&out)["sound"]), (0, &true.into()));

    let (code, _, err) = run(&restored, &["restore", backup.to_str().unwrap()]);
    assert!(code == 2 && err.contains("holds a database already"), "{err}");
}

#[test]
fn who_was_erased_since_the_backup_is_erased_again() {
    let (folder, data) = demo();
    let (backup, copy) = (folder.path().join("backup.db"), folder.path().join("newer.ndjson"));
    assert_eq!(run(&data, &["backup", "--with-keyring", "--out", backup.to_str().unwrap()]).0, 0);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let filter = ScoreFilter { reference: Some("applicant-0007".to_owned()), ..ScoreFilter::default() };
    let score = runtime.block_on(async {
        let store = open(&data).await;
        let score = store.scores(&filter, None, 1).await.unwrap().pop().unwrap();
        assert!(score.personal.is_some());
        store.erase_applicant(score.applicant, ErasureReason::Request, "operator").await.unwrap();
        store.close().await;
        score
    });
    assert_eq!(run(&data, &["ledger", "export", "--out", copy.to_str().unwrap()]).0, 0);

    let restored = folder.path().join("restored");
    let arguments = ["restore", backup.to_str().unwrap(), "--erasures-from", copy.to_str().unwrap(), "--json"];
    let (code, out, err) = run(&restored, &arguments);
    assert_eq!((code, &json(&out)["erased_again"]), (0, &1.into()), "{err}");
    runtime.block_on(async {
        let store = open(&restored).await;
        assert!(store.scores(&filter, None, 1).await.unwrap().is_empty(), "not found by the reference");
        assert!(store.score(score.id).await.unwrap().personal.is_none());
        store.close().await;
    });
    assert_eq!(run(&restored, &["ledger", "verify"]).0, 0);
}

#[test]
fn a_backup_that_was_altered_or_lacks_its_keyring_is_not_restored() {
    let (folder, data) = demo();
    let backup = folder.path().join("backup.db");
    assert_eq!(run(&data, &["backup", "--out", backup.to_str().unwrap()]).0, 0);
    let restored = folder.path().join("restored");
    let (code, _, err) = run(&restored, &["restore", backup.to_str().unwrap()]);
    assert!(code == 3 && err.contains("no keyring"), "{err}");
    assert!(!restored.join("plimsoll.db").exists());

    let mut bytes = std::fs::read(&backup).unwrap();
    let at = bytes.windows(14).position(|window| window == b"\"sequence\":500").unwrap();
    bytes[at + 200] ^= 1;
    std::fs::write(&backup, bytes).unwrap();
    let (code, _, err) = run(&restored, &["restore", backup.to_str().unwrap()]);
    assert!(code == 3 && err.contains("chain 0, entry 500"), "{err}");
    assert!(!restored.join("plimsoll.db").exists());
}
