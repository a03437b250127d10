//! What handlers and the frame share.

mod drain;
mod readiness;

use std::sync::Arc;

pub use drain::Drain;
pub use readiness::Readiness;

use crate::config::Config;
use crate::conventions::cursor::Cursors;
use crate::operations::metrics::Metrics;

/// What handlers and the frame share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    config: Config,
    metrics: Metrics,
    readiness: Readiness,
    drain: Drain,
    cursors: Cursors,
}

impl App {
    /// An application with these settings and nothing registered yet.
    pub fn new(config: Config) -> Self {
        let drain = Drain::new();
        Self(Arc::new(Parts {
            metrics: Metrics::new(),
            readiness: Readiness::new(),
            cursors: Cursors::of_this_process(),
            config,
            drain,
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
}
