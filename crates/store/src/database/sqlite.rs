//! Opening SQLite: durable by default, erased means overwritten.

use std::time::Duration;

use sqlx::{
    Connection as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Pools, options::SqliteOptions, write_ahead_log};
use crate::{Error, Result};

/// What each connection that reads keeps of the file, as SQLite's negative KiB; taken as it is needed.
const READ_CACHE: &str = "-4096";
/// The same of the one that writes: the index of applicants is written all over.
const WRITE_CACHE: &str = "-32768";
/// Statements that a connection keeps prepared.
const STATEMENTS: usize = 256;
/// Rows that SQLite's thread hands over before it waits for them to be taken: those of a whole statement.
const ROWS: usize = 128;

pub(super) async fn open(options: &SqliteOptions) -> Result<Pools> {
    let connect = SqliteConnectOptions::new()
        .filename(&options.file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit returns once it is on the disk.
        .synchronous(SqliteSynchronous::Full)
        // Deleted rows are overwritten with zeros: an erased key must not be found in a free page.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", write_ahead_log::LONG)
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(ROWS)
        .pragma("temp_store", "MEMORY")
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5));
    let pool = |most: u32| {
        SqlitePoolOptions::new()
            .max_connections(most)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            // SQLite rolls a transaction back by itself where the disk is full or fails. sqlx's own rollback then finds
            // none, and its connection believes for ever that it is within one: it is closed, not used again. Asked
            // here and not on release, when a rollback of the usual kind may still be on its way.
            .before_acquire(|connection, _| {
                let is_clean = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_clean) })
            })
            .acquire_timeout(Duration::from_secs(10))
    };
    let opening = |source| Error::Opening { place: options.file.display().to_string(), source };
    let write: SqlitePool =
        pool(1).connect_with(connect.clone().pragma("cache_size", WRITE_CACHE)).await.map_err(opening)?;
    let read = pool(options.readers.max(1))
        .connect_lazy_with(connect.pragma("cache_size", READ_CACHE).pragma("query_only", "ON"));
    tokio::spawn(write_ahead_log::fold(read.clone()));
    Ok(Pools::Sqlite { write, read })
}

/// Opens a file that exists. Nothing is written to it.
pub(super) async fn open_existing(options: &SqliteOptions) -> Result<Pools> {
    let opening = |source| Error::Opening { place: options.file.display().to_string(), source };
    let connect = SqliteConnectOptions::new()
        .filename(&options.file)
        .create_if_missing(false)
        .pragma("cache_size", READ_CACHE)
        .pragma("temp_store", "MEMORY")
        .busy_timeout(Duration::from_secs(5));
    let pool = || SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let read = pool().connect_with(connect.clone().pragma("query_only", "ON")).await.map_err(opening)?;
    // A backup is written by a connection that could write; it is made when one is asked for.
    Ok(Pools::Sqlite { write: pool().connect_lazy_with(connect), read })
}
