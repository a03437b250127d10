//! The store.

pub mod ledger;
