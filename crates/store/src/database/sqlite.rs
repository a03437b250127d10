//! Opening SQLite: durable by default, erased means overwritten.

use std::time::Duration;

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Pools, options::SqliteOptions};
use crate::{Error, Result};

/// Pages of 4 KiB that each connection keeps, as SQLite's negative KiB.
const CACHE: &str = "-4096";
/// Pages in the write-ahead log before it is folded into the file.
const CHECKPOINT: &str = "1000";
/// Takes the lock of writers at once, so that no transaction fails for it later.
const BEGIN: &str = "BEGIN IMMEDIATE";

pub(super) async fn open(options: &SqliteOptions) -> Result<Pools> {
    let connect = SqliteConnectOptions::new()
        .filename(&options.file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit returns once it is on the disk.
        .synchronous(SqliteSynchronous::Full)
        // Deleted rows are overwritten with zeros: an erased key must not be found in a free page.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", CHECKPOINT)
        .pragma("cache_size", CACHE)
        .pragma("temp_store", "MEMORY")
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5));
    let pool = |most: u32| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
    };
    let opening = |source| Error::Opening { place: options.file.display().to_string(), source };
    let write: SqlitePool = pool(1).connect_with(connect.clone()).await.map_err(opening)?;
    let read = pool(options.readers.max(1)).connect_lazy_with(connect.pragma("query_only", "ON"));
    Ok(Pools::Sqlite { write, read })
}

/// Opens a file that exists. Nothing is written to it.
pub(super) async fn open_existing(options: &SqliteOptions) -> Result<Pools> {
    let opening = |source| Error::Opening { place: options.file.display().to_string(), source };
    let connect = SqliteConnectOptions::new()
        .filename(&options.file)
        .create_if_missing(false)
        .pragma("cache_size", CACHE)
        .pragma("temp_store", "MEMORY")
        .busy_timeout(Duration::from_secs(5));
    let pool = || SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let read = pool().connect_with(connect.clone().pragma("query_only", "ON")).await.map_err(opening)?;
    // A backup is written by a connection that could write; it is made when one is asked for.
    Ok(Pools::Sqlite { write: pool().connect_lazy_with(connect), read })
}

/// Begins a transaction that writes.
///
/// SQLite rolls a transaction back by itself where the disk is full or fails (sqlite.org/lang_transaction.html). sqlx's own
/// rollback then finds none, and its connection believes for ever that it is in a transaction: such a one is replaced.
pub(super) async fn begin(pool: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    match pool.begin_with(BEGIN).await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            pool.begin_with(BEGIN).await
        }
        begun => begun,
    }
}
