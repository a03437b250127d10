//! What can be set: one small struct a concern, read from the environment and from flags in one place.
//!
//! Every setting is a variable `PLIMSOLL_*` with a default that works. A secret `PLIMSOLL_X` may instead come from the
//! file that `PLIMSOLL_X_FILE` names; any setting may be `secret:NAME` or `secret:NAME#member`, a secret of Secrets Manager
//! that was read before. A variable of that prefix that nobody knows is an error: it is a typing mistake.

mod checkpoints;
mod cors;
mod database;
mod deployment;
mod keyring;
mod lake;
mod lender;
mod limits;
mod listeners;
mod logging;
mod metrics;
mod rate_limit;
mod redis;
mod retention;
mod secret;
mod secret_reference;
mod secret_source;
mod setting;
mod source;
mod store;
mod tables;
mod telemetry;
mod tls;
mod webhooks;

pub use checkpoints::Checkpoints;
pub use cors::Cors;
pub use database::{Database, DatabaseAuth};
pub use deployment::Deployment;
pub use keyring::{KeyPlace, Keyring};
pub use lake::{Lake, LakeFields};
pub use lender::Lender;
pub use limits::Limits;
pub use listeners::{Listeners, Role};
pub use logging::{AccessLog, LogFormat, Logging};
pub use metrics::Metrics;
pub use rate_limit::RateLimit;
pub use redis::{Cache, Redis, RedisAuth, RedisCluster};
pub use retention::Retention;
pub use secret::Secret;
pub use secret_reference::SecretReference;
pub use secret_source::{Rereading, SecretSource, SecretText, Secrets, Version};
pub use setting::{Invalid, Origin, Setting};
pub use source::{ReadSecret, Source};
pub use store::Store;
pub use tables::{Table, Tables};
pub use telemetry::Telemetry;
pub use tls::{Pem, Tls, TlsPair};
pub use webhooks::Webhooks;

use crate::Result;

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the service listens and as what.
    pub listeners: Listeners,
    /// Certificate and key of the public listener.
    pub tls: Tls,
    /// What one client, or all together, may take.
    pub limits: Limits,
    /// Requests a second.
    pub rate_limit: RateLimit,
    /// Logs.
    pub logging: Logging,
    /// Where figures go besides `/metrics`.
    pub metrics: Metrics,
    /// Traces.
    pub telemetry: Telemetry,
    /// Where what must last is kept.
    pub store: Store,
    /// How PostgreSQL is signed in to, and the reader beside it.
    pub database: Database,
    /// Where sessions and items are kept.
    pub tables: Tables,
    /// The key that wraps the applicants' keys, and the one that signs checkpoints.
    pub keyring: Keyring,
    /// Limits and locks shared between instances.
    pub redis: Redis,
    /// Where decisions are exported to.
    pub lake: Lake,
    /// Where copies of checkpoints are kept.
    pub checkpoints: Checkpoints,
    /// How long personal data is kept.
    pub retention: Retention,
    /// How models come into force.
    pub deployment: Deployment,
    /// Calls to others.
    pub webhooks: Webhooks,
    /// Whom notices to applicants come from.
    pub lender: Lender,
    /// Which other sites' pages may call the API.
    pub cors: Cors,
    /// The secrets of Secrets Manager that settings were read from.
    pub secrets: Secrets,
    settings: Vec<Setting>,
}

impl Config {
    /// Reads the settings from pairs of an environment: `Config::from_environment(std::env::vars_os())`.
    ///
    /// # Errors
    /// [`crate::Error::Settings`] with every variable that is unknown or not what is accepted.
    pub fn from_environment<K, V>(environment: impl IntoIterator<Item = (K, V)>) -> Result<Self>
    where
        K: Into<std::ffi::OsString>,
        V: Into<std::ffi::OsString>,
    {
        Self::from_source(Source::new(environment))
    }

    /// Reads the settings from an environment that flags have been laid over.
    ///
    /// # Errors
    /// [`crate::Error::Settings`] with every variable that is unknown or not what is accepted.
    pub fn from_source(mut source: Source) -> Result<Self> {
        source.refuse_unread();
        let mut config = Self::read(&mut source);
        config.settings = source.finish()?;
        Ok(config)
    }

    fn read(from: &mut Source) -> Self {
        let (listeners, tls, limits) = (Listeners::read(from), Tls::read(from), Limits::read(from));
        let (rate_limit, logging) = (RateLimit::read(from), Logging::read(from));
        let (metrics, telemetry) = (Metrics::read(from), Telemetry::read(from));
        let store = Store::read(from);
        Self {
            listeners,
            tls,
            limits,
            rate_limit,
            logging,
            metrics,
            telemetry,
            database: Database::read(from, &store),
            store,
            tables: Tables::read(from),
            keyring: Keyring::read(from),
            redis: Redis::read(from),
            lake: Lake::read(from),
            checkpoints: Checkpoints::read(from),
            retention: Retention::read(from),
            deployment: Deployment::read(from),
            webhooks: Webhooks::read(from),
            lender: Lender::read(from),
            cors: Cors::read(from),
            secrets: Secrets::read(from),
            settings: Vec::new(),
        }
    }

    /// Each setting with its value in force (secrets masked), where that came from, and what it means.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }
}

/// The defaults: what an empty environment gives.
impl Default for Config {
    fn default() -> Self {
        Self::read(&mut Source::new(std::iter::empty::<(String, String)>()))
    }
}
