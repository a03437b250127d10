//! What handlers and the frame share.

mod drain;
mod readiness;

use std::fmt;
use std::sync::Arc;

pub use drain::Drain;
pub use readiness::Readiness;

use crate::config::Config;
use crate::conventions::cursor::Cursors;
use crate::operations::metrics::Metrics;
use crate::problem::{Kind, Problem};

/// What handlers and the frame share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    config: Config,
    metrics: Metrics,
    readiness: Readiness,
    drain: Drain,
    cursors: Cursors,
    store: Option<Arc<store::Store>>,
}

impl App {
    /// An application with these settings and nothing registered yet, without a store: for what needs none.
    pub fn new(config: Config) -> Self {
        Self::assemble(config, None)
    }

    /// An application with these settings over a store.
    pub fn with_store(config: Config, store: Arc<store::Store>) -> Self {
        Self::assemble(config, Some(store))
    }

    fn assemble(config: Config, store: Option<Arc<store::Store>>) -> Self {
        let drain = Drain::new();
        Self(Arc::new(Parts {
            metrics: Metrics::new(),
            readiness: Readiness::new(),
            cursors: Cursors::of_this_process(),
            config,
            drain,
            store,
        }))
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// What is counted and measured.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The checks behind `/ready`.
    pub fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    /// How far stopping has come.
    pub fn drain(&self) -> &Drain {
        &self.0.drain
    }

    /// What makes and reads cursors of lists.
    pub fn cursors(&self) -> &Cursors {
        &self.0.cursors
    }

    /// What lasts.
    ///
    /// # Errors
    /// 503 where this process was started without a store.
    pub fn store(&self) -> Result<&Arc<store::Store>, Problem> {
        self.0.store.as_ref().ok_or_else(|| Kind::Unavailable.because("this process has no store"))
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.0.config).finish_non_exhaustive()
    }
}
