//! Entries and heads.

use serde::{Deserialize, Serialize};

use super::{Hash, LedgerError, Opening};

/// The longest body of an entry, in bytes.
pub const MAX_BODY: usize = 1 << 20;

/// An entry of a chain: what was recorded, and the hash that ties it to all before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The chain.
    pub chain: u32,
    /// The position in the chain, from 0.
    pub sequence: u64,
    /// SHA-256 of the hash before it and the body.
    pub hash: Hash,
    /// One line of JSON, exactly as it is kept.
    pub body: String,
}

impl Entry {
    /// Makes the entry that follows `previous`, the hash of the entry before ([`Hash::ZERO`] where it is the first).
    ///
    /// # Errors
    /// Where the body does not open as a body must ([`Opening`]), is longer than [`MAX_BODY`], or is not one line that
    /// ends with its object.
    pub fn new(previous: &Hash, body: String) -> Result<Self, LedgerError> {
        let opening = Opening::parse(body.as_bytes())?;
        let (chain, sequence) = (opening.chain, opening.sequence);
        check(body.as_bytes())?;
        Ok(Self { chain, sequence, hash: entry_hash(previous, body.as_bytes()), body })
    }
}

/// The hash of an entry: SHA-256 of the hash of the entry before it in its chain (32 bytes, zeros for the first) and of the body.
#[must_use]
pub fn entry_hash(previous: &Hash, body: &[u8]) -> Hash {
    Hash::of(&[previous.as_bytes(), body])
}

/// What any body must be, its opening aside.
pub(super) fn check(body: &[u8]) -> Result<(), LedgerError> {
    if body.len() > MAX_BODY {
        return Err(LedgerError::Body(format!("it has {} bytes; {MAX_BODY} are allowed", body.len())));
    }
    if body.contains(&b'\n') {
        return Err(LedgerError::Body("it has a line feed; a body is one line".into()));
    }
    if body.last() != Some(&b'}') {
        return Err(LedgerError::Body("it does not end with its object".into()));
    }
    if str::from_utf8(body).is_err() {
        return Err(LedgerError::Body("it is not UTF-8".into()));
    }
    Ok(())
}

/// How far a chain has come, and what that stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The chain.
    pub chain: u32,
    /// Entries.
    pub size: u64,
    /// The last entry's; zeros where there is none.
    pub hash: Hash,
    /// The root of the Merkle tree over the hashes of all entries.
    pub root: Hash,
}

impl Head {
    /// The canonical text of a head, which is a leaf of a checkpoint's tree:
    /// `{"chain":0,"size":7,"hash":"<64 digits>","root":"<64 digits>"}`.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { chain, size, hash, root } = self;
        format!(r#"{{"chain":{chain},"size":{size},"hash":"{hash}","root":"{root}"}}"#)
    }
}
