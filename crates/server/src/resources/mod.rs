//! One file a resource: its routes, its handlers, its documents.

pub(crate) mod api_keys;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod ledger;
pub(crate) mod notices;
pub(crate) mod problems;
pub(crate) mod reviews;
pub(crate) mod scores;
pub(crate) mod scores_batch;
pub(crate) mod sessions;
pub(crate) mod users;
pub(crate) mod welcome;
