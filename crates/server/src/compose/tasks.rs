//! What runs beside the requests until the service begins to stop.

use std::sync::Arc;

use store::Store;
use tokio_util::task::TaskTracker;

use super::{checkpoint_copies::Copies, settling};
use crate::{
    App, Error, Result, batches, eligibility, followers::Followers, lake, monitoring, retention, trainings, webhooks,
};

/// Starts what hangs off the ledger and what is done now and then. Gives what is to be waited for before the store is
/// closed.
pub(super) async fn start(
    app: &App,
    store: &Arc<Store>,
    lake: Option<::lake::Lake>,
    copies: Option<Arc<Copies>>,
) -> Result<TaskTracker> {
    eligibility::start(app).await;
    settling::start(app);
    let followers = Followers::new(app, Arc::clone(store));
    monitoring::start(app, &followers).map_err(|problem| Error::Start(problem.detail().to_owned()))?;
    if let Some(lake) = lake {
        lake::start(app, &followers, lake).map_err(|problem| Error::Start(problem.detail().to_owned()))?;
    }
    let tasks = followers.tasks().clone();
    if let Some(copies) = copies {
        tasks.spawn(async move { copies.run().await });
    }
    let [_, sending] = webhooks::start(app, store, &followers)?;
    tasks.spawn(async move { drop(sending.await) });
    retention::start(app);
    if app.config().listeners.role.has_api() {
        tasks.spawn(batches::run(app.clone()));
        tasks.spawn(trainings::run(app.clone()));
    }
    tasks.close();
    Ok(tasks)
}
