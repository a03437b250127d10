//! Load of a trial, and what must hold at its end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use load::{Book, Connection, Figures, Pace, Plan};

use crate::instance::{Instance, Place, applications};

/// Connections of a trial's load.
pub(crate) const CONNECTIONS: usize = 8;
/// Longest wait for a service that is to recover by itself.
const RECOVERY: Duration = Duration::from_secs(60);

/// Statuses that a service may answer with while it cannot record: it says so, and when to come again. 429 among them: a
/// caller whom it has not looked up of late is counted by address until the store can be asked who that is.
pub(crate) const CLEAR: [u16; 3] = [201, 429, 503];

/// Scores at an address for a while; unanswered requests of before come first, with their keys.
pub(crate) async fn score(place: &Place, address: SocketAddr, book: &Arc<Book>, duration: Duration) -> Figures {
    let plan = Plan {
        target: place.scores(address),
        connections: CONNECTIONS,
        pace: Pace::Closed,
        duration,
        only_unanswered: false,
    };
    load::run(plan, &applications(), book).await
}

/// Asks until nothing is unanswered.
pub(crate) async fn settle(place: &Place, address: SocketAddr, book: &Arc<Book>) -> Figures {
    let plan = Plan {
        target: place.scores(address),
        connections: CONNECTIONS,
        pace: Pace::Closed,
        duration: RECOVERY,
        only_unanswered: true,
    };
    let figures = load::run(plan, &applications(), book).await;
    assert_eq!(book.open(), 0, "requests stay without an answer: {figures}");
    figures
}

/// Asks once more for everything that was acknowledged: each answer must be the first one, byte for byte.
pub(crate) async fn repeat(place: &Place, address: SocketAddr, book: &Arc<Book>) {
    book.repeat_all();
    settle(place, address, book).await;
    let mismatches = book.mismatches();
    assert!(mismatches.is_empty(), "{} answers differ from the first, e.g. {:?}", mismatches.len(), mismatches.first());
}

/// Waits until `/ready` says yes.
pub(crate) async fn ready(instance: &Instance) {
    let asked = async {
        loop {
            if let Ok(mut connection) = Connection::open(instance.address).await
                && let Ok(answer) = connection.get("/ready", &[]).await
                && answer.status == 200
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let log = || instance.log();
    tokio::time::timeout(RECOVERY, asked).await.unwrap_or_else(|_| panic!("it does not get ready: {}", log()));
}

/// Only clear answers came: scores, and refusals that say when to come again.
#[track_caller]
pub(crate) fn clear(figures: &Figures) {
    let unclear: Vec<_> = figures.statuses.keys().filter(|status| !CLEAR.contains(status)).collect();
    assert!(unclear.is_empty() && figures.failures.is_empty(), "{figures}");
    assert_eq!(figures.without_retry_after, 0, "refusals without Retry-After: {figures}");
}
