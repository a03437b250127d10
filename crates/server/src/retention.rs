//! Retention and housekeeping: what is done now and then, by one instance at a time.

use std::{sync::Arc, time::Duration};

use store::{Moment, Store};

use crate::{App, config::Retention};

/// How often to look what is due.
const LOOK: Duration = Duration::from_secs(60);
/// As much for runs over many people.
const LONG: Duration = Duration::from_secs(6 * 3_600);
/// A little less than a day, so that the time of the run does not drift.
const DAILY: Duration = Duration::from_secs(86_400 - 300);
const OFTEN: Duration = Duration::from_secs(600);
/// How long a turn lasts where its holder is gone.
const TURN: Duration = Duration::from_secs(3_600);

/// Does so until the service stops.
pub(crate) fn start(app: &App) {
    let Ok(store) = app.store().cloned() else { return };
    let app = app.clone();
    tokio::spawn(async move {
        let work = async {
            loop {
                tokio::time::sleep(LOOK).await;
                if let Err(error) = all(&store, &app.config().retention).await {
                    tracing::warn!(%error, "housekeeping failed; it is tried again");
                }
            }
        };
        tokio::select! {
            () = work => {}
            () = app.drain().closing() => {}
        }
    });
}

/// Whatever is due.
async fn all(store: &Arc<Store>, settings: &Retention) -> store::Result<()> {
    if settings.enabled
        && let Some(turn) = store.take_turn("retention", DAILY, LONG).await?
    {
        let retired = store.retire_applicants(&turn, settings.months).await?;
        tracing::info!(erased = retired.count, before = %retired.before, "retention: old applicants are erased");
    }
    if let Some(turn) = store.take_turn("requests", OFTEN, TURN).await? {
        let forgotten = store.forget_requests(settings.requests).await?;
        store.finish_turn(&turn).await?;
        tracing::debug!(forgotten, "old requests are forgotten");
    }
    if let Some(turn) = store.take_turn("batches", OFTEN, TURN).await? {
        let kept = i64::try_from(settings.batches.as_secs()).unwrap_or(i64::MAX);
        let deleted = store.delete_batches(Moment::now().plus_seconds(kept.saturating_neg())).await?;
        store.finish_turn(&turn).await?;
        tracing::debug!(deleted, "old batches are deleted");
    }
    if let Some(turn) = store.take_turn("destruction", DAILY, TURN).await? {
        match store.destroy_erased().await? {
            0 => store.finish_turn(&turn).await?,
            pending => tracing::warn!(pending, "traces of erased applicants are not destroyed yet; it is tried again"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use store::{DatabaseOptions, FileKeyring, SqliteOptions, StoreOptions, WriterOptions};

    use super::*;

    #[tokio::test]
    async fn batches_go_when_they_were_kept_long_enough_and_open_ones_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let keyring = Arc::new(FileKeyring::open(&folder.path().join("keyring.json")).expect("a keyring"));
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        let options = StoreOptions { database, keyring, writer: WriterOptions::default() };
        let store = Arc::new(Store::open(options).await.expect("a store"));
        let ended = store.begin_batch("key:1", "csv").await.expect("begun");
        store.end_batch(ended, None, "key:1").await.expect("ended");
        let open = store.begin_batch("key:1", "csv").await.expect("begun");
        let settings = Retention { batches: Duration::ZERO, ..crate::config::Config::default().retention };
        all(&store, &settings).await.expect("done");
        assert!(matches!(store.batch(ended).await, Err(store::Error::NotFound { .. })));
        assert!(store.batch(open).await.is_ok(), "it has not ended");
    }
}
