//! The data folder: made for its owner only, and served from by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The file whose lock says that the folder is served from. What is in it says nothing; that it exists says nothing.
const LOCK: &str = "plimsoll.lock";

/// A data folder that this process has for itself.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// The lock ends with the file, however the process ends.
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if there is none: only its owner reads it.
    ///
    /// # Errors
    /// Where it cannot be made, or is something else.
    pub fn make(path: &Path) -> Result<()> {
        let fault = |source: std::io::Error| Error::Folder { folder: path.to_owned(), problem: source.to_string() };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(fault)
    }

    /// Takes the folder for this process, and makes it if there is none.
    ///
    /// # Errors
    /// Where another process has it, or it cannot be made.
    pub fn take(path: &Path) -> Result<Self> {
        Self::make(path)?;
        let fault = |source: std::io::Error| Error::Folder { folder: path.to_owned(), problem: source.to_string() };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(path.join(LOCK)).map_err(fault)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                let problem = "another process serves from this folder; stop it, or name another one with --data";
                Err(Error::Folder { folder: path.to_owned(), problem: problem.to_owned() })
            }
            Err(TryLockError::Error(source)) => Err(fault(source)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::DataFolder;

    #[test]
    fn one_process_at_a_time_has_a_folder_that_only_its_owner_reads() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("data");
        let first = DataFolder::take(&path).expect("nobody has it");
        let refused = DataFolder::take(&path).expect_err("it is taken").to_string();
        assert!(refused.contains("another process") && refused.contains("data"), "{refused}");
        drop(first);
        DataFolder::take(&path).expect("it is free again");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o700);
        }
    }
}
