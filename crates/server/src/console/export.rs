//! The console's files on a disk, for a content delivery network.

use std::path::Path;

use super::assets::ASSETS;
use crate::{Error, Result};

/// Writes the files into the folder `assets` below a folder, under the names that pages ask for. Gives how many there are.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn export(folder: &Path) -> Result<usize> {
    let system = |source| Error::System { what: "writing the console's files", source };
    let folder = folder.join("assets");
    std::fs::create_dir_all(&folder).map_err(system)?;
    for asset in ASSETS.iter() {
        std::fs::write(folder.join(&asset.file), &asset.content).map_err(system)?;
    }
    Ok(ASSETS.len())
}
