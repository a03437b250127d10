//! `plimsoll serve` on PostgreSQL, alone and with another instance beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod instance;

use std::{
    net::SocketAddr,
    thread::{JoinHandle, spawn},
    time::{Duration, Instant},
};

use http::{Answer, ask};
use instance::{Instance, Place, applications};
use sqlx::{Connection, PgConnection};
use testbed::{Postgres, Redis};

/// Longer than anything takes that comes to an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A new database.
struct Database {
    url: String,
}

/// Nothing is recorded as long as this is held; reading goes on.
struct Closed(PgConnection);

impl Database {
    fn new() -> Self {
        Self { url: Postgres::shared().database() }
    }

    /// Keeps all instances from recording.
    async fn close(&self) -> Closed {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
        sqlx::query("LOCK TABLE entries IN EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
        Closed(connection)
    }

    /// Waits until so many transactions wait for one another, or for it to open.
    #[track_caller]
    fn waiting(&self, count: usize) {
        let name = self.url.rsplit('/').next().unwrap().split('?').next().unwrap();
        let sql = "SELECT COUNT(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let began = Instant::now();
        while Postgres::shared().run(name, sql).parse::<usize>().unwrap() < count {
            assert!(began.elapsed() < PATIENCE, "nobody waits to record");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Closed {
    async fn open(mut self) {
        sqlx::query("COMMIT").execute(&mut self.0).await.unwrap();
        self.0.close().await.unwrap();
    }
}

/// A request of this number of a run, with its Idempotency-Key.
#[derive(Clone)]
struct Request {
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Request {
    fn new(place: &Place, key: &str, number: u64) -> Self {
        let headers =
            vec![place.authorization(), "Content-Type: application/json".to_owned(), format!("Idempotency-Key: {key}")];
        let mut body = Vec::new();
        applications().write("postgres", number, &mut body);
        Self { headers, body }
    }

    fn ask(&self, address: SocketAddr) -> Answer {
        let headers: Vec<&str> = self.headers.iter().map(String::as_str).collect();
        ask(address, "POST", "/v1/scores", &headers, &self.body)
    }

    /// Asks while others do.
    fn begin(&self, address: SocketAddr) -> JoinHandle<Answer> {
        let request = self.clone();
        spawn(move || request.ask(address))
    }
}

fn get(place: &Place, instance: &Instance, path: &str) -> Answer {
    ask(instance.address, "GET", path, &[&place.authorization()], b"")
}

fn ids(answer: &Answer) -> Vec<String> {
    let data = answer.json()["data"].clone();
    data.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// The path that a list's link leads to.
fn next(answer: &Answer) -> String {
    answer.header("link").split(['<', '>']).nth(1).unwrap_or_else(|| panic!("no link: {answer:?}")).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scores_are_made_listed_and_read_again_by_another_process() {
    let place = Place::postgres(Database::new().url).await;
    let instance = place.start();
    assert_eq!(ask(instance.address, "GET", "/ready", &[], b"").status, 200);
    let first = Request::new(&place, "first", 1).ask(instance.address);
    assert_eq!(first.status, 201, "{first:?}");
    assert!(first.json()["decision"].is_string() && first.header("idempotency-replayed").is_empty());
    let read = get(&place, &instance, first.header("location"));
    assert_eq!(read.body, first.body);
    for number in 2..6 {
        assert_eq!(Request::new(&place, &number.to_string(), number).ask(instance.address).status, 201);
    }
    let page = get(&place, &instance, "/v1/scores?limit=2");
    let following = next(&page);
    let all = ids(&get(&place, &instance, "/v1/scores"));
    assert_eq!((ids(&page), all.len()), (all[..2].to_vec(), 5));
    instance.terminate();
    let mut instance = instance;
    let began = Instant::now();
    while !instance.has_ended() {
        assert!(began.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }

    let instance = place.start();
    let again = Request::new(&place, "first", 1).ask(instance.address);
    assert_eq!((again.status, &again.body), (201, &first.body), "byte for byte");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(ids(&get(&place, &instance, &following)), all[2..4], "a cursor leads on after a restart");
    instance.kill();
    assert_eq!(place.audit().await.scores().len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_answer_as_one() {
    let place = Place::postgres(Database::new().url).await;
    let (one, other) = (place.start(), place.start());
    for number in 0..10 {
        let request = Request::new(&place, &number.to_string(), number);
        let first = request.ask(one.address);
        let again = request.ask(other.address);
        assert_eq!((first.status, again.status), (201, 201), "{first:?} {again:?}");
        assert_eq!((&again.body, again.header("idempotency-replayed")), (&first.body, "true"));
    }
    let mismatch = Request { body: Request::new(&place, "", 77).body, ..Request::new(&place, "3", 3) };
    let refused = mismatch.ask(other.address);
    assert_eq!((refused.status, refused.problem().as_str()), (422, "idempotency-mismatch"));
    // Each page from another instance.
    let all = ids(&get(&place, &one, "/v1/scores"));
    let first = get(&place, &one, "/v1/scores?limit=4");
    let second = get(&place, &other, &next(&first));
    let third = get(&place, &one, &next(&second));
    assert_eq!([ids(&first), ids(&second), ids(&third)].concat(), all);
    one.kill();
    other.kill();
    assert_eq!(place.audit().await.scores().len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_work_elsewhere_is_refused_until_it_is_done() {
    let redis = Redis::start();
    let database = Database::new();
    let place = Place::postgres(database.url.clone()).await;
    let shared = [("PLIMSOLL_REDIS_URL", redis.url())];
    let (one, other) = (place.start_with(&shared), place.start_with(&shared));
    // Both are known to Redis before anything hangs on it.
    for (instance, key) in [(&one, "a"), (&other, "b")] {
        assert_eq!(Request::new(&place, key, 1).ask(instance.address).status, 201);
    }

    let request = Request::new(&place, "in-work", 2);
    let closed = database.close().await;
    let first = request.begin(one.address);
    database.waiting(1);
    for instance in [&one, &other] {
        let refused = request.ask(instance.address);
        assert_eq!((refused.status, refused.problem().as_str()), (409, "request-in-progress"), "{refused:?}");
        assert_eq!(refused.header("retry-after"), "1");
    }
    let another = Request::new(&place, "another", 3).begin(other.address);
    database.waiting(2);
    closed.open().await;
    let first = first.join().unwrap();
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(another.join().unwrap().status, 201, "another key was never held up by it");
    let again = request.ask(other.address);
    assert_eq!((again.status, &again.body), (201, &first.body), "at once, though the lock may still be let go");

    // Without Redis each instance goes by itself, and the store still records it once.
    redis.stop();
    let request = Request::new(&place, "without-redis", 4);
    let closed = database.close().await;
    let (first, second) = (request.begin(one.address), request.begin(other.address));
    database.waiting(2);
    let refused = request.ask(one.address);
    assert_eq!((refused.status, refused.problem().as_str()), (409, "request-in-progress"), "its own set goes on");
    closed.open().await;
    let (first, second) = (first.join().unwrap(), second.join().unwrap());
    assert_eq!((first.status, second.status), (201, 201), "{first:?} {second:?}");
    assert_eq!(first.body, second.body);
    one.kill();
    other.kill();
    assert_eq!(place.audit().await.scores().len(), 5);
}
