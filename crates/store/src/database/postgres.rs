//! Opening PostgreSQL: TLS as the URL says, passwords that change, bounds on every wait.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    Pools,
    options::{PasswordSource, PostgresOptions},
};
use crate::{Error, Result};

/// How long before a password ends the next one is asked for.
const MARGIN: Duration = Duration::from_secs(60);
/// How soon to ask again after a refusal.
const RETRY: Duration = Duration::from_secs(5);

pub(super) async fn open(options: &PostgresOptions) -> Result<Pools> {
    let mut connect = PgConnectOptions::from_str(&options.url)
        .map_err(|source| Error::Opening { place: "the PostgreSQL URL".to_owned(), source })?
        .application_name("plimsoll")
        .options([
            ("statement_timeout", options.statement_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
            ("lock_timeout", "10000".to_owned()),
        ]);
    let mut lasts = None;
    if let Some(source) = &options.passwords {
        let (password, duration) = source.password().await.map_err(Error::Password)?;
        connect = connect.password(&password);
        lasts = Some(duration);
    }
    let place = format!("PostgreSQL at {}:{}", connect.get_host(), connect.get_port());
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(Duration::from_secs(300))
        .max_lifetime(Duration::from_secs(1800))
        .connect_with(connect)
        .await
        .map_err(|source| Error::Opening { place, source })?;
    if let (Some(source), Some(lasts)) = (options.passwords.clone(), lasts) {
        tokio::spawn(renew(pool.clone(), source, lasts));
    }
    Ok(Pools::Postgres(pool))
}

/// Hands the pool a new password before the present one ends.
async fn renew(pool: PgPool, source: Arc<dyn PasswordSource>, mut lasts: Duration) {
    while !pool.is_closed() {
        tokio::time::sleep(lasts.saturating_sub(MARGIN).max(RETRY)).await;
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
