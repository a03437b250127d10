//! The lake: decisions as Parquet files in a folder or a bucket, and drift read from them.
//!
//! **For:** writing what was decided where engines that count can read it, once in effect; reading it back in constant
//! memory. **May use:** an object store, Parquet, drift statistics. **Must never know:** the ledger's tables, HTTP, where
//! the process runs.

mod columns;
mod decimal;
mod decision;
mod decode;
mod drift;
mod encoder;
mod error;
mod fetched;
mod file;
mod layout;
mod leftovers;
mod manifest;
mod once;
mod place;
mod schema;
mod upload;
mod verify;

pub use decimal::millionths;
pub use decision::{Decision, Matched};
pub use drift::{Counted, Range, drift};
pub use error::{Error, Result};
pub use file::{DecisionFile, Written};
pub use layout::{decisions_path, manifest_path};
pub use leftovers::clear_leftovers;
pub use manifest::{Manifest, ManifestFile, write_manifest};
pub use once::{Once, put_once};
pub use place::Place;
pub use schema::SCHEMA_VERSION;
pub use verify::{Finding, Verified, verify};

/// Where the lake's files are.
pub type Lake = std::sync::Arc<dyn object_store::ObjectStore>;
