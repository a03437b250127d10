//! Changes of the catalogue that an instance made and could not record: brought into the ledger.

use std::time::Duration;

use crate::App;

/// How often to look whether a change waits.
const EVERY: Duration = Duration::from_secs(60);

/// Looks at once, and goes on doing so until the service takes no more connections.
pub(super) fn start(app: &App) {
    let Ok(items) = app.items().cloned() else { return };
    let drain = app.drain().clone();
    tokio::spawn(async move {
        let settle = async {
            loop {
                match items.settle().await {
                    Ok(0) => {}
                    Ok(settled) => tracing::info!(settled, "changes of items that waited are in the ledger"),
                    Err(error) => {
                        tracing::warn!(%error, "changes of items cannot be looked for or recorded; they wait")
                    }
                }
                tokio::time::sleep(EVERY).await;
            }
        };
        tokio::select! {
            () = settle => {}
            () = drain.closing() => {}
        }
    });
}
