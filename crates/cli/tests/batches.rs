//! A batch goes on where it was when its process is killed, and each of its rows is scored once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod instance;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use http::{Answer, ask};
use instance::{Instance, Place, data};
use serde_json::Value as Json;
use testbed::Postgres;

/// Rows of the file: German Credit, many times.
const ROWS: u64 = 20_000;
/// Longer than another instance may have to wait for what a dead one held.
const PATIENCE: Duration = Duration::from_secs(120);

fn csv() -> Vec<u8> {
    let text = std::fs::read_to_string(data("german-credit.csv")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut file = format!("{header},customer\n");
    for number in 0..ROWS {
        let row = rows.lines().nth(usize::try_from(number).unwrap() % 1_000).unwrap();
        file.push_str(&format!("{row},c-{number}\n"));
    }
    file.into_bytes()
}

struct Asker<'p> {
    place: &'p Place,
    instance: &'p Instance,
}

impl Asker<'_> {
    fn ask(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Answer {
        let headers = [self.place.authorization(), format!("Content-Type: {content_type}")];
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        ask(self.instance.address, method, path, &headers, body)
    }

    fn batch(&self, id: &str) -> Json {
        self.ask("GET", &format!("/v1/batches/{id}"), "", b"").json()
    }

    /// Waits until so many are scored.
    fn until(&self, id: &str, scored: u64) -> Json {
        let began = Instant::now();
        loop {
            let batch = self.batch(id);
            if batch["scored"].as_u64().unwrap() >= scored {
                return batch;
            }
            assert!(began.elapsed() < PATIENCE, "it does not go on: {batch}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until it is completed.
    fn completed(&self, id: &str) -> Json {
        let began = Instant::now();
        loop {
            let batch = self.batch(id);
            if batch["state"] == "completed" {
                return batch;
            }
            assert!(began.elapsed() < PATIENCE && batch["state"] == "running", "it is not completed: {batch}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Every row has one result, and every result a score of its own.
    fn each_row_once(&self, id: &str) -> BTreeSet<String> {
        let answer = self.ask("GET", &format!("/v1/batches/{id}/results"), "", b"");
        let lines = answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let results: Vec<Json> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
        assert!(results.iter().all(|result| result["status"] == 201));
        let rows: BTreeSet<u64> = results.iter().map(|result| result["line"].as_u64().unwrap()).collect();
        assert_eq!((results.len() as u64, rows.len() as u64), (ROWS, ROWS), "each row has one result");
        let ids: BTreeSet<String> = results.iter().map(|result| result["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids.len() as u64, ROWS, "each result has a score of its own");
        ids
    }
}

fn submit(asker: &Asker<'_>) -> String {
    let answer = asker.ask("POST", "/v1/batches?reference=customer", "text/csv", &csv());
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// What is on record is what the results say, and nothing else.
async fn recorded(place: &Place, ids: &BTreeSet<String>) {
    let audit = place.audit().await;
    assert_eq!(&audit.scores(), ids, "the ledger has the scores of the results, each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_it_goes_on_and_scores_each_row_once() {
    let place = Place::embedded().await;
    let mut instance = place.start();
    let id = submit(&Asker { place: &place, instance: &instance });
    for share in [1, ROWS / 3, ROWS / 2] {
        let before = Asker { place: &place, instance: &instance }.until(&id, share);
        assert_eq!(before["state"], "running", "it is in the middle: {before}");
        instance.kill();
        instance = place.start();
        let after = Asker { place: &place, instance: &instance }.batch(&id);
        assert!(after["scored"].as_u64() >= before["scored"].as_u64(), "{after} after {before}");
    }
    let asker = Asker { place: &place, instance: &instance };
    let batch = asker.completed(&id);
    assert_eq!((&batch["scored"], &batch["failed"]), (&ROWS.into(), &0.into()), "{batch}");
    let ids = asker.each_row_once(&id);
    instance.kill();
    recorded(&place, &ids).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_instances_on_postgresql_the_other_takes_over() {
    let place = Place::postgres(Postgres::shared().database()).await;
    let (falling, standing) = (place.start(), place.start());
    let id = submit(&Asker { place: &place, instance: &falling });
    Asker { place: &place, instance: &falling }.until(&id, ROWS / 4);
    falling.kill();
    let asker = Asker { place: &place, instance: &standing };
    let batch = asker.completed(&id);
    assert_eq!((&batch["scored"], &batch["failed"]), (&ROWS.into(), &0.into()), "{batch}");
    let ids = asker.each_row_once(&id);
    standing.kill();
    recorded(&place, &ids).await;
}
