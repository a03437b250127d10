//! The service put together from its settings: where store, keyring, engines and figures meet. The one place for it, so
//! that tests serve what `plimsoll serve` does.

mod aws;
mod check;
mod checkpoint_copies;
mod checkpoints;
mod commits;
mod data_folder;
mod deployed;
mod faces;
mod keyring;
mod links;
mod objects;
mod places;
mod readiness;
mod rotating_password;
mod secrets;
mod service_keys;
mod settling;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use store::{Store, WriterOptions};
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::notice::NoticeDesk;
use crate::operations::metrics::Dependencies;
use crate::scoring::follow_deployment;
use crate::{App, Error, Result};
use aws::Aws;
pub use check::{Checked, check};
use checkpoint_copies::Copies;
use commits::Commits;
pub use data_folder::DataFolder;
pub use deployed::{NewDeployment, deploy, keep_report};
pub use keyring::{keyring_file, open_store, open_store_from, public_key};
pub use links::database_for_a_command as database;
pub use objects::open_lake;
pub use places::embedded;
pub use secrets::settings;

/// How long what runs beside the requests may take to finish what it has begun.
const PATIENCE: Duration = Duration::from_secs(5);

/// A service that is ready to be served, and what it stands on.
#[derive(Debug)]
pub struct Composed {
    /// What handlers share.
    pub app: App,
    store: Arc<Store>,
    /// What runs beside the requests.
    tasks: TaskTracker,
    copies: Option<Arc<Copies>>,
    /// Held as long as the service may write into it.
    folder: Option<DataFolder>,
}

/// Opens the store, puts in force what it says is, and registers what `/ready` and `/metrics` show.
///
/// # Errors
/// Where the data folder is in use, the store cannot be opened, or what it says is in force cannot be compiled.
pub async fn compose(mut config: Config) -> Result<Composed> {
    let folder = match &config.store.database_url {
        Some(_) => None,
        None => Some(DataFolder::take(&config.store.data)?),
    };
    let dependencies = Dependencies::default();
    let aws = Aws::new(&dependencies);
    secrets::read_again(&mut config, &aws).await?;
    let commits = Commits::default();
    let counted = commits.clone();
    let observer: Arc<dyn Fn(store::Commit) + Send + Sync> = Arc::new(move |commit| counted.observe(commit));
    let writer = WriterOptions { observer: Some(observer), ..WriterOptions::default() };
    let store = Arc::new(keyring::open(&config, writer, &aws, &dependencies).await?);
    let faces = faces::choose(&config, &store, &aws, dependencies).await?;
    let app = App::with_faces(config, Arc::clone(&store), faces);
    if folder.is_some() {
        // Nobody else serves from it: whoever held applications of a batch or a table is gone.
        store.release_chunks().await?;
        store.end_abandoned_trainings(true).await?;
    }
    commits.register(app.metrics());
    readiness::register(&app, &store);
    checkpoints::start(&app, &store);
    service_keys::start(&app, &store);
    let copies = match &app.config().checkpoints.place {
        Some(place) => Some(Copies::new(&app, &store, objects::open(place, "PLIMSOLL_CHECKPOINTS", &aws).await?)),
        None => None,
    };
    let lake = match app.config().lake.place(&app.config().store) {
        Some(place) => {
            let lake = objects::open(&place, "PLIMSOLL_LAKE", &aws).await?;
            objects::clear(place);
            Some(lake)
        }
        None => None,
    };
    let followed = follow_deployment(&app).await;
    followed.map_err(|problem| Error::Start(problem.detail().to_owned()))?;
    let lender = &app.config().lender;
    let notices = NoticeDesk::open(lender.file.as_deref(), lender.templates.as_deref());
    app.use_notices(notices.map_err(|error| Error::Start(error.to_string()))?);
    let tasks = tasks::start(&app, &store, lake, copies.clone()).await?;
    Ok(Composed { app, store, tasks, copies, folder })
}

impl Composed {
    /// What lasts.
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Records what waits and lets go of the store and its folder. For when serving has ended.
    pub async fn close(self) {
        self.app.drain().begin();
        // Who lets go of a lease spares the next instance the wait for its end.
        if tokio::time::timeout(PATIENCE, self.tasks.wait()).await.is_err() {
            tracing::warn!("what runs beside the requests does not end; the store is closed all the same");
        }
        checkpoints::make(&self.store).await;
        if let Some(copies) = &self.copies
            && tokio::time::timeout(PATIENCE, copies.finish()).await.is_err()
        {
            tracing::warn!("the last checkpoint is not copied yet; that is done at the next start");
        }
        self.store.close().await;
        drop(self.folder);
    }
}
