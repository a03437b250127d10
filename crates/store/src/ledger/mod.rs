//! The tamper-evident ledger: entries, chains, trees, proofs, checkpoints and copies. Pure: no database, no clock, no async.
//!
//! The format is written down to the byte in `docs/ledger.md`.

mod checkpoint;
pub mod copy;
mod entry;
mod error;
mod hash;
mod opening;
mod proof;
mod public_key;
mod signature;
pub mod tree;

pub use checkpoint::{Checkpoint, Draft, MAX_CHAINS, SignedStatement, Statement};
pub use entry::{Entry, Head, MAX_BODY, entry_hash};
pub use error::LedgerError;
pub use hash::{Hash, Hasher};
pub use opening::{Opening, timestamp};
pub use proof::{MAX_PROOF, Proof, verify_proof};
pub use public_key::{Algorithm, PublicKey};
pub use signature::{LocalSigner, Signer};
