//! Extractors whose refusals are problems. Use these, not axum's.

mod json;
mod parameters;

pub use json::{Json, JsonBytes};
pub use parameters::{Path, Query};
