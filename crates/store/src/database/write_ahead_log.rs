//! SQLite's write-ahead log is folded into the file beside the writer, so that commits seldom wait for it.
//!
//! A passive checkpoint hinders nobody. While scores come without a pause it never catches up with the log's end, where the
//! log begins anew: that the writer does itself once the log is long, when little is left to fold.

use std::time::Duration;

use sqlx::{Row, SqlitePool};

/// Pages in the log at which the writer folds what is left: 64 MiB.
pub(super) const LONG: &str = "16000";
/// Pause while little is written, and while much is.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_millis(10));
/// Pages in the log that are much.
const MUCH: i64 = 1000;

/// Folds until the pool closes.
pub(super) async fn fold(pool: SqlitePool) {
    let mut closing = std::pin::pin!(pool.close_event());
    let mut pause = PAUSE.0;
    loop {
        tokio::select! {
            () = &mut closing => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = match sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&pool).await {
            // Whether it was kept from it, pages in the log, pages that are folded.
            Ok(row) if row.try_get::<i64, _>(1).unwrap_or(0) >= MUCH => PAUSE.1,
            Ok(_) => PAUSE.0,
            Err(error) => {
                tracing::debug!(%error, "the log is not folded; the writer does it");
                PAUSE.0
            }
        };
    }
}
