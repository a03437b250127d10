//! Checkpoints while serving: one every few minutes in which something was recorded, and a last one before the end.

use std::sync::Arc;
use std::time::Duration;

use store::Store;

use crate::App;

/// How long entries wait for a checkpoint.
const EVERY: Duration = Duration::from_secs(300);

/// Makes checkpoints until the service takes no more connections.
pub(super) fn start(app: &App, store: &Arc<Store>) {
    let (drain, store) = (app.drain().clone(), Arc::clone(store));
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => make(&store).await,
                () = drain.closing() => return,
            }
        }
    });
}

/// Makes one, if anything was recorded since the last.
pub(super) async fn make(store: &Store) {
    match store.checkpoint().await {
        Ok(_) | Err(store::Error::NotFound { .. }) => {}
        Err(error) => tracing::warn!(%error, "no checkpoint could be made; the next is tried in its time"),
    }
}
