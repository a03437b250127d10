//! The service's own keys while serving: counted, replaced and wrapped anew as the settings say.

use std::sync::Arc;
use std::time::Duration;

use store::{KeyLimits, Store};

use crate::App;

/// How often to look. Also how long it takes at most until an instance knows of a key that another made.
const LOOK: Duration = Duration::from_secs(60);

/// Looks after them at once, then until the service takes no more connections.
pub(super) fn start(app: &App, store: &Arc<Store>) {
    let settings = &app.config().keyring;
    let limits = KeyLimits { seals: settings.seals, age: settings.age, rewrap: settings.rewrap };
    let (drain, store) = (app.drain().clone(), Arc::clone(store));
    tokio::spawn(async move {
        loop {
            if let Err(error) = store.tend_keys(limits).await {
                tracing::warn!(%error, "the service's keys could not be looked after; it is tried again in a minute");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = drain.closing() => return,
            }
        }
    });
}
