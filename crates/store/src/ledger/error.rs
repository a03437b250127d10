//! What can be wrong with a ledger's parts.

/// Why an entry, a proof, a checkpoint or a copy is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A text that should be a hash is none.
    #[error("a hash is 64 hexadecimal digits in lower case; this is {0:?}")]
    Hash(String),
    /// A body does not open as every body must.
    #[error("the body of an entry at byte {at}: {expected} is expected there")]
    Opening {
        /// Bytes from the start of the body.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A body cannot be kept in a ledger.
    #[error("the body of an entry: {0}")]
    Body(String),
    /// A frontier's bytes are not those of a frontier.
    #[error("the frontier of a tree: {0}")]
    Frontier(String),
    /// A proof was asked for that no tree of this size can give.
    #[error("no proof: {0}")]
    Range(String),
    /// A node that a proof needs was not handed in.
    #[error(
        "no proof: subtree {number} of level {level} is not there (level 0 holds the entries); fetch all that `Needs` lists"
    )]
    Missing {
        /// Powers of 256.
        level: u8,
        /// From 0, of that level.
        number: u64,
    },
    /// A proof does not prove what it claims.
    #[error("the proof does not hold: {0}")]
    Proof(String),
    /// A checkpoint contradicts itself or what went before.
    #[error("the checkpoint: {0}")]
    Checkpoint(String),
    /// A signature is not that of the key over the statement.
    #[error("the signature of checkpoint {number} is not of key {key_id:?} over what the checkpoint says")]
    Signature {
        /// The checkpoint's number.
        number: u64,
        /// The key that the checkpoint names.
        key_id: String,
    },
    /// A key cannot be used.
    #[error("the key: {0}")]
    Key(String),
    /// A document is not of the form that its format prescribes.
    #[error("the proof document: {0}")]
    Document(String),
    /// A copy cannot be written so.
    #[error("the copy of the ledger: {0}")]
    Copy(String),
    /// Reading or writing failed.
    #[error("the copy of the ledger cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
}
