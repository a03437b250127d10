//! PostgreSQL stopped and started under load.

use std::{sync::Arc, time::Duration};

use load::Book;
use testbed::Postgres;

use crate::{
    instance::Place,
    trial::{clear, ready, repeat, score, settle},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_stopped_and_started_is_told_clearly_and_recovered_from() {
    let postgres = Arc::new(Postgres::start());
    let place = Place::postgres(postgres.database()).await;
    let (first, second) = (place.start(), place.start());
    let book = Arc::new(Book::keeping("postgresql-away"));
    for _ in 0..3 {
        let interruption = {
            let postgres = Arc::clone(&postgres);
            tokio::task::spawn_blocking(move || {
                std::thread::sleep(Duration::from_millis(500));
                postgres.stop();
                // Longer than the writer waits before it refuses.
                std::thread::sleep(Duration::from_secs(4));
                postgres.resume();
            })
        };
        let duration = Duration::from_secs(6);
        let one = score(&place, first.address, &book, duration);
        let (one, other) = tokio::join!(one, score(&place, second.address, &book, duration));
        interruption.await.unwrap();
        clear(&one);
        clear(&other);
        ready(&first).await;
        ready(&second).await;
    }
    settle(&place, first.address, &book).await;
    // Whichever instance is asked.
    repeat(&place, second.address, &book).await;
    first.kill();
    second.kill();
    assert!(book.count() > 0);
    place.audit().await.agrees_with(&book);
}
