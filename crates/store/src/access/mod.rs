//! Who may do what: API keys, users with roles, their sessions.

mod actor;
mod role;

pub use actor::Actor;
pub use role::Role;
