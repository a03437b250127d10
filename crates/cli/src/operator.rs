//! What an operator does on the machine itself: straight in the store, beside a service that runs or without one.

use server::{compose, config::Config};
use store::{Store, WriterOptions};

use crate::{commands::runtime, failure::Failure};

/// Opens the store, does something with it, and lets go of it in order.
pub(crate) fn with_store<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Store) -> Result<T, Failure>,
) -> Result<T, Failure> {
    runtime()?.block_on(async {
        let store = compose::open_store(config, WriterOptions::default()).await?;
        let outcome = work(&store).await;
        store.close().await;
        outcome
    })
}
