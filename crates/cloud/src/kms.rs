//! Keys of the key-management service: one that wraps the service's keys, one that signs checkpoints.
//!
//! A wrapped key is bound to what it is for by the encryption context: `purpose` and `key`. A key policy can ask for the
//! context, the trail of the account (CloudTrail) shows it, and unwrapping needs the same.

mod keyring;
mod name;
mod refusal;
mod signer;

pub use keyring::KmsKeyring;
pub use name::KmsName;
pub use signer::SignedByKms;
