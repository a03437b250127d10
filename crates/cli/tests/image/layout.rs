//! An image's archive, read as OCI's layout has it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

/// An image, unpacked.
pub(crate) struct Layout {
    folder: TempDir,
    /// How it is to be run, and what it is called.
    pub(crate) config: Value,
    /// What lies in it, by path.
    pub(crate) files: BTreeMap<String, Listed>,
}

/// A file or a folder as the layers have it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Kind and permissions, as `ls -l` shows them.
    pub(crate) mode: String,
    /// User and group, by number.
    pub(crate) owner: String,
    /// Year, month and day at which it was changed.
    pub(crate) date: String,
}

impl Layout {
    /// Reads the archive that the environment names.
    pub(crate) fn read() -> Self {
        let archive = std::env::var_os("XTASK_IMAGE_ARCHIVE").expect("an image: run `cargo xtask image --try`");
        let folder = tempfile::tempdir().unwrap();
        let blobs = folder.path().join("layout");
        unpack(Path::new(&archive), &blobs);
        let json = |file: PathBuf| -> Value {
            let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            serde_json::from_str(&text).unwrap()
        };
        let blob = |named: &Value| blobs.join("blobs").join(named["digest"].as_str().unwrap().replace(':', "/"));
        let index = json(blobs.join("index.json"));
        let manifest = json(blob(&index["manifests"][0]));
        let config = json(blob(&manifest["config"]));
        let mut files = BTreeMap::new();
        for layer in manifest["layers"].as_array().unwrap() {
            let layer = blob(layer);
            unpack(&layer, &folder.path().join("root"));
            list(&layer, &mut files);
        }
        Self { folder, config, files }
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        let file = self.folder.path().join("root").join(path);
        std::fs::read(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A label of the image.
    pub(crate) fn label(&self, name: &str) -> &str {
        self.config["config"]["Labels"][format!("org.opencontainers.image.{name}")].as_str().unwrap_or_default()
    }
}

fn unpack(archive: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    // Owners are read off the listing: not everybody may hand files to others.
    tar(&["--no-same-owner", "-C", folder.to_str().unwrap(), "-xf"], archive);
}

fn list(layer: &Path, files: &mut BTreeMap<String, Listed>) {
    for line in tar(&["--numeric-owner", "-tvf"], layer).lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mode, owner, _, date, _, path, ..] = words[..] else { panic!("{line}") };
        let listed = Listed { mode: mode.to_owned(), owner: owner.to_owned(), date: date.to_owned() };
        files.insert(path.trim_start_matches("./").trim_end_matches('/').to_owned(), listed);
    }
}

fn tar(options: &[&str], archive: &Path) -> String {
    let output = Command::new("tar").args(options).arg(archive).env("TZ", "UTC").output().expect("tar");
    assert!(output.status.success(), "{}: {}", archive.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
