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
