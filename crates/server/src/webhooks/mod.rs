//! Webhooks in the Standard Webhooks format: events drawn from the ledger, sent until they are taken.
//!
//! Entry → [`event`] → outbox (`store::webhooks`) → [`sender`] → [`client`], guarded against calls into one's own network.

pub(crate) mod client;
pub(crate) mod event;
pub(crate) mod guard;
mod metrics;
pub(crate) mod outbox;
mod retry;
mod sender;
pub mod signature;

pub use guard::{Guard, Lookup, SystemLookup};
pub use outbox::hand_in;
pub use sender::{start, start_with};
