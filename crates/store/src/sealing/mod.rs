//! Sealing personal data: a key an applicant, wrapped under a key-encryption key, wrapped by the keyring.
//!
//! The keyring is asked once at start; from then on all keys that wrap are held in memory. Destroying an applicant's
//! row destroys the only copy of that person's key.

mod cipher;
mod keyring;
mod keys;

use base64::{Engine, engine::general_purpose::STANDARD};

pub(crate) use cipher::random;
pub use keyring::{Answer, FileKeyring, Keyring};
pub(crate) use keys::{ApplicantKey, Keys, Lookup};

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
