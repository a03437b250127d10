//! Sealing personal data: a key an applicant, wrapped under a key-encryption key, wrapped by the keyring.
//!
//! The keyring is asked at start, when a new key comes up and when keys are wrapped anew; in between all keys that wrap are
//! held in memory. Destroying an applicant's
//! row destroys the only copy of that person's key.

mod cipher;
mod file_keyring;
mod key_rows;
mod keyring;
mod keys;
mod successor;
mod trial;

use base64::{Engine, engine::general_purpose::STANDARD};

pub(crate) use cipher::random;
pub use file_keyring::FileKeyring;
pub(crate) use key_rows::KeyRow;
pub use keyring::{Answer, KeyUse, Keyring, Purpose};
pub(crate) use keys::{ApplicantKey, Keys, Lookup};
pub use successor::Successor;
pub use trial::try_keyring;

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
