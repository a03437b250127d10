//! Where the database is and how it is opened.

use std::{future::Future, path::PathBuf, pin::Pin, str::FromStr, sync::Arc, time::Duration};

use sqlx::postgres::PgConnectOptions;
use zeroize::Zeroizing;

use super::fault::DatabaseObserver;
use crate::{Error, Result};

/// Where what must last is kept.
#[derive(Debug, Clone)]
pub enum DatabaseOptions {
    /// A SQLite file, made where it does not exist.
    Sqlite(SqliteOptions),
    /// A PostgreSQL server.
    Postgres(PostgresOptions),
}

/// The embedded face.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The file. Its folder must exist.
    pub file: PathBuf,
    /// Connections that read beside the one that writes.
    pub readers: u32,
}

/// The face for several instances.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database?sslmode=verify-full`.
    pub url: Zeroizing<String>,
    /// Most connections of this process.
    pub connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// Longest time that the server works on one statement.
    pub statement_timeout: Duration,
    /// Where passwords come from that change, such as tokens of an identity service; else the URL's is used.
    pub passwords: Option<Arc<dyn PasswordSource>>,
    /// A second server that reports are read from.
    pub reader: Option<ReaderOptions>,
    /// Told of every statement.
    pub observer: Option<DatabaseObserver>,
}

/// A replica that reports are read from.
#[derive(Clone)]
pub struct ReaderOptions {
    /// As the writer's URL.
    pub url: Zeroizing<String>,
    /// As the writer's: tokens are made for one host.
    pub passwords: Option<Arc<dyn PasswordSource>>,
    /// How far behind the writer it may be; beyond, the writer is read.
    pub most_behind: Duration,
}

impl ReaderOptions {
    /// The defaults for a URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: Zeroizing::new(url.into()), passwords: None, most_behind: Duration::from_secs(10) }
    }
}

/// A password and how long new connections may use it, later.
pub type Password<'a> =
    Pin<Box<dyn Future<Output = std::result::Result<(Zeroizing<String>, Duration), String>> + Send + 'a>>;

/// Gives the password of the moment.
pub trait PasswordSource: Send + Sync {
    /// The password, and how long new connections may use it.
    fn password(&self) -> Password<'_>;

    /// Another password to try, and how long new connections may use it: the server refused the one before.
    fn after_refusal(&self) -> Password<'_> {
        self.password()
    }
}

impl SqliteOptions {
    /// The defaults for a file.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), readers: 4 }
    }
}

impl PostgresOptions {
    /// The defaults for a URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Zeroizing::new(url.into()),
            connections: 10,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            passwords: None,
            reader: None,
            observer: None,
        }
    }
}

/// Which server a URL names, and as whom it is asked: what tokens are made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresServer {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user.
    pub user: String,
}

impl PostgresServer {
    /// What a URL names, as connections read it.
    ///
    /// # Errors
    /// [`Error::Opening`] where it is none.
    pub fn of(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|source| Error::Opening { place: "the PostgreSQL URL".to_owned(), source })?;
        let (host, user) = (options.get_host().to_owned(), options.get_username().to_owned());
        Ok(Self { host, port: options.get_port(), user })
    }
}

impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("url", &"…")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}
