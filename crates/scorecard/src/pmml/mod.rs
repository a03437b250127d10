//! PMML: the Scorecard model of versions 4.0 to 4.4, read and written.
//!
//! Source: Data Mining Group, *PMML 4.4.1*, chapters Scorecard, Transformations, Functions, MiningSchema, Targets,
//! Output, ModelVerification. A document is first read into a tree within limits (size, depth, count), then each
//! chapter of the standard is read from the tree by a file of its own. Whatever the standard has and this crate
//! lacks is refused by name: nothing that could change a score is passed over.

mod extension;
mod read;
mod types;
mod write;

pub use read::{read, read_named, read_with_remarks};
pub use write::{write, write_remarks};
