//! SIGTERM under load, with two instances behind a proxy.

use std::{sync::Arc, time::Duration};

use load::Book;
use testbed::{Postgres, free_port};

use crate::{
    balancer::{Balancer, Check},
    instance::{Instance, Place},
    trial::{ready, repeat, score},
};

/// Asked so often that the grace after SIGTERM is longer.
fn check() -> Check {
    let interval = Duration::from_millis(100);
    Check { path: "/ready".to_owned(), interval, timeout: Duration::from_secs(2), rise: 1, fall: 1, retries: 3 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_with_sigterm_behind_a_proxy_fails_no_request() {
    let postgres = Postgres::shared();
    let place = Place::postgres(postgres.database()).await;
    let ports = [free_port(), free_port()];
    let start = |port: u16| -> Instance {
        let grace = ("PLIMSOLL_DRAIN_GRACE", "1s".to_owned());
        place.start_with(&[("PLIMSOLL_LISTEN", format!("127.0.0.1:{port}")), grace])
    };
    let mut instances = ports.map(start);
    let proxy = Balancer::start(&ports, &check()).await;
    let book = Arc::new(Book::keeping("shut-down"));
    for _ in 0..2 {
        for (instance, port) in instances.iter_mut().zip(ports) {
            let load = score(&place, proxy.address, &book, Duration::from_secs(4));
            let replaced = async {
                tokio::time::sleep(Duration::from_millis(500)).await;
                instance.terminate();
                let next = start_after(instance, || start(port)).await;
                let stopped = std::mem::replace(instance, next);
                drop(stopped);
                ready(instance).await;
            };
            let (figures, ()) = tokio::join!(load, replaced);
            assert_eq!(figures.failed(), 0, "{figures}");
        }
    }
    assert_eq!(book.open(), 0);
    repeat(&place, proxy.address, &book).await;
    instances.into_iter().for_each(Instance::kill);
    place.audit().await.agrees_with(&book);
}

/// Starts the next process once this one has ended by itself, without holding up the load.
async fn start_after(stopping: &mut Instance, start: impl FnOnce() -> Instance) -> Instance {
    while !stopping.has_ended() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    start()
}
