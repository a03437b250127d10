//! One file a resource: its routes, its handlers, its documents.

pub(crate) mod api_keys;
pub(crate) mod applicants;
pub(crate) mod batches;
pub(crate) mod deployment;
pub(crate) mod docs;
pub(crate) mod flags;
pub(crate) mod health;
pub(crate) mod items;
pub(crate) mod ledger;
pub(crate) mod models;
pub(crate) mod models_validate;
pub(crate) mod monitoring;
pub(crate) mod notices;
pub(crate) mod ofrep;
pub(crate) mod policies;
pub(crate) mod problems;
mod registered;
pub(crate) mod reviews;
pub(crate) mod scores;
pub(crate) mod scores_batch;
pub(crate) mod scores_what_if;
pub(crate) mod sessions;
pub(crate) mod users;
pub(crate) mod webhooks;
pub(crate) mod welcome;
