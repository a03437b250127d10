//! The links to PostgreSQL: a reader for reports, servers that only read or say nothing, passwords that change.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use store::{
    Change, DatabaseCall, DatabaseObserver, DatabaseOptions, ErasureReason, FileKeyring, NewEntry, Password,
    PasswordSource, PostgresOptions, ReaderOptions, ScoreFilter, ScoreIndex, Store, StoreOptions, Whose, WriterOptions,
};
use tempfile::TempDir;
use testbed::{Postgres, Proxy, Way};
use zeroize::Zeroizing;

/// Longer than anything takes that comes about by itself.
const PATIENCE: Duration = Duration::from_secs(60);
/// How far the reader of these tests may be behind.
const BEHIND: Duration = Duration::from_secs(2);

struct Place {
    folder: TempDir,
    options: PostgresOptions,
}

impl Place {
    fn new(options: PostgresOptions) -> Self {
        Self { folder: TempDir::new().unwrap(), options }
    }

    async fn open(&self) -> Store {
        self.try_to_open().await.unwrap()
    }

    async fn try_to_open(&self) -> store::Result<Store> {
        let keyring = Arc::new(FileKeyring::open(&self.folder.path().join("keyring.json")).unwrap());
        let database = DatabaseOptions::Postgres(self.options.clone());
        Store::open(StoreOptions { database, keyring, writer: WriterOptions::default() }).await
    }
}

fn score(reference: &str) -> Change {
    let entry = NewEntry {
        kind: "score",
        id: None,
        members: r#""score":612"#.to_owned(),
        personal: None,
        score: Some(ScoreIndex { model: [7; 32], decision: 0, score: 612.0 }),
    };
    Change::entry(entry.about(Whose::Reference(reference.to_owned()), b"{\"application\":{}}".to_vec()))
}

async fn listed(store: &Store) -> usize {
    store.scores(&ScoreFilter::default(), None, 100).await.unwrap().len()
}

/// Waits for something.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The URL of the same database elsewhere.
fn at(address: &str, url: &str) -> String {
    let (before, after) = (url.find('@').unwrap() + 1, url.rfind('/').unwrap());
    format!("{}{address}{}", &url[..before], &url[after..])
}

