//! PostgreSQL: TLS as the URL says, passwords that change, bounds on every wait.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, Executor as _, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    Connection, Transaction,
    options::{PasswordSource, PostgresOptions},
    session::Bound,
    trust::Trust,
};
use crate::{Error, Result};

/// How long before a password ends the next one is asked for.
const MARGIN: Duration = Duration::from_secs(60);
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

/// Connections to one server.
pub(super) struct Server {
    pub(super) pool: PgPool,
    bound: Bound,
}

impl Server {
    /// Connects.
    pub(super) async fn open(options: &PostgresOptions, wanted: Wanted) -> Result<Self> {
        let (connect, lasts) = connect_options(options).await?;
        let place = format!("PostgreSQL at {}:{}", connect.get_host(), connect.get_port());
        let trust = Arc::new(Trust::new(options.observer.clone()));
        let pool = pool_options(options, wanted, &trust)
            .connect_with(connect)
            .await
            .map_err(|source| Error::Opening { place, source })?;
        Ok(Self::over(pool, options, trust, lasts))
    }

    /// Connects once it is asked for something.
    pub(super) async fn open_later(options: &PostgresOptions, wanted: Wanted) -> Result<Self> {
        let (connect, lasts) = connect_options(options).await?;
        let trust = Arc::new(Trust::new(options.observer.clone()));
        let pool = pool_options(options, wanted, &trust).connect_lazy_with(connect);
        Ok(Self::over(pool, options, trust, lasts))
    }

    fn over(pool: PgPool, options: &PostgresOptions, trust: Arc<Trust>, lasts: Option<Duration>) -> Self {
        if let (Some(source), Some(lasts)) = (options.passwords.clone(), lasts) {
            tokio::spawn(renew(pool.clone(), source, lasts));
        }
        Self { pool, bound: Bound::new(trust, options.statement_timeout + ON_THE_WAY) }
    }

    /// A free connection. The pool bounds the wait for it.
    pub(super) async fn acquire(&self) -> sqlx::Result<Connection> {
        let taken = self.bound.keep_within("connect", Duration::MAX, self.pool.acquire()).await?;
        Ok(Connection::Postgres(taken, self.bound.clone()))
    }

    /// A transaction, begun by a statement of its own where one is named.
    pub(super) async fn begin(&self, sql: Option<&'static str>) -> sqlx::Result<Transaction> {
        let begun = async {
            match sql {
                None => self.pool.begin().await,
                Some(sql) => self.pool.begin_with(sql).await,
            }
        };
        let begun = self.bound.keep_within("begin", QUICK, begun).await?;
        Ok(Transaction::Postgres(begun, self.bound.clone()))
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

fn pool_options(options: &PostgresOptions, wanted: Wanted, trust: &Arc<Trust>) -> PgPoolOptions {
    let (taking, returning) = (Arc::clone(trust), Arc::clone(trust));
    PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(Duration::from_secs(300))
        .max_lifetime(Duration::from_secs(1800))
        // A connection is tried before it is used, as sqlx does by itself; but where no answer comes, not for ever.
        .test_before_acquire(false)
        .before_acquire(move |connection, known| {
            let trust = Arc::clone(&taking);
            Box::pin(async move { Ok(trust.allows(connection, known.age).await) })
        })
        .after_release(move |connection, known| {
            let trust = Arc::clone(&returning);
            Box::pin(async move { Ok(trust.allows(connection, known.age).await) })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if wanted == Wanted::Any {
                    return Ok(());
                }
                let row = connection.fetch_one(AssertSqlSafe("SHOW transaction_read_only".to_owned())).await?;
                if row.try_get::<String, _>(0)? == "on" {
                    let said = "this server only reads; the name of the one that writes is still being led elsewhere";
                    return Err(sqlx::Error::Configuration(said.into()));
                }
                Ok(())
            })
        })
}

/// Hands the pool a new password before the present one ends.
async fn renew(pool: PgPool, source: Arc<dyn PasswordSource>, mut lasts: Duration) {
    let mut closing = std::pin::pin!(pool.close_event());
    loop {
        tokio::select! {
            () = &mut closing => return,
            () = tokio::time::sleep(lasts.saturating_sub(MARGIN).max(RETRY)) => {}
        }
        match source.password().await {
            Ok((password, duration)) => {
                let options = (*pool.connect_options()).clone().password(&password);
                pool.set_connect_options(options);
                lasts = duration;
            }
            Err(problem) => {
                tracing::warn!(problem, "no new password for PostgreSQL; asking again");
                lasts = RETRY;
            }
        }
    }
}
