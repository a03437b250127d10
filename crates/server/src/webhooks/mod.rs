//! Webhooks in the Standard Webhooks format: events drawn from the ledger, sent until they are taken.
//!
//! Entry → `event` → outbox (`store::webhooks`) → `sender` → `client`, guarded against calls into one's own network.

pub(crate) mod client;
pub(crate) mod event;
pub(crate) mod guard;
mod metrics;
pub(crate) mod outbox;
mod retry;
mod sender;
pub mod signature;

pub use guard::{Addresses, Guard, Lookup, Refused, SystemLookup};
pub use outbox::hand_in;
pub use sender::{send, send_with};

use std::sync::Arc;

use store::Store;
use tokio::task::JoinHandle;

use crate::followers::Followers;
use crate::{App, Result};

/// Fills the outbox from the ledger and sends what is in it, until the service begins to stop.
///
/// # Errors
/// As [`send`].
pub fn start(app: &App, store: &Arc<Store>, followers: &Followers) -> Result<[JoinHandle<()>; 2]> {
    let sending = send(app, Arc::clone(store))?;
    Ok([followers.run(outbox::Outbox { store: Arc::clone(store) }), sending])
}
