//! Why a command did not do what it was asked.

use std::path::PathBuf;

/// Why a command did not do what it was asked. Each says what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file that cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Input that is not what it should be.
    #[error("{place}: {problem}")]
    Input {
        /// The file or flag.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// What AWS refused, or did not answer.
    #[error("{0}")]
    Aws(String),
    /// Something that does not allow what was asked.
    #[error("{0}")]
    Refused(String),
    /// Something was begun, and how it ended is not known or not as it should be.
    #[error("{0}")]
    Underway(String),
}

impl Failure {
    /// The exit code of what was refused before anything was begun.
    pub(crate) const REFUSED: u8 = 4;

    /// Input at a place that is not what it should be.
    pub(crate) fn input(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Input { place: place.into(), problem: problem.into() }
    }

    /// 4: refused before anything was begun; 1: begun, and not brought to a good end.
    pub(crate) fn code(&self) -> u8 {
        if matches!(self, Self::Underway(_)) { 1 } else { Self::REFUSED }
    }
}
