//! The database: one way to run statements, two faces.

pub(crate) mod bulk;
mod fault;
mod migrate;
mod options;
mod pool;
mod postgres;
mod reader;
mod refusals;
mod row;
mod session;
mod sqlite;
mod value;
mod write_ahead_log;

use std::sync::Arc;

use sqlx::SqlitePool;

pub use fault::{DatabaseCall, DatabaseObserver};
pub use options::{
    DatabaseOptions, Password, PasswordSource, PostgresOptions, PostgresServer, ReaderOptions, SqliteOptions,
};
pub(crate) use postgres::QUICK;
use postgres::{Server, Wanted};
use reader::Reader;
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

impl DatabaseOptions {
    /// Connects to the reader once, where there is one.
    ///
    /// # Errors
    /// [`Error::Opening`] where it cannot be reached or signed in to.
    pub async fn reach_reader(&self) -> Result<()> {
        match self {
            Self::Postgres(options) => match &options.reader {
                Some(reader) => reader::Reader::reach(reader, options).await,
                None => Ok(()),
            },
            Self::Sqlite(_) => Ok(()),
        }
    }
}

enum Pools {
    /// SQLite has one writer at a time: waiting for it happens in the pool, not in the file's lock.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(Arc<Server>),
}

/// Begins a transaction of PostgreSQL that only reads and sees one state.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

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
    reader: Option<Arc<Reader>>,
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
            DatabaseOptions::Postgres(options) => {
                Pools::Postgres(Arc::new(Server::open(options, Wanted::Writer).await?))
            }
        };
        migrate::run(&pools).await?;
        Self::beside_its_reader(pools, options).await
    }

    /// Connects to a database that exists, and leaves its tables as they are.
    pub(crate) async fn open_existing(options: &DatabaseOptions) -> Result<Self> {
        let pools = match options {
            DatabaseOptions::Sqlite(options) => sqlite::open_existing(options).await?,
            DatabaseOptions::Postgres(options) => Pools::Postgres(Arc::new(Server::open(options, Wanted::Any).await?)),
        };
        Self::beside_its_reader(pools, options).await
    }

    async fn beside_its_reader(pools: Pools, options: &DatabaseOptions) -> Result<Self> {
        let reader = match (&pools, options) {
            (Pools::Postgres(writer), DatabaseOptions::Postgres(options)) => match &options.reader {
                Some(reader) => Some(Reader::open(reader, options, writer).await?),
                None => None,
            },
            _ => None,
        };
        Ok(Self { pools, reader })
    }

    pub(crate) fn face(&self) -> Face {
        self.pools.face()
    }

    /// A connection that only reads, and sees what was written before.
    pub(crate) async fn read(&self) -> Result<Connection> {
        match &self.pools {
            Pools::Sqlite { read, .. } => read.acquire().await.map(Connection::Sqlite),
            Pools::Postgres(server) => server.acquire().await,
        }
        .map_err(|source| Error::Database { doing: "taking a connection", source })
    }

    /// A connection that may write.
    pub(crate) async fn write(&self) -> Result<Connection> {
        match &self.pools {
            Pools::Sqlite { write, .. } => write.acquire().await.map(Connection::Sqlite),
            Pools::Postgres(server) => server.acquire().await,
        }
        .map_err(|source| Error::Database { doing: "taking a connection", source })
    }

    /// A transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Transaction> {
        match &self.pools {
            Pools::Sqlite { write, .. } => write.begin_with("BEGIN IMMEDIATE").await.map(Transaction::Sqlite),
            Pools::Postgres(server) => server.begin(None).await,
        }
        .map_err(|source| Error::Database { doing: "beginning a transaction", source })
    }

    /// A transaction that only reads, and sees one state.
    pub(crate) async fn snapshot(&self) -> Result<Transaction> {
        match &self.pools {
            Pools::Sqlite { read, .. } => read.begin().await.map(Transaction::Sqlite),
            Pools::Postgres(server) => server.begin(Some(SNAPSHOT)).await,
        }
        .map_err(|source| Error::Database { doing: "beginning a transaction", source })
    }

    /// Rows for a report, which may be a little old: of the reader where there is one that keeps up, else of the writer.
    pub(crate) async fn report(
        &self,
        doing: &'static str,
        sql: impl Into<Sql> + Send,
        values: Vec<Value>,
    ) -> Result<Vec<Row>> {
        let sql = sql.into();
        if let Some(reader) = &self.reader
            && let Some(mut connection) = reader.acquire().await
        {
            match connection.fetch(doing, sql.clone(), values.clone()).await {
                Err(error) if reader.lost_by(&error) => {}
                outcome => return outcome,
            }
        }
        self.read().await?.fetch(doing, sql, values).await
    }

    /// As [`Self::snapshot`], of a state that may be a little old.
    pub(crate) async fn report_view(&self) -> Result<Transaction> {
        match &self.reader {
            Some(reader) => match reader.snapshot().await {
                Some(view) => Ok(view),
                None => self.snapshot().await,
            },
            None => self.snapshot().await,
        }
    }

    pub(crate) fn pool_use(&self) -> PoolUse {
        let count = |size: u32, idle: usize| PoolUse { open: size, idle: u32::try_from(idle).unwrap_or(u32::MAX) };
        match &self.pools {
            Pools::Sqlite { write, read } => count(write.size() + read.size(), write.num_idle() + read.num_idle()),
            Pools::Postgres(server) => {
                let (size, idle) = self.reader.as_ref().map_or((0, 0), |reader| reader.connections());
                let pool = server.pool();
                count(pool.size() + size, pool.num_idle() + idle)
            }
        }
    }

    /// Lets go of all connections once they are free.
    pub(crate) async fn close(&self) {
        if let Some(reader) = &self.reader {
            reader.close().await;
        }
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(server) => server.close().await,
        }
    }
}
