//! The checks behind `/ready` of a service with a store: store, keyring, model.

use std::sync::Arc;

use store::Store;

use crate::App;

/// Registers them. A process that serves no API scores nothing and needs no model.
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
    let asked = Arc::clone(store);
    app.readiness().register("keyring", move || {
        let sealing = asked.can_seal().map_err(|error| {
            tracing::warn!(%error, "nothing can be sealed");
            "personal data cannot be sealed and opened; the log says why".to_owned()
        });
        async move { sealing }
    });
    if !app.config().listeners.role.has_api() {
        return;
    }
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
                Ok(_) if !app.config().deployment.ready_without_model => {
                    Err("no model is in force: upload one and activate it; the API takes it while this says no"
                        .to_owned())
                }
                // What the store lacks is the other check's to say.
                _ => Ok(()),
            }
        }
    });
}
