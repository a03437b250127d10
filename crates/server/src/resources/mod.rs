//! One file a resource: its routes, its handlers, its documents.

pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod problems;
pub(crate) mod webhooks;
pub(crate) mod welcome;
