//! What becomes of the service while the way to AWS is bad: nothing acknowledged is lost, every answer comes within bounds,
//! scoring goes on, and all is well again once the way is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "aws")]

mod aws;
mod http;
mod instance;

use std::time::{Duration, Instant};

use aws::{Browser, Tables, analyst, item, stop};
use http::{Answer, ask};
use instance::{Place, applications};
use testbed::{Moto, Postgres, Proxy, Way};

/// What a call to AWS may take with all its attempts, and what is done around it.
const BOUND: Duration = Duration::from_secs(20);
/// What a score may take: nothing of it waits for AWS.
const SCORE: Duration = Duration::from_secs(5);
/// By then all is well again.
const RECOVERY: Duration = Duration::from_secs(20);

fn ways() -> [(&'static str, Way); 6] {
    let failing = r#"{"__type":"InternalServerError","message":"try again"}"#.to_owned();
    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#.to_owned();
    [
        ("slow", Way::Slow(Duration::from_millis(150))),
        ("failing", Way::Answering("500 Internal Server Error", failing)),
        ("throttled", Way::Answering("400 Bad Request", throttled)),
        ("cut", Way::CutAfter(40)),
        ("silent", Way::Silent),
        ("closed", Way::Closed),
    ]
}

/// Whether it was done; what is not done is told clearly.
fn is_done(answer: &Answer, way: &str) -> bool {
    match answer.status {
        201 => true,
        503 => {
            assert!(!answer.header("retry-after").is_empty(), "{way}: {answer:?}");
            false
        }
        _ => panic!("{way}: {answer:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_the_tables_nothing_acknowledged_is_lost() {
    let tables = Tables::make("faults");
    let way = Proxy::to(Moto::shared().address());
    let url = Postgres::shared().database();
    let place = Place::postgres(url.clone()).await;
    analyst(&place, Some(&url));
    let instance = place.start_with(&tables.through(&way.url()));
    let at = instance.address;
    let anna = Browser::begin(at, "anna");
    let (authorization, applications) = (place.authorization(), applications());
    let mut made = Vec::new();
    for (name, bad) in ways() {
        way.set(bad);
        let keys = [0, 1].map(|number| format!("Idempotency-Key: {name}-{number}"));
        let first: Vec<Option<String>> = keys
            .iter()
            .map(|key| {
                let began = Instant::now();
                let answer = anna.ask(at, "POST", "/items", &[key], &item(key));
                assert!(began.elapsed() < BOUND, "{name}: {:?}", began.elapsed());
                is_done(&answer, name).then(|| answer.header("location").to_owned())
            })
            .collect();
        let began = Instant::now();
        let headers = [authorization.as_str(), "Content-Type: application/json"];
        let mut body = Vec::new();
        applications.write(name, made.len() as u64, &mut body);
        let scored = ask(at, "POST", "/v1/scores", &headers, &body);
        assert_eq!(scored.status, 201, "{name}: {scored:?}");
        assert!(began.elapsed() < SCORE, "{name}: a score took {:?}", began.elapsed());

        way.set(Way::Open);
        let began = Instant::now();
        for (key, first) in keys.iter().zip(first) {
            let again = loop {
                let answer = anna.ask(at, "POST", "/items", &[key], &item(key));
                if answer.status != 409 && is_done(&answer, name) {
                    break answer;
                }
                assert!(began.elapsed() < RECOVERY, "{name}: it does not recover: {answer:?}");
                std::thread::sleep(Duration::from_millis(100));
            };
            let location = again.header("location").to_owned();
            assert!(first.is_none_or(|first| first == location), "{name}: made twice");
            made.push(location);
        }
    }
    let listed = ask(at, "GET", "/items?limit=200", &[], b"").json();
    let listed: Vec<String> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| format!("/items/{}", item["id"].as_str().unwrap()))
        .collect();
    let mut sorted = made.clone();
    sorted.sort();
    assert_eq!(listed, sorted, "each once");
    // Each has one entry in the ledger.
    let (_, database) = url.rsplit_once('/').unwrap();
    let database = database.split('?').next().unwrap();
    for path in &made {
        let id = path.rsplit('/').next().unwrap();
        let count = format!("SELECT COUNT(*) FROM entries WHERE CONVERT_FROM(body, 'UTF8') LIKE '%{id}%'");
        assert_eq!(Postgres::shared().run(database, &count).trim(), "1", "{path}");
    }
    stop(instance);
}
