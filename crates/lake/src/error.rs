//! What can go wrong with a lake.

use object_store::path::Path;

/// What is given where it works.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with a lake.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder or a bucket does not do what it is asked.
    #[error("{doing} `{path}` of the lake: {source}{}", advice(source))]
    Storage {
        /// What was tried.
        doing: &'static str,
        /// With what.
        path: String,
        /// Why not.
        source: object_store::Error,
    },
    /// A folder cannot be used.
    #[error("the folder {folder} of the lake: {problem}")]
    Folder {
        /// Which.
        folder: String,
        /// Why not.
        problem: String,
    },
    /// A file is no Parquet, or not as the lake writes it.
    #[error("the file `{path}` of the lake: {problem}")]
    File {
        /// Which.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is nothing to count.
    #[error("{0}")]
    Nothing(String),
    /// Drift cannot be told.
    #[error(transparent)]
    Drift(#[from] training::Error),
}

impl Error {
    pub(crate) fn storage(doing: &'static str, path: &Path) -> impl FnOnce(object_store::Error) -> Self {
        let path = path.to_string();
        move |source| Self::Storage { doing, path, source }
    }

    pub(crate) fn file(path: &Path, problem: impl ToString) -> Self {
        Self::File { path: path.to_string(), problem: problem.to_string() }
    }
}

/// What to do about a fault.
fn advice(fault: &object_store::Error) -> &'static str {
    match fault {
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            "; allow it to the role of this process, or to its user in the folder"
        }
        object_store::Error::NotFound { .. } => "; check the name of the bucket or folder, the region and the account",
        _ => "",
    }
}
