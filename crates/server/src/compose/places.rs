//! Where the embedded store and the keyring are, by the settings.

use std::path::PathBuf;
use std::sync::Arc;

use store::{FileKeyring, Keyring, SqliteOptions};

use crate::Result;
use crate::config::Config;

/// The embedded database's file in the data folder.
const DATABASE: &str = "plimsoll.db";
/// The local keyring's file in the data folder, where the settings name no other.
const KEYRING: &str = "keyring.json";

/// The embedded database, unless the settings name another.
pub fn embedded(config: &Config) -> Option<SqliteOptions> {
    config.store.database_url.is_none().then(|| SqliteOptions::new(config.store.data.join(DATABASE)))
}

/// Where the local keyring is.
pub fn keyring_file(config: &Config) -> PathBuf {
    config.keyring.file.clone().unwrap_or_else(|| config.store.data.join(KEYRING))
}

/// What wraps keys and signs; made where there is none.
///
/// # Errors
/// Where it cannot be read or made.
pub fn keyring(config: &Config) -> Result<Arc<dyn Keyring>> {
    Ok(Arc::new(FileKeyring::open(&keyring_file(config))?))
}
