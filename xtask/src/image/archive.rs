//! An image as an archive in OCI's layout, and what it says of itself.

use std::{
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{
    program::{Outcome, captured},
    setup,
};

/// An image that was built.
#[derive(Debug)]
pub(crate) struct Image {
    /// Its name.
    pub(crate) tag: String,
    /// Where it lies, in OCI's layout.
    pub(crate) archive: PathBuf,
    /// Digest of its manifest: what a registry calls it.
    pub(crate) digest: String,
    /// Bytes of its files, as they lie on a disk.
    pub(crate) bytes: u64,
    /// Bytes of its layers, as a registry keeps and sends them.
    pub(crate) sent: u64,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Named>,
}

#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Named>,
}

/// A file of the layout, by its digest.
#[derive(Deserialize)]
struct Named {
    digest: String,
    size: u64,
}

impl Image {
    /// Reads what an archive says.
    pub(super) fn read(tag: String, archive: PathBuf) -> Outcome<Self> {
        let index: Index = json(&archive, "index.json")?;
        let [manifest] = &index.manifests[..] else {
            return Err(format!("{} holds {} images and not one", archive.display(), index.manifests.len()));
        };
        let digest = manifest.digest.clone();
        let Manifest { layers } = json(&archive, &file(&digest))?;
        let mut bytes = 0;
        for layer in &layers {
            bytes += unpacked(&archive, &file(&layer.digest))?;
        }
        Ok(Self { tag, archive, digest, bytes, sent: layers.iter().map(|layer| layer.size).sum() })
    }
}

impl Image {
    /// The variables by which tests and benchmarks find it, and what runs it.
    pub(super) fn environment(&self) -> Outcome<Vec<(&'static str, OsString)>> {
        let tool = setup::container_runner()?;
        Ok(vec![
            ("XTASK_CONTAINER_TOOL", tool.into()),
            ("XTASK_IMAGE", self.tag.clone().into()),
            ("XTASK_IMAGE_ARCHIVE", self.archive.clone().into()),
        ])
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        writeln!(f, "{}\n{}", self.tag, self.digest)?;
        write!(f, "{:.1} MB, {:.1} MB of them sent", megabytes(self.bytes), megabytes(self.sent))
    }
}

/// The file of the layout that has a digest.
fn file(digest: &str) -> String {
    format!("blobs/{}", digest.replace(':', "/"))
}

fn json<T: serde::de::DeserializeOwned>(archive: &Path, name: &str) -> Outcome<T> {
    let text = captured(Command::new("tar").arg("-xOf").arg(archive).arg(name))?;
    serde_json::from_str(&text).map_err(|error| format!("{name} of {}: {error}", archive.display()))
}

/// Bytes of the files of a layer.
fn unpacked(archive: &Path, layer: &str) -> Outcome<u64> {
    let blob = archive.with_extension("layer");
    let failed = |error: std::io::Error| format!("{}: {error}", blob.display());
    let written = fs::File::create(&blob).map_err(failed)?;
    let mut tar = Command::new("tar");
    let status = tar.arg("-xOf").arg(archive).arg(layer).stdout(written).status().map_err(failed)?;
    if !status.success() {
        return Err(format!("{} has no {layer}", archive.display()));
    }
    // tar finds out by itself how a file, other than a stream, is compressed.
    let listed = captured(Command::new("tar").args(["--numeric-owner", "-tvf"]).arg(&blob))?;
    fs::remove_file(&blob).map_err(failed)?;
    Ok(listed.lines().filter_map(|line| line.split_whitespace().nth(2)?.parse::<u64>().ok()).sum())
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::Image;

    fn tar(options: &[&str]) {
        assert!(Command::new("tar").args(options).status().unwrap().success(), "tar {options:?}");
    }

    /// Two layers, one of them compressed: what lies in them counts, and what is sent.
    #[test]
    fn an_archive_says_its_digest_and_what_it_weighs() {
        let folder = std::env::temp_dir().join(format!("xtask-archive-{}", std::process::id()));
        let blobs = folder.join("layout/blobs/sha256");
        fs::create_dir_all(&blobs).unwrap();
        let at = |name: &str| folder.join(name).display().to_string();
        for (name, bytes, options) in [("one", 5000, "-cf"), ("two", 70_000, "-czf")] {
            fs::write(folder.join(name), vec![b'x'; bytes]).unwrap();
            tar(&["-C", &at(""), options, &blobs.join(name).display().to_string(), name]);
        }
        let layers = r#"{"layers":[{"digest":"sha256:one","size":10},{"digest":"sha256:two","size":20}]}"#;
        fs::write(blobs.join("whole"), layers).unwrap();
        let index = |manifests: &str| {
            fs::write(folder.join("layout/index.json"), format!(r#"{{"manifests":[{manifests}]}}"#)).unwrap();
            tar(&["-C", &at("layout"), "-cf", &at("image.tar"), "index.json", "blobs"]);
            Image::read("a:b".to_owned(), folder.join("image.tar"))
        };
        let whole = r#"{"digest":"sha256:whole","size":1}"#;
        let image = index(whole).unwrap();
        assert_eq!((image.digest.as_str(), image.bytes, image.sent), ("sha256:whole", 75_000, 30));
        assert_eq!(image.to_string(), "a:b\nsha256:whole\n0.1 MB, 0.0 MB of them sent");
        let two = index(&format!("{whole},{whole}")).unwrap_err();
        assert!(two.contains("holds 2 images"), "{two}");
        let lost = index(r#"{"digest":"sha256:lost","size":1}"#).unwrap_err();
        assert!(lost.contains("sha256/lost"), "{lost}");
        fs::remove_dir_all(folder).unwrap();
    }
}
