//! What runs statements: a connection or a transaction of either face.
//!
//! Statements are written once, in the SQL that both faces speak; places for values are `$1`, `$2`, ….

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction as SqlxTransaction, pool::PoolConnection};

use std::{sync::Arc, time::Duration};

use super::{Face, QUICK, Row, Value, pool::Connections, value};
use crate::{Error, Result};

/// The text of a statement: written in the source, or put together from such pieces and numbers; never from data.
#[derive(Clone)]
pub(crate) enum Sql {
    Fixed(&'static str),
    Made(String),
}

impl From<&'static str> for Sql {
    fn from(sql: &'static str) -> Self {
        Self::Fixed(sql)
    }
}

impl From<String> for Sql {
    fn from(sql: String) -> Self {
        Self::Made(sql)
    }
}

impl Sql {
    fn text(self) -> SqlStr {
        match self {
            Self::Fixed(sql) => sql.into_sql_str(),
            Self::Made(sql) => AssertSqlSafe(sql).into_sql_str(),
        }
    }
}

/// A connection that was taken from the pool.
pub(crate) enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>, Bound),
}

/// A transaction: rolled back unless [`Transaction::commit`] succeeds.
pub(crate) enum Transaction {
    Sqlite(SqlxTransaction<'static, Sqlite>),
    Postgres(SqlxTransaction<'static, Postgres>, Bound),
}

/// Which connections one belongs to, and how long an answer over it is waited for.
#[derive(Clone)]
pub(crate) struct Bound {
    connections: Arc<Connections>,
    generation: u64,
    most: Duration,
}

impl Bound {
    pub(super) fn new(connections: Arc<Connections>, generation: u64, most: Duration) -> Self {
        Self { connections, generation, most }
    }

    /// Waits as long as for any statement.
    async fn keep<T>(&self, work: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        self.connections.keep(self.generation, "statement", self.most, work).await
    }

    /// Waits for a commit.
    async fn keep_commit(&self, work: impl Future<Output = sqlx::Result<()>>) -> sqlx::Result<()> {
        self.connections.keep(self.generation, "commit", QUICK, work).await
    }
}

/// What both can do.
#[allow(async_fn_in_trait)] // used within this crate only, always as a concrete type
pub(crate) trait Session {
    fn face(&self) -> Face;

    /// Runs a statement and tells how many rows it changed.
    fn execute(
        &mut self,
        doing: &'static str,
        sql: impl Into<Sql> + Send,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Runs a statement and gives its rows.
    fn fetch(
        &mut self,
        doing: &'static str,
        sql: impl Into<Sql> + Send,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>>> + Send;

    /// Runs a statement that gives one row at most.
    fn fetch_optional(
        &mut self,
        doing: &'static str,
        sql: impl Into<Sql> + Send,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Option<Row>>> + Send
    where
        Self: Send,
    {
        async move { Ok(self.fetch(doing, sql, values).await?.into_iter().next()) }
    }

    /// Runs a statement that gives one row.
    fn fetch_one(
        &mut self,
        doing: &'static str,
        sql: impl Into<Sql> + Send,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Row>> + Send
    where
        Self: Send,
    {
        async move {
            let row = self.fetch_optional(doing, sql, values).await?;
            row.ok_or(Error::Database { doing, source: sqlx::Error::RowNotFound })
        }
    }
}

macro_rules! session {
    ($session:ident) => {
        impl $session {
            /// Waits so long for each answer from now on.
            pub(crate) fn wait_up_to(&mut self, most: Duration) {
                if let Self::Postgres(_, bound) = self {
                    bound.most = most;
                }
            }
        }

        impl Session for $session {
            fn face(&self) -> Face {
                match self {
                    Self::Sqlite(_) => Face::Sqlite,
                    Self::Postgres(..) => Face::Postgres,
                }
            }

            async fn execute(
                &mut self,
                doing: &'static str,
                sql: impl Into<Sql> + Send,
                values: Vec<Value>,
            ) -> Result<u64> {
                let sql = sql.into().text();
                match self {
                    Self::Sqlite(session) => {
                        let query = sqlx::query_with::<Sqlite, _>(sql, value::for_sqlite(values)?);
                        query.execute(&mut **session).await.map(|done| done.rows_affected())
                    }
                    Self::Postgres(session, bound) => {
                        let query = sqlx::query_with::<Postgres, _>(sql, value::for_postgres(values)?);
                        bound.keep(query.execute(&mut **session)).await.map(|done| done.rows_affected())
                    }
                }
                .map_err(|source| Error::Database { doing, source })
            }

            async fn fetch(
                &mut self,
                doing: &'static str,
                sql: impl Into<Sql> + Send,
                values: Vec<Value>,
            ) -> Result<Vec<Row>> {
                let sql = sql.into().text();
                match self {
                    Self::Sqlite(session) => {
                        let query = sqlx::query_with::<Sqlite, _>(sql, value::for_sqlite(values)?);
                        query.fetch(&mut **session).map_ok(Row::Sqlite).try_collect().await
                    }
                    Self::Postgres(session, bound) => {
                        let query = sqlx::query_with::<Postgres, _>(sql, value::for_postgres(values)?);
                        bound.keep(query.fetch(&mut **session).map_ok(Row::Postgres).try_collect()).await
                    }
                }
                .map_err(|source| Error::Database { doing, source })
            }
        }
    };
}

session!(Connection);
session!(Transaction);

impl Transaction {
    /// Undoes the changes and lets go of what was locked, at once: dropping it does so a little later.
    pub(crate) async fn rollback(self, doing: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction, bound) => bound.keep(transaction.rollback()).await,
        }
        .map_err(|source| Error::Database { doing, source })
    }

    /// Makes the changes last. After an error it is not known whether they do.
    pub(crate) async fn commit(self, doing: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction, bound) => bound.keep_commit(transaction.commit()).await,
        }
        .map_err(|source| Error::Database { doing, source })
    }
}
