//! SIGKILL under load, again and again.

use std::{sync::Arc, time::Duration};

use load::Book;
use testbed::Postgres;

use crate::{
    instance::{Instance, Place},
    trial::{repeat, score, settle},
};

/// Load before each kill.
pub(crate) const LOAD: Duration = Duration::from_millis(300);

/// What is left of the load after it: the clients see their connections cut.
pub(crate) const AFTER: Duration = Duration::from_millis(30);

/// How often the service is killed: `PLIMSOLL_KILLS`, or else this often.
pub(crate) fn kills(otherwise: u64) -> u64 {
    std::env::var("PLIMSOLL_KILLS").ok().map_or(otherwise, |text| text.parse().expect("a number in PLIMSOLL_KILLS"))
}

pub(crate) async fn kill_after(pause: Duration, instance: Instance) {
    tokio::time::sleep(pause).await;
    instance.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_loses_nothing_and_records_nothing_twice() {
    let place = Place::embedded().await;
    let book = Arc::new(Book::keeping("killed"));
    let kills = kills(50);
    for _ in 0..kills {
        let instance = place.start();
        let load = score(&place, instance.address, &book, LOAD + AFTER);
        tokio::join!(load, kill_after(LOAD, instance));
    }
    let instance = place.start();
    settle(&place, instance.address, &book).await;
    repeat(&place, instance.address, &book).await;
    instance.kill();
    assert!(book.count() as u64 > kills, "{} scores are no load for {kills} kills", book.count());
    println!("{} scores over {kills} kills", book.count());
    place.audit().await.agrees_with(&book);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_on_one_postgresql_killed_in_turn_lose_nothing() {
    let postgres = Postgres::shared();
    let place = Place::postgres(postgres.database()).await;
    let book = Arc::new(Book::keeping("killed-in-turn"));
    let mut standing = place.start();
    for _ in 0..kills(10) {
        let falling = place.start();
        let one = score(&place, standing.address, &book, LOAD * 2);
        let other = score(&place, falling.address, &book, LOAD + AFTER);
        tokio::join!(one, other, kill_after(LOAD, falling));
        // The one that stood falls too, while nobody asks it.
        std::mem::replace(&mut standing, place.start()).kill();
    }
    settle(&place, standing.address, &book).await;
    repeat(&place, standing.address, &book).await;
    standing.kill();
    assert!(book.count() > 0);
    let audit = place.audit().await;
    audit.agrees_with(&book);
    assert!(audit.chains.len() > 1, "the instances shared a chain");
}
