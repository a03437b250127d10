//! What can go wrong.

use std::{io, path::PathBuf};

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection was refused, cut, or answers too late.
    #[error("the connection to {0}: {1}")]
    Connection(std::net::SocketAddr, io::Error),
    /// What came back is no answer that this client reads.
    #[error("the answer is not understood: {0}")]
    Answer(String),
    /// The applications cannot be read.
    #[error("{}: {problem}; give a CSV file with a header, such as data/german-credit.csv", file.display())]
    Applications {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The address is none.
    #[error("{0}: give http://host:port/path")]
    Address(String),
}

/// The outcome of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;
