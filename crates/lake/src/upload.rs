//! Bytes into an object, of which nothing is seen until all are there.

use std::mem::take;

use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, path::Path};
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// Bytes of a part: S3 asks for at least 5 MiB of all but the last.
const PART: usize = 8 << 20;

/// What an object came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uploaded {
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
}

/// An object on its way. A small one goes in one request, a large one in parts, so that memory stays bounded.
pub(crate) struct Upload<'s> {
    store: &'s dyn ObjectStore,
    path: Path,
    waiting: Vec<u8>,
    parts: Option<Box<dyn MultipartUpload>>,
    bytes: u64,
    hash: Sha256,
}

impl<'s> Upload<'s> {
    pub(crate) fn new(store: &'s dyn ObjectStore, path: Path) -> Self {
        Self { store, path, waiting: Vec::new(), parts: None, bytes: 0, hash: Sha256::new() }
    }

    pub(crate) async fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() < PART { Ok(()) } else { self.part().await }
    }

    async fn part(&mut self) -> Result<()> {
        let part = Bytes::from(take(&mut self.waiting)).into();
        let fault = |source| Error::Storage { doing: "writing", path: self.path.to_string(), source };
        let parts = match &mut self.parts {
            Some(parts) => parts,
            None => self.parts.insert(self.store.put_multipart(&self.path).await.map_err(fault)?),
        };
        if let Err(error) = parts.put_part(part).await {
            // What was sent of it would be kept, and paid for, until a rule of the bucket removes it.
            let _ = parts.abort().await;
            return Err(fault(error));
        }
        Ok(())
    }

    /// Ends it: what was there under the name is replaced.
    pub(crate) async fn finish(mut self) -> Result<Uploaded> {
        if self.parts.is_some() && !self.waiting.is_empty() {
            self.part().await?;
        }
        match &mut self.parts {
            Some(parts) => parts.complete().await.map(drop),
            None => self.store.put(&self.path, Bytes::from(take(&mut self.waiting)).into()).await.map(drop),
        }
        .map_err(Error::storage("writing", &self.path))?;
        Ok(Uploaded { bytes: self.bytes, sha256: self.hash.finalize().into() })
    }
}
