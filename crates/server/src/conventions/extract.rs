//! Extractors whose refusals are problems. Use these, not axum's.

mod json;
mod objects;
mod parameters;
pub mod whole;

pub use json::{Json, JsonBytes};
pub use parameters::{Path, Query};
