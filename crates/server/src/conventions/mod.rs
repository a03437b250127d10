//! What every resource shares, one file a convention.

pub mod body;
pub mod context;
pub mod cursor;
pub mod entity_tag;
pub mod extract;
pub(crate) mod frame;
pub mod negotiation;
pub mod page;
pub(crate) mod request_id;
pub mod security_headers;
pub(crate) mod style_policy;
pub mod trace_parent;
