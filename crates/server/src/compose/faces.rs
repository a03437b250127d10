//! The faces of the ports that the settings choose, where there is a choice.

use std::sync::Arc;

use store::Store;

use super::aws::Aws;
use crate::config::Config;
use crate::operations::metrics::Dependencies;
use crate::{Faces, Result};

/// The faces that the settings name.
///
/// # Errors
/// Where one cannot be had.
pub(super) async fn choose(_: &Config, store: &Arc<Store>, _: &Aws, dependencies: Dependencies) -> Result<Faces> {
    Ok(Faces { dependencies, ..Faces::of_store(store) })
}
