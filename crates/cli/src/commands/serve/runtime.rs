//! The runtime that the commands of the service run in.

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// A runtime with a thread a core.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let built = Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| Failure::system(format!("cannot start the threads that serve: {error}")))
}
