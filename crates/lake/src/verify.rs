//! Whether a lake's files are those that its manifests name.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, path::Path};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    Error, Manifest, ManifestFile, Result, SCHEMA_VERSION,
    fetched::footer,
    layout::{MANIFESTS, day_of},
};

/// Findings that are listed; more are counted.
const LISTED: usize = 100;

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Days that have a manifest.
    pub days: u64,
    /// Files that manifests name.
    pub files: u64,
    /// Decisions in them, as the manifests say.
    pub decisions: u64,
    /// Their length.
    pub bytes: u64,
    /// What is wrong.
    pub problems: u64,
    /// The first of it.
    pub findings: Vec<Finding>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Verified {
    /// Notes that something is wrong.
    pub fn find(&mut self, path: impl Into<String>, problem: impl Into<String>) {
        self.problems += 1;
        if self.findings.len() < LISTED {
            self.findings.push(Finding { path: path.into(), problem: problem.into() });
        }
    }
}

/// Reads every file that a manifest names and holds it against what the manifest says; looks for files that none names, and
/// for decisions that are in two. `progress` is told of bytes. Gives the manifests' files, too, by place.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn verify(store: &dyn ObjectStore, progress: impl Fn(u64)) -> Result<(Verified, Vec<ManifestFile>)> {
    let mut verified = Verified::default();
    let (mut named, mut all) = (BTreeSet::new(), Vec::new());
    let folder = Path::from(MANIFESTS);
    let manifests: Vec<ObjectMeta> =
        store.list(Some(&folder)).try_collect().await.map_err(Error::storage("listing", &folder))?;
    for meta in manifests {
        let Some(day) = day_of(&meta.location) else { continue };
        let manifest = match Manifest::read(store, &meta.location).await {
            Ok(manifest) => manifest,
            Err(Error::File { path, problem }) => {
                verified.find(path, problem);
                continue;
            }
            Err(error) => return Err(error),
        };
        verified.days += 1;
        if manifest.date != day || manifest.schema_version != SCHEMA_VERSION {
            let (date, version) = (&manifest.date, manifest.schema_version);
            verified.find(meta.location.to_string(), format!("it is of {date} and of version {version}"));
            continue;
        }
        let folder = format!("date={day}/");
        for file in manifest.files {
            verified.files += 1;
            verified.decisions += file.decisions;
            verified.bytes += file.bytes;
            if !file.path.starts_with(&folder) {
                verified.find(&file.path, format!("the manifest of {day} names it, and it is of another day"));
            } else if let Some(problem) = look(store, &file, &progress).await? {
                verified.find(&file.path, problem);
            }
            named.insert(file.path.clone());
            all.push(file);
        }
    }
    all.sort_by_key(|file| (file.chain, file.first_sequence));
    overlaps(&all, &mut verified);
    strays(store, &named, &mut verified).await?;
    Ok((verified, all))
}

/// What is wrong with a file.
async fn look(store: &dyn ObjectStore, file: &ManifestFile, progress: &impl Fn(u64)) -> Result<Option<String>> {
    let path = Path::from(file.path.as_str());
    let got = match store.get(&path).await {
        Ok(got) => got,
        Err(object_store::Error::NotFound { .. }) => return Ok(Some("it is not there".to_owned())),
        Err(error) => return Err(Error::storage("reading", &path)(error)),
    };
    let meta = got.meta.clone();
    let mut hash = Sha256::new();
    let mut stream = got.into_stream();
    while let Some(bytes) = stream.try_next().await.map_err(Error::storage("reading", &path))? {
        progress(bytes.len() as u64);
        hash.update(&bytes);
    }
    let found: [u8; 32] = hash.finalize().into();
    if meta.size != file.bytes || hex(&found) != file.sha256 {
        return Ok(Some(format!("it has {} bytes and SHA-256 {}; it was written otherwise", meta.size, hex(&found))));
    }
    let rows = match footer(store, &meta).await {
        Ok(footer) => footer.file_metadata().num_rows(),
        Err(Error::File { problem, .. }) => return Ok(Some(problem)),
        Err(error) => return Err(error),
    };
    let differs = u64::try_from(rows) != Ok(file.decisions);
    Ok(differs.then(|| format!("it has {rows} rows; its manifest says {}", file.decisions)))
}

/// Decisions that are in two files.
fn overlaps(files: &[ManifestFile], verified: &mut Verified) {
    let mut last: BTreeMap<u32, &ManifestFile> = BTreeMap::new();
    for file in files {
        if let Some(before) = last.get(&file.chain).filter(|before| before.last_sequence >= file.first_sequence) {
            verified.find(&file.path, format!("it holds decisions that are in {}, too", before.path));
        }
        last.insert(file.chain, file);
    }
}

/// Files that no manifest names.
async fn strays(store: &dyn ObjectStore, named: &BTreeSet<String>, verified: &mut Verified) -> Result<()> {
    let mut listed = store.list(None);
    while let Some(file) = listed.try_next().await.map_err(Error::storage("listing", &Path::default()))? {
        let is_of_a_day = file.location.parts().next().is_some_and(|part| part.as_ref().starts_with("date="));
        if is_of_a_day && !named.contains(file.location.as_ref()) {
            verified.find(
                file.location.to_string(),
                "no manifest names it: it was written a moment ago and the service will name it, or it does not belong here",
            );
        }
    }
    Ok(())
}

/// Hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
