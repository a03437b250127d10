//! Folders and buckets that settings and flags name.

use lake::{Lake, Place};

use super::aws::Aws;
use crate::operations::metrics::Dependencies;
use crate::{Error, Result};

/// Opens what a setting names.
///
/// # Errors
/// Where a folder cannot be made, or a bucket needs what this binary or the environment does not have.
pub(super) async fn open(place: &Place, setting: &'static str, aws: &Aws) -> Result<Lake> {
    match place {
        Place::Folder(path) => {
            Place::folder(path).map_err(|error| Error::Unavailable { setting, problem: error.to_string() })
        }
        #[cfg(feature = "aws")]
        Place::Bucket { bucket, prefix } => cloud::bucket(aws.account(setting).await?, bucket, prefix)
            .map_err(|fault| Error::Unavailable { setting, problem: fault.to_string() }),
        #[cfg(not(feature = "aws"))]
        Place::Bucket { .. } => aws.absent(setting),
    }
}

/// Removes what killed processes left in a lake's folder, beside whatever else is done. In a bucket that is for a rule of the
/// bucket: an upload that was begun is no object.
pub(super) fn clear(place: Place) {
    let Place::Folder(folder) = place else { return };
    tokio::task::spawn_blocking(move || match lake::clear_leftovers(&folder) {
        Ok(0) => {}
        Ok(files) => {
            tracing::info!(files, "files of the lake that were begun before the process was killed are removed")
        }
        Err(error) => tracing::warn!(
            folder = %folder.display(),
            %error,
            "what was begun and left in the lake's folder cannot be removed; remove files whose names end in # and a number"
        ),
    });
}

/// Opens a lake for a command of an operator, which a flag names.
///
/// # Errors
/// Where it is a folder that is not there, or a bucket that needs what this binary or the environment does not have.
pub async fn open_lake(place: &Place) -> Result<Lake> {
    const FLAG: &str = "--lake";
    if let Place::Folder(path) = place
        && !path.is_dir()
    {
        let problem = format!("there is no folder {}", path.display());
        return Err(Error::Unavailable { setting: FLAG, problem });
    }
    open(place, FLAG, &Aws::new(&Dependencies::default())).await
}
