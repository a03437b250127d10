//! Webhooks: the endpoints that events go to, and the outbox of what is still to be sent.
//!
//! A change of an endpoint is an entry of the ledger; its secret never is. The outbox is housekeeping: what it sends is
//! drawn from entries, and can be drawn again.

mod claims;
mod deliveries;
mod endpoints;
mod outcome;
mod secret;
mod settings;

pub use claims::{Claimed, Target, Waiting};
pub use deliveries::{Attempt, Delivery, DeliveryState, NewDelivery, OutboxDepth};
pub use endpoints::{Endpoint, RepeatWebhook};
pub use outcome::{Finished, Outcome};
pub use secret::Secret;
pub use settings::{MAX_ENDPOINTS, Settings};
