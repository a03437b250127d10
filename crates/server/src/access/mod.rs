//! Who calls, what they may do, and how often.
//!
//! A handler demands a scope in its signature, `caller: Allowed<scope::ItemsWrite>`, and its document says so once more,
//! `security(("api_key" = ["items:write"]))`, for a scope that keys can have, or `security(("session" = ["users:write"]))`,
//! for one that only users have. The gate in front of all operations goes by the document; `tests/authorisation.rs` holds
//! the two against one another. What anybody may call stands in [`PUBLIC`].

mod allowed;
mod authority;
mod caller;
mod client;
pub(crate) mod cookie;
mod credentials;
mod gate;
pub(crate) mod intent;
mod known;
mod lookups;
pub(crate) mod password_field;
mod rate_limit;
mod refusal;
mod requirement;
pub mod role;
pub(crate) mod same_origin;
pub mod scope;

pub use allowed::Allowed;
pub(crate) use authority::Authority;
pub use caller::Caller;
pub(crate) use client::Client;
pub(crate) use gate::GateLayer;
pub(crate) use rate_limit::RateLimits;
pub use requirement::PUBLIC;
pub(crate) use requirement::{BY_KEY, BY_KEY_HEADER, BY_SESSION, complete, open};
pub use scope::{Demand, Scope, Scopes};
