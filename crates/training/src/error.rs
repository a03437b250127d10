//! The one error type of this crate. Each message says what was wrong, where, and what to do.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong between a table and a scorecard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that cannot be opened or read.
    #[error("{path}: {source}")]
    File {
        /// The file as it was named.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table that is not well-formed.
    #[error("{path}{}: {problem}", line.map(|l| format!(", line {l}")).unwrap_or_default())]
    Table {
        /// The file as it was named.
        path: String,
        /// Line, counted from 1, where known.
        line: Option<u64>,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A column that is absent or unfit for its role.
    #[error("column `{column}`: {problem}")]
    Column {
        /// The column's name.
        column: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A setting that contradicts the data or another setting.
    #[error("{setting}: {problem}")]
    Setting {
        /// The setting, as a user writes it, e.g. `--max-bins`.
        setting: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// No characteristic passed the selection.
    #[error("selection: {0}")]
    NothingSelected(String),
    /// The regression has no finite solution, or none that can be trusted.
    #[error("the regression did not succeed: {0}")]
    Regression(String),
    /// Figures of validation, drift or fairness that the sample does not allow.
    #[error("the figures cannot be computed: {0}")]
    Validation(String),
    /// The scorecard at hand does not serve for what was asked.
    #[error(transparent)]
    Scorecard(#[from] scorecard::Error),
}
