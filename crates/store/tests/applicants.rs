//! Applicants: found, listed, exported, and once erased nowhere to be read: not by the API, not in the files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod faces;

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

use faces::{Place, both};
use sqlx::Executor;
use store::{
    Change, DatabaseOptions, ErasureReason, Error, NewEntry, ScoreIndex, Store, Whose,
    ledger::{Hash, entry_hash},
};
use uuid::Uuid;

both!(
    applicants_are_found_and_listed,
    an_export_holds_everything,
    an_erased_applicant_is_gone_for_good,
    erased_keys_are_in_no_file,
    an_erasure_under_load_loses_nothing_else
);

fn entry(kind: &'static str, whose: Whose, said: &str) -> NewEntry {
    let entry = NewEntry { kind, id: None, members: r#""score":612"#.into(), personal: None, score: None };
    entry.about(whose, said.as_bytes().to_vec())
}

async fn score(store: &Store, reference: &str) -> Uuid {
    let said = format!(r#"{{"reference":"{reference}","application":{{"age":44}},"reasons":["R1"]}}"#);
    let mut entry = entry("score", Whose::Reference(reference.to_owned()), &said);
    entry.score = Some(ScoreIndex { model: [7; 32], decision: 0, score: 612.0 });
    store.record(Change::entry(entry)).await.unwrap()[0].applicant.unwrap()
}

async fn applicants_are_found_and_listed(place: Place) {
    let store = place.open().await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(score(&store, &format!("A-{number}")).await);
    }
    let found = store.applicant_by_reference("A-3").await.unwrap().unwrap();
    assert_eq!((found.id, found.reference.as_ref().unwrap().as_str()), (made[3], "A-3"));
    assert!(store.applicant_by_reference("A-9").await.unwrap().is_none());
    assert!(!format!("{found:?}").contains("A-3"), "not in logs");
    let first = store.applicants(None, 3).await.unwrap();
    let second = store.applicants(first.last().map(|last| (last.created, last.id)), 3).await.unwrap();
    let listed: HashSet<Uuid> = first.iter().chain(&second).map(|one| one.id).collect();
    assert_eq!((first.len(), second.len(), listed), (3, 2, made.into_iter().collect()));
    assert!(matches!(store.applicant(Uuid::nil()).await, Err(Error::NotFound { .. })));
}

async fn an_export_holds_everything(place: Place) {
    let store = place.open().await;
    for _ in 0..205 {
        score(&store, "A-1").await;
    }
    score(&store, "A-2").await;
    let id = store.applicant_by_reference("A-1").await.unwrap().unwrap().id;
    store.record(Change::entry(entry("review", Whose::Applicant(id), r#"{"reason":"known"}"#))).await.unwrap();
    store.record(Change::entry(entry("notice", Whose::Applicant(id), r#"{"text":"Dear"}"#))).await.unwrap();
    let (mut scores, mut from) = (Vec::new(), None);
    loop {
        let page = store.export_scores(id, from.as_deref()).await.unwrap();
        scores.extend(page.entries);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    assert_eq!(scores.len(), 205);
    assert!(scores.iter().all(|score| score["personal"]["reference"] == "A-1" && score["score"] == 612));
    let others = store.export_others(id, None).await.unwrap().entries;
    let kinds: Vec<_> = others.iter().map(|other| other["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["review", "notice"]);
    assert_eq!(others[1]["personal"]["text"], "Dear");
    assert_eq!(store.models_of_applicant(id).await.unwrap(), [Hash([7; 32])]);
}

async fn an_erased_applicant_is_gone_for_good(place: Place) {
    let store = place.open().await;
    let id = score(&store, "A-1").await;
    let erased = store.erase_applicant(id, ErasureReason::Request, "key-1").await.unwrap();
    assert!(erased.destroyed.is_some(), "nobody reads, so nothing is pending");
    assert_eq!(store.erase_applicant(id, ErasureReason::Mistake, "key-2").await.unwrap(), erased, "once");
    for refusal in [store.applicant(id).await.err(), store.export_scores(id, None).await.err()] {
        assert!(matches!(refusal, Some(Error::Erased)), "{refusal:?}");
    }
    assert!(store.applicant_by_reference("A-1").await.unwrap().is_none());
    assert!(store.applicants(None, 9).await.unwrap().is_empty());
    let late = store.record(Change::entry(entry("review", Whose::Applicant(id), "{}"))).await;
    assert!(matches!(late, Err(Error::Erased)));
    assert!(matches!(
        store.erase_applicant(Uuid::nil(), ErasureReason::Request, "k").await,
        Err(Error::NotFound { .. })
    ));
    assert_ne!(score(&store, "A-1").await, id, "who comes back is somebody new");

    let bodies = place.sql("SELECT HEX(body)HEX FROM entries ORDER BY position").await;
    let erasure = faces::json(&bodies[1]);
    assert_eq!((&erasure["kind"], &erasure["by"]), (&"erasure".into(), &"key-1".into()));
    assert_eq!((&erasure["applicant"], &erasure["reason"]), (&id.to_string().into(), &"request".into()));
    let hashes = place.sql("SELECT HEX(hash)HEX FROM entries ORDER BY position").await;
    let mut before = Hash::ZERO;
    for (body, hash) in bodies.iter().zip(hashes) {
        before = entry_hash(&before, &faces::bytes(body));
        assert_eq!(before.to_string(), hash, "the chain verifies");
    }
    assert_eq!(faces::json(&bodies[0])["score"], 612, "the score stays, of nobody");
}

/// Everything below a folder whose name passes.
fn files(folder: &Path, is_meant: &dyn Fn(&Path) -> bool) -> Vec<u8> {
    let mut all = Vec::new();
    for found in std::fs::read_dir(folder).unwrap().flatten().map(|found| found.path()) {
        if found.is_dir() {
            all.extend(files(&found, is_meant));
        } else if is_meant(&found) {
            // A file may go away while the database works.
            all.extend(std::fs::read(&found).unwrap_or_default());
        }
    }
    all
}

/// What the database's own files hold: for SQLite all of them, for PostgreSQL tables and indexes.
fn database_files(place: &Place) -> Vec<u8> {
    match &place.database {
        DatabaseOptions::Sqlite(_) => files(place.folder.path(), &|path| path.extension().is_some_and(|e| e != "json")),
        DatabaseOptions::Postgres(options) => {
            let name = options.url.rsplit('/').next().unwrap().split('?').next().unwrap();
            let cluster = testbed::Postgres::shared();
            let number = cluster.run(name, "SELECT oid FROM pg_database WHERE datname = current_database()");
            cluster.run(name, "CHECKPOINT");
            files(&cluster.files().join("base").join(number), &|_| true)
        }
    }
}

async fn erased_keys_are_in_no_file(place: Place) {
    let store = Arc::new(place.open().await);
    // Enough people, in batches, that pages are split and rows move.
    let mut people = Vec::new();
    for round in 0..40 {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..50 {
            let store = Arc::clone(&store);
            tasks.spawn(async move { score(&store, &format!("secret-reference-{round}-{number}")).await });
        }
        people.extend(tasks.join_all().await);
    }
    let columns = ["wrapped", "lookup", "reference"];
    let mut known: Vec<Vec<Vec<u8>>> = Vec::new();
    for column in columns {
        let statement = format!("SELECT HEX({column})HEX FROM applicants ORDER BY id");
        known.push(place.sql(&statement).await.iter().map(|digits| faces::bytes(digits)).collect());
    }
    people.sort_unstable();
    let is_erased = |at: usize| at.is_multiple_of(50);
    let count = |of: &dyn Fn(usize) -> bool| {
        let meant = known.iter().flat_map(|column| column.iter().enumerate()).filter(|(at, _)| of(*at));
        found(&database_files(&place), &meant.map(|(_, bytes)| bytes.as_slice()).collect::<Vec<_>>())
    };
    assert_eq!(count(&|_| true), 3 * people.len(), "the search finds what is there");
    for id in (0..people.len()).filter(|at| is_erased(*at)).map(|at| people[at]) {
        assert!(store.erase_applicant(id, ErasureReason::Request, "k").await.unwrap().destroyed.is_some());
    }
    assert_eq!(count(&is_erased), 0, "keys, lookups and references of the erased");
    assert_eq!(found(&database_files(&place), &[b"secret-reference"]), 0, "no reference is in the clear");
    let others = (0..people.len()).filter(|at| !is_erased(*at)).map(|at| people[at]);
    for id in others.step_by(50) {
        assert!(store.applicant(id).await.unwrap().reference.unwrap().starts_with("secret-reference-"));
    }
    // Half of the others, as if nothing had been recorded for long.
    let is_retired = |at: usize| !is_erased(at) && people[at].as_bytes()[15] & 8 == 0;
    place.sql("UPDATE applicants SET created = 1 WHERE SUBSTR(HEX(id)HEX, 32, 1) < '8'").await;
    place.sql("DELETE FROM scores").await;
    let turn = store.take_turn("retention", Duration::ZERO, Duration::from_secs(60)).await.unwrap().unwrap();
    let retired = (0..people.len()).filter(|at| is_retired(*at)).count() as u64;
    assert_eq!(store.retire_applicants(&turn, 25).await.unwrap().count, retired);
    assert_eq!(store.destroy_erased().await.unwrap(), 0);
    assert_eq!(count(&is_retired), 0, "keys, lookups and references of the retired");
}

/// How many of these texts, of eight bytes or more, stand somewhere in a file.
fn found(file: &[u8], texts: &[&[u8]]) -> usize {
    let by_start: HashMap<[u8; 8], &[u8]> = texts.iter().map(|text| (*text.first_chunk().unwrap(), *text)).collect();
    let mut found = HashSet::new();
    for (at, start) in file.windows(8).enumerate() {
        if let Some(text) = by_start.get(start)
            && file[at..].starts_with(text)
        {
            found.insert(*text);
        }
    }
    found.len()
}

async fn an_erasure_under_load_loses_nothing_else(place: Place) {
    let store = Arc::new(place.open().await);
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..200 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let id = score(&store, &format!("B-{}", number % 10)).await;
            if number % 20 == 0 {
                store.erase_applicant(id, ErasureReason::Request, "k").await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(store.destroy_erased().await.unwrap(), 0);
    for one in store.applicants(None, 100).await.unwrap() {
        store.export_scores(one.id, None).await.unwrap();
    }
}

/// A reader of another process keeps the log from being cut: the erasure says that it is pending, and is finished later.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_delays_the_destruction() {
    let place = Place::sqlite();
    let store = place.open().await;
    let id = score(&store, "A-1").await;
    let DatabaseOptions::Sqlite(options) = &place.database else { panic!("SQLite") };
    let mut reader = place.beside(options).await;
    reader.execute("BEGIN; SELECT COUNT(*) FROM applicants").await.unwrap();
    let erased = store.erase_applicant(id, ErasureReason::Request, "k").await.unwrap();
    assert!(erased.destroyed.is_none(), "pending");
    assert!(matches!(store.applicant(id).await, Err(Error::Erased)), "gone all the same");
    reader.execute("ROLLBACK").await.unwrap();
    assert_eq!(store.destroy_erased().await.unwrap(), 0);
    assert!(store.erasure(id).await.unwrap().unwrap().destroyed.is_some());
}
