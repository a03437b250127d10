//! A password in a request's body: erased from memory when it is done with, shown by nothing.

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// Reads a password.
///
/// # Errors
/// Where it is no text.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}
