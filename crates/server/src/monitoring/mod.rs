//! Monitoring: what is scored from day to day beside what the models were fitted on, and challengers beside champions.
//!
//! It follows the ledger: nothing of it stands in a request. What it keeps are sums, and scores of challengers by the id of
//! the score that was answered; nothing personal.

mod challengers;
mod entry;
mod figures;
mod follower;
mod gauges;

use std::sync::Arc;

pub(crate) use figures::{Comparison, Figures, Swap, by_model, comparisons, drift, figures, together};
pub use follower::Monitor;

use crate::{App, followers::Followers, problem::Problem};

/// Runs monitoring on the ledger of an application's store until the service begins to stop.
///
/// # Errors
/// 503 where there is no store.
pub fn start(app: &App, followers: &Followers) -> Result<(), Problem> {
    let store = Arc::clone(app.store()?);
    followers.run(Monitor::new(app, Arc::clone(&store)));
    gauges::run(app, store);
    Ok(())
}
