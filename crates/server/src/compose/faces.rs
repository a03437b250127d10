//! The faces of the ports that the settings choose, where there is a choice.

use std::sync::Arc;
use std::time::Duration;

use store::{Items, Sessions, Store};

use super::aws::Aws;
use super::links;
use crate::config::{Config, Table};
use crate::operations::metrics::Dependencies;
use crate::{Faces, Result};

/// The faces that the settings name.
///
/// # Errors
/// Where one cannot be had.
pub(super) async fn choose(
    config: &Config,
    store: &Arc<Store>,
    aws: &Aws,
    dependencies: Dependencies,
) -> Result<Faces> {
    let redis = links::redis(config, aws, &dependencies).await?;
    let mut faces = Faces { redis, dependencies, ..Faces::of_store(store) };
    if let Table::Dynamodb(table) = &config.tables.sessions {
        faces.sessions = sessions(aws, table).await?;
    }
    if let Table::Dynamodb(table) = &config.tables.items {
        faces.items = items(aws, table, store, config.retention.requests).await?;
    }
    Ok(faces)
}

#[cfg(feature = "aws")]
async fn sessions(aws: &Aws, table: &str) -> Result<Arc<dyn Sessions>> {
    let client = aws.account(Table::SESSIONS).await?.dynamodb();
    let sessions = cloud::DynamoSessions::open(client, table).await;
    Ok(Arc::new(sessions.map_err(|fault| refused(Table::SESSIONS, &fault))?))
}

#[cfg(feature = "aws")]
async fn items(aws: &Aws, table: &str, store: &Arc<Store>, requests: Duration) -> Result<Arc<dyn Items>> {
    let client = aws.account(Table::ITEMS).await?.dynamodb();
    let items = cloud::DynamoItems::open(client, table, Arc::clone(store), requests).await;
    Ok(Arc::new(items.map_err(|fault| refused(Table::ITEMS, &fault))?))
}

/// Reads from the table of sessions, and changes nothing: a session that nobody has is noted as used.
#[cfg(feature = "aws")]
pub(super) async fn try_sessions(aws: &Aws, table: &str) -> Result<(), String> {
    let sessions = sessions(aws, table).await.map_err(|error| error.to_string())?;
    let nobody = [0; 32];
    sessions.get(&nobody).await.map_err(|error| error.to_string())?;
    sessions.touch(&nobody, store::Moment::now()).await.map_err(|error| error.to_string())
}

/// Reads from the table of items.
#[cfg(feature = "aws")]
pub(super) async fn try_items(aws: &Aws, table: &str) -> Result<(), String> {
    let client = aws.account(Table::ITEMS).await.map_err(|error| error.to_string())?.dynamodb();
    cloud::try_items(client, table).await.map_err(|fault| fault.to_string())
}

#[cfg(feature = "aws")]
fn refused(setting: &'static str, fault: &cloud::Fault) -> crate::Error {
    crate::Error::Unavailable { setting, problem: fault.to_string() }
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async, reason = "the other one of this name is")]
async fn sessions(aws: &Aws, _: &str) -> Result<Arc<dyn Sessions>> {
    aws.absent(Table::SESSIONS)
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async, reason = "the other one of this name is")]
pub(super) async fn try_sessions(aws: &Aws, _: &str) -> Result<(), String> {
    aws.absent(Table::SESSIONS).map_err(|error: crate::Error| error.to_string())
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async, reason = "the other one of this name is")]
pub(super) async fn try_items(aws: &Aws, _: &str) -> Result<(), String> {
    aws.absent(Table::ITEMS).map_err(|error: crate::Error| error.to_string())
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async, reason = "the other one of this name is")]
async fn items(aws: &Aws, _: &str, _: &Arc<Store>, _: Duration) -> Result<Arc<dyn Items>> {
    aws.absent(Table::ITEMS)
}
