//! The one error type of this crate. Each message says what was wrong, where, and what to do.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What ends the scoring of a file. A row that cannot be scored does not: it goes to the errors file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that cannot be read or written.
    #[error("{name}: {source}")]
    File {
        /// What messages call it.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// An input that is not what it should be.
    #[error("{name}{}: {problem}", line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Input {
        /// What messages call it.
        name: String,
        /// Line, counted from 1, where known.
        line: Option<u64>,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A setting that contradicts the input or another setting.
    #[error("{setting}: {problem}")]
    Setting {
        /// The setting, as a user writes it.
        setting: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// More rows at fault than were allowed.
    #[error("{errors} row{} could not be scored, more than the {limit} allowed; the first: {first}", if *errors == 1 { "" } else { "s" })]
    TooManyErrors {
        /// Rows at fault so far.
        errors: u64,
        /// How many were allowed.
        limit: u64,
        /// The first of them.
        first: String,
    },
    /// A Parquet file that cannot be written.
    #[error("{name}: {source}")]
    Parquet {
        /// What messages call it.
        name: String,
        /// What the writer said.
        source: parquet::errors::ParquetError,
    },
}
