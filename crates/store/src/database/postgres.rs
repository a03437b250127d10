//! PostgreSQL: TLS as the URL says, passwords that change, bounds on every wait.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{
    Connection, Transaction,
    options::{PasswordSource, PostgresOptions},
    pool::Connections,
    refusals::Refusals,
    session::Bound,
};
use crate::{Error, Result};

/// How long before a password ends the next one is asked for; of a short-lived one, half its time.
const MARGIN: Duration = Duration::from_secs(60);
/// Shortest pause before that.
const LEAST: Duration = Duration::from_millis(100);
/// How soon to ask again after a refusal.
const RETRY: Duration = Duration::from_secs(5);
/// How long the server waits for a lock.
const LOCK: Duration = Duration::from_secs(10);
/// How long what is quick may take: a transaction's beginning and end, and whatever the writer does. Longer than the
/// server waits for a lock, so that it is the server that says so.
pub(crate) const QUICK: Duration = Duration::from_secs(12);
/// How much longer than the server works on a statement its answer is waited for.
const ON_THE_WAY: Duration = Duration::from_secs(2);

/// Which server is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one that writes. After a failover the name may lead to another for a while.
    Writer,
    /// Any.
    Any,
}

/// One server.
pub(super) struct Server {
    connections: Arc<Connections>,
    refusals: Refusals,
    /// How long an answer to a statement is waited for.
    most: Duration,
}

impl Server {
    /// Connects.
    pub(super) async fn open(options: &PostgresOptions, wanted: Wanted) -> Result<Self> {
        let (server, place) = Self::prepare(options, wanted).await?;
        server.acquire().await.map_err(|source| Error::Opening { place, source })?;
        Ok(server)
    }

    /// Connects once it is asked for something.
    pub(super) async fn open_later(options: &PostgresOptions, wanted: Wanted) -> Result<Self> {
        Self::prepare(options, wanted).await.map(|(server, _)| server)
    }

    async fn prepare(options: &PostgresOptions, wanted: Wanted) -> Result<(Self, String)> {
        let (connect, lasts) = connect_options(options).await?;
        let place = format!("PostgreSQL at {}:{}", connect.get_host(), connect.get_port());
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(2))
            .acquire_timeout(options.acquire_timeout)
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(Duration::from_secs(1800));
        let connections = Connections::new(pool, connect, wanted, options.observer.clone());
        if let (Some(source), Some(lasts)) = (options.passwords.clone(), lasts) {
            tokio::spawn(renew(Arc::clone(&connections), source, lasts));
        }
        let refusals = Refusals::new(options.passwords.clone());
        Ok((Self { connections, refusals, most: options.statement_timeout + ON_THE_WAY }, place))
    }

    /// A free connection. The pool bounds the wait for it.
    pub(super) async fn acquire(&self) -> sqlx::Result<Connection> {
        let take = || self.connections.take("connect", Duration::MAX, |pool| async move { pool.acquire().await });
        // Kilobytes, and part of every future above it: in a box they are there for as long as it takes.
        let (taken, generation) = Box::pin(self.refusals.overcome(&self.connections, take)).await?;
        Ok(Connection::Postgres(taken, self.bound(generation)))
    }

    /// A transaction, begun by a statement of its own where one is named.
    pub(super) async fn begin(&self, sql: Option<&'static str>) -> sqlx::Result<Transaction> {
        let begin = async |pool: sqlx::PgPool| match sql {
            None => pool.begin().await,
            Some(sql) => pool.begin_with(sql).await,
        };
        let take = || self.connections.take("begin", QUICK, begin);
        let (begun, generation) = Box::pin(self.refusals.overcome(&self.connections, take)).await?;
        Ok(Transaction::Postgres(begun, self.bound(generation)))
    }

    /// The pool of now, for work that bounds itself.
    pub(super) fn pool(&self) -> sqlx::PgPool {
        self.connections.current().0
    }

    /// Whether it was closed.
    pub(super) fn is_closed(&self) -> bool {
        self.connections.is_closed()
    }

    /// Lets go of all connections once they are free.
    pub(super) async fn close(&self) {
        self.connections.close().await;
    }

    fn bound(&self, generation: u64) -> Bound {
        Bound::new(Arc::clone(&self.connections), generation, self.most)
    }
}

/// Where and how to connect, and how long new connections may use the password.
async fn connect_options(options: &PostgresOptions) -> Result<(PgConnectOptions, Option<Duration>)> {
    let connect = PgConnectOptions::from_str(&options.url)
        .map_err(|source| Error::Opening { place: "the PostgreSQL URL".to_owned(), source })?
        .application_name("plimsoll")
        .options([
            ("statement_timeout", options.statement_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
            ("lock_timeout", LOCK.as_millis().to_string()),
        ]);
    let Some(source) = &options.passwords else { return Ok((connect, None)) };
    let (password, lasts) = source.password().await.map_err(Error::Password)?;
    Ok((connect.password(&password), Some(lasts)))
}

/// Has new connections use a new password before the present one ends.
async fn renew(connections: Arc<Connections>, source: Arc<dyn PasswordSource>, lasts: Duration) {
    let before_it_ends = |lasts: Duration| lasts.saturating_sub(MARGIN).max(lasts / 2).max(LEAST);
    let mut pause = before_it_ends(lasts);
    while !connections.is_closed() {
        tokio::time::sleep(pause).await;
        match source.password().await {
            Ok((password, lasts)) => {
                connections.set_password(&password);
                pause = before_it_ends(lasts);
            }
            Err(problem) => {
                tracing::warn!(problem, "no new password for PostgreSQL; asking again");
                pause = RETRY;
            }
        }
    }
}