/// Records a score that the reader does not get to see, and tells whether lists come from the reader.
async fn is_read_from(standby: &Postgres, primary: &Postgres, store: &Store) -> bool {
    primary.wait_for_standby();
    let before = listed(store).await;
    standby.run("postgres", "SELECT pg_wal_replay_pause()");
    store.record(score("unseen")).await.unwrap();
    let after = listed(store).await;
    standby.run("postgres", "SELECT pg_wal_replay_resume()");
    assert!(after == before || after == before + 1);
    after == before
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_read_from_a_reader_as_long_as_it_keeps_up() {
    let primary = Postgres::start();
    let url = primary.database();
    let standby = primary.standby();
    let reader = ReaderOptions { most_behind: BEHIND, ..ReaderOptions::new(at(&standby.address(), &url)) };
    let place = Place::new(PostgresOptions { reader: Some(reader), ..PostgresOptions::new(&url) });
    let store = place.open().await;
    store.record(score("A-1")).await.unwrap();
    until("the reader is not used", async || is_read_from(&standby, &primary, &store).await).await;

    // Too far behind: the writer. What one has just written is read there in any case.
    primary.wait_for_standby();
    let before = listed(&store).await;
    standby.run("postgres", "SELECT pg_wal_replay_pause()");
    let written = Instant::now();
    let recorded = store.record(score("A-2")).await.unwrap();
    assert_eq!(store.score(recorded[0].id).await.unwrap().id, recorded[0].id);
    assert_eq!((listed(&store).await, store.entries_of(0, recorded[0].sequence, 10).await.unwrap().len()), (before, 0));
    until("the writer is not read instead", async || listed(&store).await == before + 1).await;
    // A look takes a while too.
    assert!(written.elapsed() < BEHIND * 2, "older than it may be: {:?}", written.elapsed());

    // A reader that is behind still has an erased person's key; nobody is shown what it opens.
    standby.run("postgres", "SELECT pg_wal_replay_resume()");
    until("the reader is not used again", async || is_read_from(&standby, &primary, &store).await).await;
    primary.wait_for_standby();
    standby.run("postgres", "SELECT pg_wal_replay_pause()");
    let erased = recorded[0].applicant.unwrap();
    store.erase_applicant(erased, ErasureReason::Request, "operator").await.unwrap();
    let scores = store.scores(&ScoreFilter::default(), None, 100).await.unwrap();
    assert!(scores.iter().filter(|score| score.applicant == erased).all(|score| score.personal.is_none()));
    standby.run("postgres", "SELECT pg_wal_replay_resume()");

    // Away: the writer at once, and the reader once it is back.
    let all = listed(&store).await;
    standby.stop();
    for _ in 0..10 {
        assert!(listed(&store).await >= all);
    }
    standby.resume();
    until("the reader is not used again", async || is_read_from(&standby, &primary, &store).await).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_begins_without_its_reader() {
    let postgres = Postgres::shared();
    let reader = ReaderOptions::new(at("127.0.0.1:1", &postgres.database()));
    let place = Place::new(PostgresOptions { reader: Some(reader), ..PostgresOptions::new(postgres.database()) });
    let store = place.open().await;
    store.record(score("A-1")).await.unwrap();
    assert_eq!(listed(&store).await, 1);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_a_server_that_only_reads_any_more_are_not_used_again() {
    let postgres = Postgres::start();
    let place = Place::new(PostgresOptions::new(postgres.database()));
    let store = place.open().await;
    store.record(score("A-1")).await.unwrap();
    let backends = || {
        let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'plimsoll' ORDER BY pid";
        postgres.run("postgres", sql).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    // Several connections, which idle.
    futures_util::future::join_all((0..8).map(|_| listed(&store))).await;
    let old = backends();
    assert!(old.len() > 1, "{old:?}");
    // As after a failover: who is connected finds a server that refuses to write, who connects anew one that writes.
    postgres.run("postgres", "ALTER ROLE plimsoll SET default_transaction_read_only = off");
    postgres.run("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
    let loaded = || postgres.run("postgres", "SELECT pg_conf_load_time()");
    let before = loaded();
    postgres.run("postgres", "SET default_transaction_read_only = off; SELECT pg_reload_conf()");
    // Reloading is only asked for: who is connected learns of it before whoever connects after it.
    until("the settings are not read again", async || loaded() != before).await;
    let written = Instant::now();
    store.record(score("A-2")).await.expect("written by a new connection, within the writer's patience");
    assert!(written.elapsed() < Duration::from_secs(3), "{:?}", written.elapsed());
    futures_util::future::join_all((0..8).map(|_| listed(&store))).await;
    until("an old connection is kept", async || backends().iter().all(|pid| !old.contains(pid))).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_does_not_take_a_server_that_only_reads_for_its_writer() {
    let primary = Postgres::start();
    let url = primary.database();
    let standby = primary.standby();
    let proxy = Proxy::to(standby.address());
    let place = Place::new(PostgresOptions {
        acquire_timeout: Duration::from_millis(500),
        ..PostgresOptions::new(at(&proxy.address(), &url))
    });
    assert!(place.try_to_open().await.is_err(), "it began on a standby");
    // The name leads to the writer again.
    proxy.lead_to(primary.address());
    let store = place.open().await;
    store.record(score("A-1")).await.unwrap();
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_any_more_is_noticed() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let proxy = Proxy::to(postgres.address());
    let calls = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&calls);
    let place = Place::new(PostgresOptions {
        connections: 3,
        acquire_timeout: Duration::from_secs(3),
        statement_timeout: Duration::from_millis(500),
        observer: Some(DatabaseObserver::new(move |call: DatabaseCall| told.lock().unwrap().push(call))),
        ..PostgresOptions::new(at(&proxy.address(), &url))
    });
    let store = Arc::new(place.open().await);
    store.record(score("A-1")).await.unwrap();
    futures_util::future::join_all((0..3).map(|_| listed(&store))).await;
    proxy.set(Way::Silent);
    let silent = Instant::now();
    let all = ScoreFilter::default();
    let (one, other) = tokio::join!(store.scores(&all, None, 1), store.ready());
    assert!(one.is_err() && other.is_err());
    assert!(silent.elapsed() < Duration::from_secs(6), "{:?}", silent.elapsed());
    // What was swallowed stays so: connections of before are of no use, and the pool must not wait for them.
    proxy.set(Way::Open);
    let open = Instant::now();
    until("it does not recover", async || store.ready().await.is_ok()).await;
    store.record(score("A-2")).await.unwrap();
    assert_eq!(listed(&store).await, 2);
    assert!(open.elapsed() < Duration::from_secs(15), "{:?}", open.elapsed());
    let calls = std::mem::take(&mut *calls.lock().unwrap());
    assert!(calls.iter().any(|call| !call.succeeded) && calls.iter().any(|call| call.operation == "commit"));
    store.close().await;
}

/// A password that somebody else changes, given out for a second.
struct Changing(Mutex<String>);

impl PasswordSource for Changing {
    fn password(&self) -> Password<'_> {
        let password = Zeroizing::new(self.0.lock().unwrap().clone());
        Box::pin(async move { Ok((password, Duration::from_secs(1))) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_connections_use_the_password_of_the_moment() {
    let postgres = Postgres::start();
    let url = postgres.database();
    postgres.run("postgres", "CREATE ROLE service LOGIN SUPERUSER PASSWORD 'first'");
    let rules = postgres.files().join("pg_hba.conf");
    let open = std::fs::read_to_string(&rules).unwrap();
    std::fs::write(&rules, format!("host all service 127.0.0.1/32 scram-sha-256\n{open}")).unwrap();
    postgres.run("postgres", "SELECT pg_reload_conf()");
    let source = Arc::new(Changing(Mutex::new("first".to_owned())));
    let passwords: Option<Arc<dyn PasswordSource>> = Some(source.clone());
    let place = Place::new(PostgresOptions { passwords, ..PostgresOptions::new(url.replace("plimsoll@", "service@")) });
    let store = place.open().await;
    store.record(score("A-1")).await.unwrap();
    // As the next token: the one before it opens nothing any more, and connections that are open stay.
    *source.0.lock().unwrap() = "second".to_owned();
    postgres.run("postgres", "ALTER ROLE service PASSWORD 'second'");
    store.record(score("A-2")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    postgres.run("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'service'");
    store.record(score("A-3")).await.unwrap();
    assert_eq!(listed(&store).await, 3);
    store.close().await;
}
