//! The links to PostgreSQL and to Redis, by the settings: where they lead, and what is signed in with.

use std::sync::Arc;

use store::{
    DatabaseCall, DatabaseObserver, DatabaseOptions, PasswordSource, PostgresOptions, PostgresServer, ReaderOptions,
};

use super::aws::Aws;
use super::places;
use super::rotating_password::{Holds, RotatingPassword, SetPassword};
use crate::Result;
use crate::config::{Cache, Config, DatabaseAuth, RedisAuth, Secret};
use crate::operations::metrics::Dependencies;
use crate::redis_link::{LinkSettings, RedisLink};

/// Where passwords come from, if not from the URL.
type Passwords = Option<Arc<dyn PasswordSource>>;

/// Where the tables are, for one command.
///
/// # Errors
/// Where what is signed in with cannot be had.
pub async fn database_for_a_command(config: &Config) -> Result<DatabaseOptions> {
    let dependencies = Dependencies::default();
    database(config, &Aws::new(&dependencies), &dependencies).await
}

/// Where the tables are.
///
/// # Errors
/// Where what is signed in with cannot be had.
pub(super) async fn database(config: &Config, aws: &Aws, dependencies: &Dependencies) -> Result<DatabaseOptions> {
    if let Some(embedded) = places::embedded(config) {
        return Ok(DatabaseOptions::Sqlite(embedded));
    }
    let url = config.store.database_url.as_ref().map_or("", Secret::expose);
    let dependencies = dependencies.clone();
    let observer = DatabaseObserver::new(move |call: DatabaseCall| {
        dependencies.observe("postgres", call.operation, call.succeeded, call.took);
    });
    let reader = match &config.database.reader_url {
        None => None,
        Some(url) => Some(ReaderOptions {
            passwords: passwords_of_database(config, "PLIMSOLL_DATABASE_READER_URL", url.expose(), aws).await?,
            most_behind: config.database.reader_lag,
            ..ReaderOptions::new(url.expose())
        }),
    };
    Ok(DatabaseOptions::Postgres(PostgresOptions {
        connections: config.store.pool,
        passwords: passwords_of_database(config, "PLIMSOLL_DATABASE_URL", url, aws).await?,
        reader,
        observer: Some(observer),
        ..PostgresOptions::new(url)
    }))
}

/// The link to Redis, if there is one.
///
/// # Errors
/// Where what is signed in with, or checked by, cannot be had.
pub(super) async fn redis(config: &Config, aws: &Aws, dependencies: &Dependencies) -> Result<Option<Arc<RedisLink>>> {
    let settings = redis_settings(config, aws).await?;
    Ok(settings.map(|settings| Arc::new(RedisLink::new(settings, dependencies.clone()))))
}

/// Where Redis is and what is signed in with.
///
/// # Errors
/// As [`redis`].
pub(super) async fn redis_settings(config: &Config, aws: &Aws) -> Result<Option<LinkSettings>> {
    let passwords = match (&config.redis.auth, &config.redis.url) {
        (RedisAuth::Iam(cache), Some(url)) => tokens_of_cache(aws, cache, url.expose()).await?,
        _ => rotating(config, "PLIMSOLL_REDIS_URL", Holds::Url),
    };
    LinkSettings::of(&config.redis, passwords)
}

/// The password in the secret that a setting came from, if it did.
fn rotating(config: &Config, setting: &str, holds: Holds) -> Passwords {
    let secret = config.secrets.of(setting)?;
    Some(Arc::new(RotatingPassword::new(secret, holds, config.secrets.every())))
}

async fn passwords_of_database(config: &Config, setting: &str, url: &str, aws: &Aws) -> Result<Passwords> {
    match config.database.auth {
        DatabaseAuth::Password => Ok(match &config.database.password {
            Some(password) => rotating(config, "PLIMSOLL_DATABASE_PASSWORD", Holds::Password)
                .or_else(|| Some(Arc::new(SetPassword(password.clone())))),
            None => rotating(config, setting, Holds::Url),
        }),
        DatabaseAuth::Iam => tokens_of_database(aws, &PostgresServer::of(url)?).await,
    }
}

#[cfg(feature = "aws")]
async fn tokens_of_database(aws: &Aws, server: &PostgresServer) -> Result<Passwords> {
    let account = aws.account("PLIMSOLL_DATABASE_AUTH").await?;
    Ok(Some(Arc::new(cloud::RdsTokens::new(account, &server.host, server.port, &server.user))))
}

#[cfg(feature = "aws")]
async fn tokens_of_cache(aws: &Aws, cache: &Cache, url: &str) -> Result<Passwords> {
    let account = aws.account("PLIMSOLL_REDIS_AUTH").await?;
    let user = reqwest::Url::parse(url).map(|url| url.username().to_owned()).unwrap_or_default();
    let to = cloud::CacheSignIn { cache: cache.name.clone(), is_serverless: cache.is_serverless, user };
    Ok(Some(Arc::new(cloud::CacheTokens::new(account, &to))))
}

#[cfg(not(feature = "aws"))]
async fn tokens_of_database(aws: &Aws, _: &PostgresServer) -> Result<Passwords> {
    aws.absent("PLIMSOLL_DATABASE_AUTH")
}

#[cfg(not(feature = "aws"))]
async fn tokens_of_cache(aws: &Aws, _: &Cache, _: &str) -> Result<Passwords> {
    aws.absent("PLIMSOLL_REDIS_AUTH")
}
