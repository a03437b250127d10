//! Files that only their owner reads.

use std::{
    fs::{File, OpenOptions},
    path::Path,
};

use crate::failure::Failure;

/// Makes a file that is not there yet.
pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Failure::file(path, &error))
}

/// Copies a file to where none is yet; what arrives is on the disk.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let mut source = File::open(from).map_err(|error| Failure::file(from, &error))?;
    let mut target = create(to)?;
    let copied = std::io::copy(&mut source, &mut target).and_then(|_| target.sync_all());
    copied.map_err(|error| Failure::file(to, &error))
}
