//! What hangs off the ledger and never off a request: followers, each fed every entry in order.
//!
//! A follower is handed batches of entries and gives back what is to be written for them. That and its place in each
//! chain go into one transaction, so that it is written exactly once. What a follower does outside the store it may do
//! again after a crash: there its effects must be idempotent. Of several instances one at a time runs a follower;
//! another takes over within seconds when that one goes silent.

mod runner;

use std::future::Future;
use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{family::Family, gauge::Gauge};
use store::{Effects, Store, ledger::Entry};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::{App, Drain};

/// Why a batch could not be handled; it is tried again after a pause.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Something that is fed every entry of the ledger, in the order of each chain.
pub trait Follower: Send + Sync + 'static {
    /// Its name: what its place is kept under, and its label in metrics. Never changes.
    fn name(&self) -> &'static str;

    /// Makes of a batch what is to be written for it. An entry that makes no sense is to be passed over, not refused: a
    /// batch that fails is tried again until it does not, and nothing after it is looked at.
    ///
    /// # Errors
    /// Where trying again later may help.
    fn handle(&self, entries: &[Entry]) -> impl Future<Output = Result<Effects, Trouble>> + Send;

    /// Does a piece of what is due whether entries come or not, and gives what is to be written for it; `None` where
    /// nothing is due. Asked between batches and every while. It may be broken off at any place and done again.
    ///
    /// # Errors
    /// Where trying again later may help.
    fn tend(&self) -> impl Future<Output = Result<Option<Effects>, Trouble>> + Send {
        std::future::ready(Ok(None))
    }
}

/// Runs followers.
#[derive(Clone)]
pub struct Followers {
    store: Arc<Store>,
    drain: Drain,
    lag: Family<Of, Gauge>,
    tasks: TaskTracker,
}

/// Which follower.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    follower: &'static str,
}

impl Followers {
    /// Followers of a store's ledger, which end when the service begins to stop.
    #[must_use]
    pub fn new(app: &App, store: Arc<Store>) -> Self {
        let lag = Family::default();
        app.metrics().register("follower_lag_entries", "Entries that a follower has not handled yet", lag.clone());
        Self { store, drain: app.drain().clone(), lag, tasks: TaskTracker::new() }
    }

    /// What runs them: ends once each has let go of its lease.
    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Runs a follower until the service begins to stop. What was begun is finished.
    pub fn run(&self, follower: impl Follower) -> JoinHandle<()> {
        let lag = self.lag.get_or_create_owned(&Of { follower: follower.name() });
        self.tasks.spawn(runner::run(Arc::clone(&self.store), self.drain.clone(), lag, follower))
    }
}
