//! Where a lake is, as a setting or a flag names it.

use std::{fmt, path::PathBuf, sync::Arc};

use object_store::local::LocalFileSystem;

use crate::{Error, Lake, Result};

/// Shortest and longest name of a bucket.
const BUCKET: std::ops::RangeInclusive<usize> = 3..=63;

/// Where files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of S3.
    Bucket {
        /// Its name.
        bucket: String,
        /// What the names of all objects begin with; may be empty.
        prefix: String,
    },
}

impl Place {
    /// Reads a folder's path, or `s3://bucket` with or without a prefix. `None` where it is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some(url) = text.strip_prefix("s3://") else {
            let is_url = text.contains("://");
            return (!text.is_empty() && !is_url).then(|| Self::Folder(PathBuf::from(text)));
        };
        let (bucket, prefix) = url.split_once('/').unwrap_or((url, ""));
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
        let prefix = prefix.trim_end_matches('/');
        let is_path = prefix.is_empty() || prefix.split('/').all(|part| !matches!(part, "" | "." | ".."));
        (BUCKET.contains(&bucket.len()) && bucket.bytes().all(is_name) && is_path)
            .then(|| Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }

    /// Opens a folder, and makes it if there is none: only its owner reads it. What is written lasts once it is said to.
    ///
    /// # Errors
    /// Where it cannot be made or read.
    pub fn folder(path: &std::path::Path) -> Result<Lake> {
        let fault = |problem: String| Error::Folder { folder: path.display().to_string(), problem };
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| fault(error.to_string()))?;
        let files = LocalFileSystem::new_with_prefix(path).map_err(|error| fault(error.to_string()))?;
        Ok(Arc::new(files.with_fsync(true)))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn folders_and_buckets_are_told_apart() {
        let bucket =
            |bucket: &str, prefix: &str| Place::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() };
        assert_eq!(Place::parse("data/lake"), Some(Place::Folder("data/lake".into())));
        assert_eq!(Place::parse("s3://risk-lake"), Some(bucket("risk-lake", "")));
        assert_eq!(Place::parse("s3://risk-lake/decisions/"), Some(bucket("risk-lake", "decisions")));
        assert_eq!(bucket("risk-lake", "a/b").to_string(), "s3://risk-lake/a/b");
        for refused in ["", "s3://", "s3://Risk/lake", "s3://risk-lake/a//b", "s3://risk-lake/../b", "gs://lake"] {
            assert_eq!(Place::parse(refused), None, "{refused}");
        }
    }
}
