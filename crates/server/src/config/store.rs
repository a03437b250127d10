//! Where what must last is kept.

use std::path::PathBuf;

use super::database::is_postgres;
use super::source::Spec;
use super::{Secret, Source};

/// Where what must last is kept.
#[derive(Debug, Clone)]
pub struct Store {
    /// The folder of the embedded store, the keyring and the lake.
    pub data: PathBuf,
    /// PostgreSQL; without it the store is SQLite in the data folder.
    pub database_url: Option<Secret>,
    /// Connections to PostgreSQL at once.
    pub pool: u32,
}

impl Store {
    pub(super) fn read(from: &mut Source) -> Self {
        let data = Spec {
            name: "PLIMSOLL_DATA",
            default: "plimsoll-data",
            meaning: "folder of the embedded store, the keyring and the lake",
        };
        let url = Spec {
            name: "PLIMSOLL_DATABASE_URL",
            default: "",
            meaning: "PostgreSQL to keep things in instead of the data folder",
        };
        let pool = Spec { name: "PLIMSOLL_DATABASE_POOL", default: "16", meaning: "connections to PostgreSQL at once" };
        Self {
            data: from.path(data).unwrap_or_else(|| PathBuf::from("plimsoll-data")),
            database_url: from.secret(url, "postgres://user:password@host:port/database", is_postgres),
            pool: u32::try_from(from.count(pool, 1..=1_000)).unwrap_or(16),
        }
    }
}
