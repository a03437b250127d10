//! The same test over every face: `both!(name)` makes two tests of one function.

use std::sync::Arc;

use store::{DatabaseOptions, FileKeyring, PostgresOptions, SqliteOptions, Store, StoreOptions, WriterOptions};
use tempfile::TempDir;
use testbed::Postgres;

/// A place for a store, which may be opened several times.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) database: DatabaseOptions,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        Self { folder, database }
    }

    pub(crate) fn postgres() -> Self {
        let database = DatabaseOptions::Postgres(PostgresOptions::new(Postgres::shared().database()));
        Self { folder: TempDir::new().unwrap(), database }
    }

    pub(crate) fn options(&self) -> StoreOptions {
        let keyring = Arc::new(FileKeyring::open(&self.folder.path().join("keyring.json")).unwrap());
        StoreOptions { database: self.database.clone(), keyring, writer: WriterOptions::default() }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(self.options()).await.unwrap()
    }
}

#[allow(unused_macros)]
macro_rules! both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::faces::Place::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::faces::Place::postgres()).await;
            })*
        }
    };
}
#[allow(unused_imports)]
pub(crate) use both;
