//! A day's manifest: which files hold its decisions, and what must be in them.

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use serde::{Deserialize, Serialize};

use crate::{Error, Result, SCHEMA_VERSION, layout::manifest_path};

/// The files of a day. The same files give the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the files' schema.
    pub schema_version: u32,
    /// The day, UTC: `2026-01-31`.
    pub date: String,
    /// The decisions in all files.
    pub decisions: u64,
    /// The files, by chain and place.
    pub files: Vec<ManifestFile>,
}

/// A file of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Where it lies in the lake.
    pub path: String,
    /// The chain of its decisions.
    pub chain: u32,
    /// The place of its first decision.
    pub first_sequence: u64,
    /// The place of its last decision. Between them may lie entries that are no decisions.
    pub last_sequence: u64,
    /// Its decisions.
    pub decisions: u64,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of a day's files, in any order.
    #[must_use]
    pub fn new(date: &str, mut files: Vec<ManifestFile>) -> Self {
        files.sort_by_key(|file| (file.chain, file.first_sequence));
        let decisions = files.iter().map(|file| file.decisions).sum();
        Self { schema_version: SCHEMA_VERSION, date: date.to_owned(), decisions, files }
    }

    pub(crate) async fn read(store: &dyn ObjectStore, path: &Path) -> Result<Self> {
        let fault = || Error::storage("reading", path);
        let bytes = store.get(path).await.map_err(fault())?.bytes().await.map_err(fault())?;
        serde_json::from_slice(&bytes).map_err(|error| Error::file(path, format!("it is no manifest: {error}")))
    }
}

/// Writes a day's manifest; one that is there is replaced.
///
/// # Errors
/// Where it cannot be written.
pub async fn write_manifest(store: &dyn ObjectStore, manifest: &Manifest) -> Result<()> {
    let path = manifest_path(&manifest.date);
    let mut text = serde_json::to_vec_pretty(manifest).map_err(|error| Error::file(&path, error))?;
    text.push(b'\n');
    store.put(&path, Bytes::from(text).into()).await.map(drop).map_err(Error::storage("writing", &path))
}
