//! What runs beside the requests until the service begins to stop.

use std::sync::Arc;

use store::Store;

use crate::{App, Error, Result, batches, eligibility, followers::Followers, monitoring, retention, webhooks};

/// Starts what hangs off the ledger and what is done now and then.
pub(super) async fn start(app: &App, store: &Arc<Store>) -> Result<()> {
    eligibility::start(app).await;
    let followers = Followers::new(app, Arc::clone(store));
    monitoring::start(app, &followers).map_err(|problem| Error::Start(problem.detail().to_owned()))?;
    webhooks::start(app, store, &followers)?;
    retention::start(app);
    tokio::spawn(batches::run(app.clone()));
    Ok(())
}
