//! The lake: every decision leaves the ledger for Parquet files in a folder or a bucket.
//!
//! A follower plans which decisions go into which file, in the transaction that moves it on; the files are then written from
//! the ledger. Whatever ends the process, the same file is written again, byte for byte. Somebody who is erased is erased
//! from the files, too: those with decisions about the person are written again, and what no key opens is not in them.

mod export;
mod metrics;
mod plan;
mod row;
mod write;

use std::sync::Arc;

use lake::Lake;

use crate::{App, followers::Followers, problem::Problem};
use export::Export;

/// Exports the ledger of an application's store to a lake until the service begins to stop.
///
/// # Errors
/// 503 where there is no store.
pub(crate) fn start(app: &App, followers: &Followers, lake: Lake) -> Result<(), Problem> {
    let store = Arc::clone(app.store()?);
    followers.run(Export::new(app, store, lake));
    Ok(())
}
