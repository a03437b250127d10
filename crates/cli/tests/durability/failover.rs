//! The database's writer killed under load, and its standby promoted: what Aurora does at a failover.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use load::{Book, Connection};
use testbed::{Postgres, Proxy};

use crate::{
    instance::{Instance, Place},
    trial::{clear, ready, repeat, score, settle},
};

/// Load before the writer is killed.
const BEFORE: Duration = Duration::from_secs(2);
/// How long the name leads to nobody: Aurora takes longer, and then the service waits longer.
const NOBODY: Duration = Duration::from_secs(4);
/// Load after that.
const AFTER: Duration = Duration::from_secs(8);

/// Asks `/ready` until told to stop; gives the longest time in which it did not say yes.
async fn longest_unready(instance: &Instance, stop: &AtomicBool) -> Duration {
    let (mut since, mut longest) = (None, Duration::ZERO);
    while !stop.load(Ordering::Relaxed) {
        let asked = async {
            let mut connection = Connection::open(instance.address).await.ok()?;
            connection.get("/ready", &[]).await.ok().map(|answer| answer.status)
        };
        if asked.await == Some(200) {
            longest = longest.max(since.take().map_or(Duration::ZERO, |since: Instant| since.elapsed()));
        } else {
            since.get_or_insert_with(Instant::now);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    longest.max(since.map_or(Duration::ZERO, |since| since.elapsed()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_is_killed_is_followed_to_its_standby_and_nothing_acknowledged_is_lost() {
    let primary = Postgres::start();
    let url = primary.database();
    let standby = primary.standby();
    primary.commit_with_standby();
    let proxy = Arc::new(Proxy::to(primary.address()));
    let place = Place::postgres(url.replace(&primary.address(), &proxy.address())).await;
    let (first, second) = (place.start(), place.start());
    let book = Arc::new(Book::keeping("failover"));
    let failover = {
        let proxy = Arc::clone(&proxy);
        tokio::task::spawn_blocking(move || {
            std::thread::sleep(BEFORE);
            primary.kill();
            std::thread::sleep(NOBODY);
            standby.promote();
            proxy.lead_to(standby.address());
            (primary, standby, Instant::now())
        })
    };
    let duration = BEFORE + NOBODY + AFTER;
    let stop = AtomicBool::new(false);
    let load = async {
        let loaded =
            tokio::join!(score(&place, first.address, &book, duration), score(&place, second.address, &book, duration));
        stop.store(true, Ordering::Relaxed);
        loaded
    };
    let ((one, other), unready) = tokio::join!(load, longest_unready(&first, &stop));
    let (_primary, standby, _) = failover.await.unwrap();
    clear(&one);
    clear(&other);
    println!("unready for {unready:?} of {NOBODY:?} without a writer; {one}; {other}");
    assert!(unready >= Duration::from_secs(1), "the writer was not missed: {unready:?}");
    assert!(unready < NOBODY + Duration::from_secs(6), "it does not recover within seconds: {unready:?}");
    // A caller is told of it, or held until the standby is the writer.
    for figures in [&one, &other] {
        let noticed = figures.statuses.contains_key(&503) || figures.latency.greatest() >= Duration::from_secs(1);
        assert!(figures.statuses.contains_key(&201) && noticed, "{figures}");
    }
    ready(&first).await;
    ready(&second).await;
    settle(&place, first.address, &book).await;
    repeat(&place, second.address, &book).await;
    first.kill();
    second.kill();
    assert!(book.count() > 0);
    place.audit().await.agrees_with(&book);
    drop(standby);
}
