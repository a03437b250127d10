//! The same test over every face: `both!(name)` makes two tests of one function.

pub(crate) mod people;
mod ports;

use std::sync::Arc;

use store::{DatabaseOptions, FileKeyring, PostgresOptions, SqliteOptions, Store, StoreOptions, WriterOptions};
use tempfile::TempDir;
use testbed::Postgres;
use tokio::sync::OnceCell;

#[allow(unused_imports)]
pub(crate) use ports::{Catalogue, LoggedIn};

/// A place for a store, which may be opened several times.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) database: DatabaseOptions,
    shared: OnceCell<Arc<Store>>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        Self { folder, database, shared: OnceCell::new() }
    }

    pub(crate) fn postgres() -> Self {
        Self::over(DatabaseOptions::Postgres(PostgresOptions::new(Postgres::shared().database())))
    }

    /// A place whose tables are in this database.
    pub(crate) fn over(database: DatabaseOptions) -> Self {
        Self { folder: TempDir::new().unwrap(), database, shared: OnceCell::new() }
    }

    pub(crate) fn options(&self) -> StoreOptions {
        let keyring = Arc::new(FileKeyring::open(&self.folder.path().join("keyring.json")).unwrap());
        StoreOptions { database: self.database.clone(), keyring, writer: WriterOptions::default() }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(self.options()).await.unwrap()
    }

    /// The store of another instance beside those there are. SQLite has one process: its instances share a store.
    #[allow(dead_code)]
    pub(crate) async fn instance(&self) -> Arc<Store> {
        let open = async || Arc::new(self.open().await);
        match &self.database {
            DatabaseOptions::Sqlite(_) => Arc::clone(self.shared.get_or_init(open).await),
            DatabaseOptions::Postgres(_) => open().await,
        }
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

impl Place {
    /// Runs a statement beside the store and gives the first column of its rows, bytes in hexadecimal digits.
    #[allow(dead_code)]
    pub(crate) async fn sql(&self, statement: &str) -> Vec<String> {
        match &self.database {
            DatabaseOptions::Sqlite(options) => {
                let mut connection = self.beside(options).await;
                let statement = sqlx::AssertSqlSafe(statement.replace("HEX(", "LOWER(HEX(").replace(")HEX", "))"));
                sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap()
            }
            DatabaseOptions::Postgres(options) => {
                let statement = statement.replace("HEX(", "ENCODE(").replace(")HEX", ", 'hex')");
                let name = options.url.rsplit('/').next().unwrap().split('?').next().unwrap();
                Postgres::shared().run(name, &statement).lines().map(str::to_owned).collect()
            }
        }
    }

    /// A connection of its own to the SQLite file.
    #[allow(dead_code)]
    pub(crate) async fn beside(&self, options: &SqliteOptions) -> sqlx::SqliteConnection {
        use sqlx::ConnectOptions;
        let connect = sqlx::sqlite::SqliteConnectOptions::new().filename(&options.file);
        connect.busy_timeout(std::time::Duration::from_secs(5)).connect().await.unwrap()
    }
}

/// The JSON that hexadecimal digits stand for.
#[allow(dead_code)]
pub(crate) fn json(digits: &str) -> serde_json::Value {
    serde_json::from_slice(&bytes(digits)).unwrap()
}

/// The bytes that hexadecimal digits stand for.
#[allow(dead_code)]
pub(crate) fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
