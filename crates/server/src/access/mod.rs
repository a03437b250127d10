//! Who calls and what they may do.
//!
//! A handler demands a scope in its signature, `caller: Allowed<scope::ItemsWrite>`, and says so once more in its document,
//! `security(("api_key" = ["items:write"]))`; `tests/authorisation.rs` holds the two against one another.

mod allowed;
mod caller;
pub(crate) mod one_key;
pub(crate) mod refusal;
pub mod role;
pub mod scope;

pub use allowed::Allowed;
pub use caller::Caller;
pub use scope::{Demand, Scope, Scopes};
