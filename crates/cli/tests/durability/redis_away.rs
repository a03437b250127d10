//! Redis stopped and started under load: it holds limits and locks, nothing that must last.

use std::{sync::Arc, time::Duration};

use load::Book;
use testbed::Redis;

use crate::{
    instance::Place,
    trial::{clear, repeat, score, settle},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_stopped_under_load_stops_no_scoring() {
    let redis = Arc::new(Redis::start());
    let place = Place::embedded().await;
    let instance = place.start_with(&[("PLIMSOLL_REDIS_URL", redis.url())]);
    let book = Arc::new(Book::keeping("redis-away"));
    let interruption = {
        let redis = Arc::clone(&redis);
        tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(500));
            redis.stop();
            std::thread::sleep(Duration::from_secs(2));
            redis.resume();
        })
    };
    let figures = score(&place, instance.address, &book, Duration::from_secs(4)).await;
    interruption.await.unwrap();
    clear(&figures);
    settle(&place, instance.address, &book).await;
    repeat(&place, instance.address, &book).await;
    instance.kill();
    place.audit().await.agrees_with(&book);
}
