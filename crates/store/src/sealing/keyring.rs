//! The keyring: what wraps the keys in the database, and signs checkpoints. A file, or a key-management service.

use std::{fmt, future::Future, pin::Pin};

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Result, ledger::PublicKey};

/// What a keyring answers with, later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Wraps keys and signs. Asked at start and when keys change, never in a request.
pub trait Keyring: Send + Sync {
    /// Which key wraps at present: stored beside what it wraps.
    fn name(&self) -> &str;

    /// Wraps a key of this process for what it is used for: unwrapping needs the same use.
    fn wrap<'a>(&'a self, of: KeyUse, key: &'a [u8]) -> Answer<'a, Vec<u8>>;

    /// Unwraps what the key of that name wrapped for that use.
    fn unwrap<'a>(&'a self, of: KeyUse, name: &'a str, wrapped: &'a [u8]) -> Answer<'a, Zeroizing<Vec<u8>>>;

    /// Signs a checkpoint.
    fn sign<'a>(&'a self, message: &'a [u8]) -> Answer<'a, Vec<u8>>;

    /// The public key that verifies the signatures.
    ///
    /// # Errors
    /// [`crate::Error::Keyring`] where it does not sign.
    fn public_key(&self) -> Result<PublicKey>;
}

/// Which key of the service is wrapped, and what for. A wrapped key is bound to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// The key's id in the database.
    pub id: Uuid,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a key of the service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It wraps the keys of applicants, and seals secrets of the service.
    Applicants,
    /// It makes the keyed hashes that applicants are found by.
    Lookup,
    /// It makes the keyed hashes of the service's own marks.
    Service,
}

impl Purpose {
    /// One word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applicants => "applicants",
            Self::Lookup => "lookup",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
