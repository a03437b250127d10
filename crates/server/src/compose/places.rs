//! Where the embedded store is, by the settings.

use store::SqliteOptions;

use crate::config::Config;

/// The embedded database's file in the data folder.
const DATABASE: &str = "plimsoll.db";

/// The embedded database, unless the settings name another.
pub fn embedded(config: &Config) -> Option<SqliteOptions> {
    config.store.database_url.is_none().then(|| SqliteOptions::new(config.store.data.join(DATABASE)))
}
