//! A file of decisions, written as the rows come.

use object_store::ObjectStore;
use parquet::errors::ParquetError;
use tokio::task::spawn_blocking;

use crate::{
    Decision, Error, Result,
    encoder::Encoder,
    layout::decisions_path,
    upload::{Upload, Uploaded},
};

/// A file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its rows.
    pub decisions: u64,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// A file on its way. The same rows give the same bytes; nothing is seen of it until it is whole.
pub struct DecisionFile<'s> {
    encoder: Encoder,
    upload: Upload<'s>,
    path: object_store::path::Path,
    decisions: u64,
}

impl<'s> DecisionFile<'s> {
    /// The file of a day (`2026-01-31`) that begins with a place of a chain.
    ///
    /// # Errors
    /// Where Parquet refuses the schema.
    pub fn new(store: &'s dyn ObjectStore, day: &str, chain: u32, first: u64) -> Result<Self> {
        let path = decisions_path(day, chain, first);
        let encoder = Encoder::new().map_err(|error| Error::file(&path, error))?;
        Ok(Self { encoder, upload: Upload::new(store, path.clone()), path, decisions: 0 })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// Where they cannot be packed or sent.
    pub async fn push(self, rows: Vec<Decision>) -> Result<Self> {
        let Self { mut encoder, mut upload, path, decisions } = self;
        let decisions = decisions + rows.len() as u64;
        // Packing takes a core for a while: not one that answers requests.
        let packed = spawn_blocking(move || encoder.push(rows).map(|bytes| (encoder, bytes))).await;
        let (encoder, bytes) = outcome(packed, &path)?;
        upload.push(&bytes).await?;
        Ok(Self { encoder, upload, path, decisions })
    }

    /// Ends the file; one that is there under its name is replaced.
    ///
    /// # Errors
    /// Where it cannot be packed or sent.
    pub async fn finish(self) -> Result<Written> {
        let Self { encoder, mut upload, path, decisions } = self;
        let bytes = outcome(spawn_blocking(move || encoder.finish()).await, &path)?;
        upload.push(&bytes).await?;
        let Uploaded { bytes, sha256 } = upload.finish().await?;
        Ok(Written { decisions, bytes, sha256 })
    }
}

fn outcome<T>(
    packed: Result<Result<T, ParquetError>, tokio::task::JoinError>,
    path: &object_store::path::Path,
) -> Result<T> {
    packed.map_err(|error| Error::file(path, error))?.map_err(|error| Error::file(path, error))
}
