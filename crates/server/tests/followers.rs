//! Followers: every entry once and in order, whatever fails, and on one instance at a time.
#![allow(clippy::unwrap_used, reason = "what fails here is the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use server::followers::{Follower, Followers, Trouble};
use server::{App, config::Config};
use store::{
    Change, Cursors, DatabaseOptions, Effects, FileKeyring, NewEntry, PostgresOptions, SqliteOptions, Store,
    StoreOptions, WriterOptions, ledger::Entry,
};
use tempfile::TempDir;
use testbed::Postgres;
use tokio::sync::mpsc;

struct Place {
    folder: TempDir,
    database: DatabaseOptions,
}

impl Place {
    fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        Self { folder, database }
    }

    fn postgres() -> Self {
        let database = DatabaseOptions::Postgres(PostgresOptions::new(Postgres::shared().database()));
        Self { folder: TempDir::new().unwrap(), database }
    }

    async fn open(&self) -> (App, Arc<Store>) {
        let keyring = Arc::new(FileKeyring::open(&self.folder.path().join("keyring.json")).unwrap());
        let options = StoreOptions { database: self.database.clone(), keyring, writer: WriterOptions::default() };
        let store = Arc::new(Store::open(options).await.unwrap());
        (App::with_store(Config::default(), Arc::clone(&store)), store)
    }
}

/// Tells of every entry it is handed; refuses the first batch once.
struct Teller {
    told: mpsc::UnboundedSender<(u32, u64)>,
    fails: AtomicBool,
}

impl Teller {
    fn new(fails: bool) -> (Self, mpsc::UnboundedReceiver<(u32, u64)>) {
        let (told, telling) = mpsc::unbounded_channel();
        (Self { told, fails: AtomicBool::new(fails) }, telling)
    }
}

impl Follower for Teller {
    fn name(&self) -> &'static str {
        "teller"
    }

    async fn handle(&self, entries: &[Entry]) -> Result<Effects, Trouble> {
        if self.fails.swap(false, Ordering::Relaxed) {
            return Err("not now".into());
        }
        for entry in entries {
            let _ = self.told.send((entry.chain, entry.sequence));
        }
        Ok(Effects::none())
    }
}

fn note() -> Change {
    Change::entry(NewEntry::plain("note", None, &serde_json::Map::new()))
}

async fn tells_all(place: Place) {
    let (app, store) = place.open().await;
    for _ in 0..3 {
        store.record(note()).await.unwrap();
    }
    let (teller, mut telling) = Teller::new(true);
    let running = Followers::new(&app, Arc::clone(&store)).run(teller);
    for sequence in 0..3 {
        assert_eq!(telling.recv().await, Some((0, sequence)));
    }
    for sequence in 3..300 {
        store.record(note()).await.unwrap();
        assert_eq!(telling.recv().await, Some((0, sequence)), "told of what is recorded meanwhile");
    }
    app.drain().begin();
    running.await.unwrap();
    assert_eq!(store.follower_cursors("teller").await.unwrap(), Cursors::from([(0, 300)]));
    assert_eq!(store.entries_behind(&store.follower_cursors("teller").await.unwrap()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_is_told_of_every_entry_in_sqlite() {
    tells_all(Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_is_told_of_every_entry_in_postgres() {
    tells_all(Place::postgres()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_takes_over_where_one_stops() {
    let place = Place::postgres();
    let ((first, ours), (second, theirs)) = (place.open().await, place.open().await);
    let (teller, mut telling) = Teller::new(false);
    let running = Followers::new(&first, Arc::clone(&ours)).run(teller);
    ours.record(note()).await.unwrap();
    assert_eq!(telling.recv().await, Some((0, 0)));
    let (teller, mut telling_too) = Teller::new(false);
    let running_too = Followers::new(&second, Arc::clone(&theirs)).run(teller);
    // A chain of the other instance's own: the first follows it too.
    let recorded = theirs.record(note()).await.unwrap();
    assert_eq!(telling.recv().await, Some((recorded[0].chain, 0)));
    first.drain().begin();
    running.await.unwrap();
    theirs.record(note()).await.unwrap();
    assert_eq!(telling_too.recv().await, Some((recorded[0].chain, 1)), "from where the first stopped");
    second.drain().begin();
    running_too.await.unwrap();
    assert!(telling.try_recv().is_err() && telling_too.try_recv().is_err(), "nothing twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_lease_writes_nothing() {
    let place = Place::postgres();
    let (_, store) = place.open().await;
    let (ours, theirs) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let lease = store.lease_follower("teller", ours).await.unwrap().unwrap();
    assert!(store.lease_follower("teller", theirs).await.unwrap().is_none(), "it is taken");
    store.release_follower(&lease).await.unwrap();
    assert!(store.lease_follower("teller", theirs).await.unwrap().is_some());
    assert!(!store.follow(&lease, &Cursors::from([(0, 9)]), Effects::none()).await.unwrap());
    assert!(store.follower_cursors("teller").await.unwrap().is_empty());
}
