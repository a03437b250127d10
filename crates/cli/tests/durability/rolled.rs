//! A new version rolled in under load behind a balancer, by the rules that Terraform gives ECS: no request fails, whether the new
//! version is good or bad.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use load::Book;
use testbed::Postgres;

use crate::{
    fleet::{Fleet, Verdict, Version},
    instance::Place,
    trial::{repeat, score},
};

/// Instances of a version.
const DESIRED: usize = 2;

/// Scores through the balancer for as long as the work takes. Every answer must be a score that was made.
async fn under_load<T>(
    place: &Place,
    address: std::net::SocketAddr,
    book: &Arc<Book>,
    work: impl Future<Output = T>,
) -> T {
    let over = AtomicBool::new(false);
    let load = async {
        let mut answers = 0;
        loop {
            let last = over.load(Ordering::Relaxed);
            let figures = score(place, address, book, Duration::from_secs(1)).await;
            assert_eq!(figures.failed(), 0, "{figures}");
            assert!(figures.statuses.keys().eq([&201]), "{figures}");
            answers += figures.statuses[&201];
            // One whole second after all is over.
            if last {
                return answers;
            }
        }
    };
    let work = async {
        let done = work.await;
        over.store(true, Ordering::Relaxed);
        done
    };
    let (answers, done) = tokio::join!(load, work);
    println!("{answers} answers, all of them 201");
    done
}

/// Everything acknowledged is there once, answered the same again, in chains that verify; gives how many chains there are.
async fn settled(place: &Place, fleet: Fleet<'_>, book: &Arc<Book>) -> usize {
    assert_eq!(book.open(), 0);
    repeat(place, fleet.balancer.address, book).await;
    assert!(book.count() > 0);
    drop(fleet);
    let audit = place.audit().await;
    audit.agrees_with(book);
    audit.chains.len()
}

/// A deployment of a version that is bad: it is given nothing, and the old processes go on.
async fn refused(name: &str, bad: impl FnOnce(&Postgres) -> Version) -> Verdict {
    let postgres = Postgres::shared();
    let place = Place::postgres(postgres.database()).await;
    let mut fleet = Fleet::start(&place, DESIRED, Version::new()).await;
    let book = Arc::new(Book::keeping(name));
    let (address, before) = (fleet.balancer.address, fleet.ports());
    let verdict = under_load(&place, address, &book, fleet.deploy(bad(postgres))).await;
    assert_eq!(fleet.ports(), before, "the old version does not go on as it was: {verdict:?}");
    settled(&place, fleet, &book).await;
    verdict
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_rolled_in_under_load_fails_no_request() {
    let postgres = Postgres::shared();
    let place = Place::postgres(postgres.database()).await;
    let mut fleet = Fleet::start(&place, DESIRED, Version::new()).await;
    let book = Arc::new(Book::keeping("rolled"));
    let address = fleet.balancer.address;
    for level in ["info", "error"] {
        let before = fleet.ports();
        let new = vec![("PLIMSOLL_LOG", level.to_owned())];
        let verdict = under_load(&place, address, &book, fleet.deploy(new)).await;
        assert_eq!(verdict, Verdict::Live);
        let after = fleet.ports();
        assert!(after.iter().all(|port| !before.contains(port)), "an old process goes on: {before:?}, {after:?}");
        assert!(after.iter().all(|port| fleet.balancer.given(*port) > 0), "a new process is given nothing");
    }
    // Each process that records does so in a chain of its own, unless it goes on with that of one which ended.
    let chains = settled(&place, fleet, &book).await;
    assert!(chains > DESIRED, "the versions were not there side by side: {chains} chains");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_does_not_get_ready_is_let_in_nowhere_and_rolled_back() {
    // A database that is the wrong one: it is there, and no model is in force in it.
    let wrong = |postgres: &Postgres| vec![("PLIMSOLL_DATABASE_URL", postgres.database())];
    let verdict = refused("unwell", wrong).await;
    let Verdict::RolledBack { crashed: 0, unwell, given: 0 } = verdict else { panic!("{verdict:?}") };
    assert!(unwell >= 3, "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_ends_at_its_start_is_rolled_back() {
    let wrong = |_: &Postgres| vec![("PLIMSOLL_DRAIN_GRACE", "soon".to_owned())];
    let verdict = refused("crashed", wrong).await;
    assert_eq!(verdict, Verdict::RolledBack { crashed: 3, unwell: 0, given: 0 });
}
