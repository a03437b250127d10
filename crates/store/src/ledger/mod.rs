//! The tamper-evident ledger: entries, chains, trees, proofs, checkpoints and copies. Pure: no database, no clock, no async.
//!
//! The format is written down to the byte in `docs/ledger.md`.

mod entry;
mod error;
mod hash;
mod opening;
pub mod tree;

pub use entry::{Entry, Head, MAX_BODY, entry_hash};
pub use error::LedgerError;
pub use hash::{Hash, Hasher};
pub use opening::{Opening, timestamp};
