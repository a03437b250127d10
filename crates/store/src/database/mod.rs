//! The database: one way to run statements, two faces.

pub(crate) mod bulk;
mod migrate;
mod options;
mod postgres;
mod row;
mod session;
mod sqlite;
mod value;
mod write_ahead_log;

use sqlx::{PgPool, SqlitePool};

pub use options::{DatabaseOptions, Password, PasswordSource, PostgresOptions, SqliteOptions};
pub(crate) use row::Row;
pub(crate) use session::{Connection, Session, Sql, Transaction};
pub(crate) use value::{Value, values, whole};

use crate::{Error, Result};

/// Which database is behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Embedded, one process.
    Sqlite,
    /// A server, several instances.
    Postgres,
}

enum Pools {
    /// SQLite has one writer at a time: waiting for it happens in the pool, not in the file's lock.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

impl Pools {
    fn face(&self) -> Face {
        match self {
            Self::Sqlite { .. } => Face::Sqlite,
            Self::Postgres(_) => Face::Postgres,
        }
    }
}

/// Connections to what must last.
pub(crate) struct Database {
    pools: Pools,
}

/// How busy the connections are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections that are open.
    pub open: u32,
    /// Open ones that nobody uses.
    pub idle: u32,
}

impl Database {
    /// Connects, and makes the tables or brings them up to date.
    pub(crate) async fn open(options: &DatabaseOptions) -> Result<Self> {
        let pools = match options {
            DatabaseOptions::Sqlite(options) => sqlite::open(options).await?,
            DatabaseOptions::Postgres(options) => postgres::open(options).await?,
        };
        migrate::run(&pools).await?;
        Ok(Self { pools })
    }

    /// Connects to a database that exists, and leaves its tables as they are.
    pub(crate) async fn open_existing(options: &DatabaseOptions) -> Result<Self> {
        let pools = match options {
            DatabaseOptions::Sqlite(options) => sqlite::open_existing(options).await?,
            DatabaseOptions::Postgres(options) => postgres::open(options).await?,
        };
        Ok(Self { pools })
    }

    pub(crate) fn face(&self) -> Face {
        self.pools.face()
    }

    /// A connection that only reads.
    pub(crate) async fn read(&self) -> Result<Connection> {
        match &self.pools {
            Pools::Sqlite { read, .. } => read.acquire().await.map(Connection::Sqlite),
            Pools::Postgres(pool) => pool.acquire().await.map(Connection::Postgres),
        }
        .map_err(|source| Error::Database { doing: "taking a connection", source })
    }

    /// A connection that may write.
    pub(crate) async fn write(&self) -> Result<Connection> {
        match &self.pools {
            Pools::Sqlite { write, .. } => write.acquire().await.map(Connection::Sqlite),
            Pools::Postgres(pool) => pool.acquire().await.map(Connection::Postgres),
        }
        .map_err(|source| Error::Database { doing: "taking a connection", source })
    }

    /// A transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Transaction> {
        match &self.pools {
            Pools::Sqlite { write, .. } => write.begin_with("BEGIN IMMEDIATE").await.map(Transaction::Sqlite),
            Pools::Postgres(pool) => pool.begin().await.map(Transaction::Postgres),
        }
        .map_err(|source| Error::Database { doing: "beginning a transaction", source })
    }

    /// A transaction that only reads, and sees one state.
    pub(crate) async fn snapshot(&self) -> Result<Transaction> {
        let doing = "beginning a transaction";
        match &self.pools {
            Pools::Sqlite { read, .. } => read.begin().await.map(Transaction::Sqlite),
            Pools::Postgres(pool) => {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(Transaction::Postgres)
            }
        }
        .map_err(|source| Error::Database { doing, source })
    }

    pub(crate) fn pool_use(&self) -> PoolUse {
        let count = |size: u32, idle: usize| PoolUse { open: size, idle: u32::try_from(idle).unwrap_or(u32::MAX) };
        match &self.pools {
            Pools::Sqlite { write, read } => count(write.size() + read.size(), write.num_idle() + read.num_idle()),
            Pools::Postgres(pool) => count(pool.size(), pool.num_idle()),
        }
    }

    /// Lets go of all connections once they are free.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
