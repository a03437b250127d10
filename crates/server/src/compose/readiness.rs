//! The checks behind `/ready` of a service with a store.

use std::sync::Arc;

use store::Store;

use crate::App;

/// Registers them. A store without a model in force is ready: the model arrives through it.
pub(super) fn register(app: &App, store: &Arc<Store>) {
    let asked = Arc::clone(store);
    app.readiness().register("store", move || {
        let store = Arc::clone(&asked);
        async move {
            store.ready().await.map_err(|error| {
                tracing::warn!(%error, "the store is not ready");
                "it cannot be read or written; the log says why".to_owned()
            })
        }
    });
    // The app holds the checks: what they hold of it must not keep it alive.
    let (app_of_check, asked) = (app.downgrade(), Arc::clone(store));
    app.readiness().register("model", move || {
        let (app, store) = (app_of_check.upgrade(), Arc::clone(&asked));
        async move {
            let Some(app) = app else { return Ok(()) };
            if app.engines().champion().is_ok() {
                return Ok(());
            }
            match store.deployment().await {
                Ok(deployment) if deployment.champion.is_some() => {
                    Err("the model in force is not compiled yet; the log says why".to_owned())
                }
                // Without a model it is ready; what the store lacks is the other check's to say.
                _ => Ok(()),
            }
        }
    });
}
