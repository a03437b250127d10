//! Objects that are written once and never replaced.

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, path::Path};

use crate::{Error, Result};

/// What became of an object that was to be written once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// It was not there, and is now.
    New,
    /// It was there, byte for byte.
    Same,
    /// Another is there under its name. It stays.
    Other,
}

/// Writes an object unless one of its name is there.
///
/// # Errors
/// Where it can be neither written nor read.
pub async fn put_once(store: &dyn ObjectStore, path: &Path, bytes: Bytes) -> Result<Once> {
    match store.put_opts(path, bytes.clone().into(), PutMode::Create.into()).await {
        Ok(_) => return Ok(Once::New),
        // An attempt that was answered to nobody may have written it.
        Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {}
        Err(error) => return Err(Error::storage("writing", path)(error)),
    }
    let fault = || Error::storage("reading", path);
    let found = store.get(path).await.map_err(fault())?.bytes().await.map_err(fault())?;
    Ok(if found == bytes { Once::Same } else { Once::Other })
}
