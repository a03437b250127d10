//! Every part that the settings name, tried once: what `plimsoll config check` says.
//!
//! Nothing is made that lasts and nothing is changed: what can only be seen by writing is said to be so in the guide.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use serde::Serialize;
use store::{Audit, DatabaseOptions};

use super::aws::Aws;
use super::{faces, keyring, links, objects};
use crate::Result;
use crate::config::{Config, Secret, Table};
use crate::listen::tls;
use crate::notice::NoticeDesk;
use crate::operations::metrics::Dependencies;

/// Longer than any part takes that answers at all, with all its attempts.
const PATIENCE: Duration = Duration::from_secs(20);

/// A part, and what became of trying it.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// What it is to the service.
    pub part: &'static str,
    /// Where it is, by the settings.
    pub place: String,
    /// Why it cannot be used; none where it can.
    pub problem: Option<String>,
    /// How long trying it took, in milliseconds.
    pub milliseconds: u64,
}

type Trial<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Tries every part that the settings name, side by side.
pub async fn check(config: &Config) -> Vec<Checked> {
    let dependencies = Dependencies::default();
    let aws = Aws::new(&dependencies);
    let trials = trials(config, &aws, &dependencies).into_iter().map(async |(part, place, trial)| {
        let began = Instant::now();
        let late = || Err(format!("it did not answer within {} s; check the network's way there", PATIENCE.as_secs()));
        let problem = tokio::time::timeout(PATIENCE, trial).await.unwrap_or_else(|_| late()).err();
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Checked { part, place, problem, milliseconds }
    });
    futures_util::future::join_all(trials).await
}

fn trials<'a>(
    config: &'a Config,
    aws: &'a Aws,
    dependencies: &'a Dependencies,
) -> Vec<(&'static str, String, Trial<'a>)> {
    let mut trials: Vec<(&'static str, String, Trial<'a>)> = Vec::new();
    let mut add = |part, place: String, trial: Trial<'a>| trials.push((part, place, trial));
    let store = config.store.database_url.as_ref().map_or_else(|| config.store.data.display().to_string(), host);
    add("store", store, Box::pin(store_is_there(config, aws, dependencies)));
    if let Some(url) = &config.database.reader_url {
        add("reader", host(url), Box::pin(reader_is_there(config, aws, dependencies)));
    }
    let keyring = match (&config.keyring.kms, keyring::keyring_file(config)) {
        (Some(key), _) => key.clone(),
        (None, file) => file.map(|file| file.display().to_string()).unwrap_or_default(),
    };
    add("keyring", keyring, Box::pin(keyring_works(config, aws)));
    if let Some(url) = &config.redis.url {
        add("redis", host(url), Box::pin(redis_answers(config, aws)));
    }
    if let Table::Dynamodb(table) = &config.tables.sessions {
        add("sessions", format!("dynamodb:{table}"), Box::pin(faces::try_sessions(aws, table)));
    }
    if let Table::Dynamodb(table) = &config.tables.items {
        add("items", format!("dynamodb:{table}"), Box::pin(faces::try_items(aws, table)));
    }
    let lake = config.lake.place(&config.store).map(|place| ("lake", "PLIMSOLL_LAKE", place));
    let checkpoints = config.checkpoints.place.clone().map(|place| ("checkpoints", "PLIMSOLL_CHECKPOINTS", place));
    for (part, setting, place) in [lake, checkpoints].into_iter().flatten() {
        add(
            part,
            place.to_string(),
            Box::pin(async move {
                let files = objects::open(&place, setting, aws).await.map_err(said)?;
                let said = |error| format!("its files cannot be listed: {error}");
                files.list(None).try_next().await.map(drop).map_err(said)
            }),
        );
    }
    if let Some(pair) = &config.tls.pair {
        let origins = tls::Origins::of(pair, config);
        add("certificate", origins.to_string(), Box::pin(async move { tls::check(&origins).await.map_err(said) }));
    }
    if config.lender.file.is_some() || config.lender.templates.is_some() {
        let place = [&config.lender.file, &config.lender.templates].into_iter().flatten();
        let place: Vec<String> = place.map(|path| path.display().to_string()).collect();
        add(
            "notices",
            place.join(", "),
            Box::pin(async {
                let lender = &config.lender;
                NoticeDesk::open(lender.file.as_deref(), lender.templates.as_deref())
                    .map(drop)
                    .map_err(|error| error.to_string())
            }),
        );
    }
    if let Some(endpoint) = &config.telemetry.endpoint {
        add("traces", endpoint.clone(), Box::pin(collector_listens(endpoint)));
    }
    trials
}

/// Host and port of an address that may hold a password.
fn host(url: &Secret) -> String {
    let rest = url.expose().split_once("://").map_or(url.expose(), |(_, rest)| rest);
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    rest.rsplit_once('@').map_or(rest, |(_, host)| host).to_owned()
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

async fn store_is_there(config: &Config, aws: &Aws, dependencies: &Dependencies) -> Result<(), String> {
    let options = links::database(config, aws, dependencies).await.map_err(said)?;
    if let DatabaseOptions::Sqlite(embedded) = &options
        && !embedded.file.exists()
    {
        // Made at the first start, where that can be.
        return super::DataFolder::make(&config.store.data).map_err(said);
    }
    Audit::open(&options).await.map_err(said)?.close().await;
    Ok(())
}

async fn reader_is_there(config: &Config, aws: &Aws, dependencies: &Dependencies) -> Result<(), String> {
    let options = links::database(config, aws, dependencies).await.map_err(said)?;
    options.reach_reader().await.map_err(said)
}

async fn keyring_works(config: &Config, aws: &Aws) -> Result<(), String> {
    if config.keyring.signing.is_none() && keyring::keyring_file(config).is_some_and(|file| !file.exists()) {
        return Ok(());
    }
    let keyring = keyring::keyring(config, aws).await.map_err(said)?;
    store::try_keyring(&*keyring).await.map_err(said)
}

async fn redis_answers(config: &Config, aws: &Aws) -> Result<(), String> {
    match links::redis_settings(config, aws).await.map_err(said)? {
        Some(settings) => crate::redis_link::reach(settings).await,
        None => Ok(()),
    }
}

async fn collector_listens(endpoint: &str) -> Result<(), String> {
    let url: http::Uri = endpoint.parse().map_err(|error| format!("it is no address: {error}"))?;
    let default = if url.scheme_str() == Some("https") { 443 } else { 80 };
    let address = (url.host().unwrap_or_default().to_owned(), url.port_u16().unwrap_or(default));
    let connected = tokio::net::TcpStream::connect(address).await;
    connected
        .map(drop)
        .map_err(|error| format!("nothing listens there: {error}; start the collector, or unset the setting"))
}
