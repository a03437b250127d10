//! The files of the image.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use super::{certificates, emptied};
use crate::program::{Outcome, root};

/// The user that the image runs as.
const USER: u32 = 65532;

/// Folders: where they are laid out, where they are in the image, their modes. The user's own, the ones above them, which belong to
/// root, and the one that everybody writes to.
const FOLDERS: [(&str, &str, u32); 5] = [
    ("root", "run", 0o755),
    ("root", "var/lib", 0o755),
    ("root", "tmp", 0o1777),
    ("writable", "run/plimsoll", 0o700),
    ("writable", "var/lib/plimsoll", 0o700),
];

/// Lays them out in a folder: `root` belongs to root, `writable` to the user.
pub(super) fn assemble(folder: &PathBuf, binary: &Path, bill: &Path) -> Outcome {
    emptied(folder)?;
    let files = folder.join("root");
    let text = |path: &str, text: &str| put(&files.join(path), text.as_bytes(), 0o644);
    put(&files.join("plimsoll"), &read(binary)?, 0o755)?;
    put(&files.join("usr/share/doc/plimsoll/plimsoll.cdx.json"), &read(bill)?, 0o644)?;
    put(&files.join("usr/share/doc/plimsoll/LICENSE"), &read(&root().join("LICENSE"))?, 0o644)?;
    text("etc/passwd", &format!("plimsoll:x:{USER}:{USER}:Plimsoll:/var/lib/plimsoll:/sbin/nologin\n"))?;
    text("etc/group", &format!("plimsoll:x:{USER}:\n"))?;
    text("etc/ssl/certs/ca-certificates.crt", &certificates::roots())?;
    let rds = root().join("infra/container/certificates/amazon-rds.pem");
    put(&files.join("etc/ssl/rds/global-bundle.pem"), &read(&rds)?, 0o644)?;
    for (part, path, mode) in FOLDERS {
        let path = folder.join(part).join(path);
        fs::create_dir_all(&path).map_err(|error| at(&path, &error))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(|error| at(&path, &error))?;
    }
    Ok(())
}

fn put(path: &PathBuf, content: &[u8], mode: u32) -> Outcome {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
    }
    fs::write(path, content).map_err(|error| at(path, &error))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|error| at(path, &error))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
