//! Connections to one server or to a cluster, with or without TLS.

use std::collections::HashMap;
use std::time::Duration;

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, ErrorKind, Pipeline, RedisFuture, RedisResult, Value};

use super::credentials::Provider;
use super::{LinkSettings, PATIENCE};
use crate::config::RedisCluster;

/// How long one connection may take to come about.
const CONNECT: Duration = Duration::from_secs(1);
/// How long all of it may take: of a cluster, each node is connected to.
const OPEN: Duration = Duration::from_secs(5);

/// A connection that many questions share. Cheap to clone.
#[derive(Clone)]
pub(crate) enum Connection {
    /// One server holds all keys.
    Single(ConnectionManager),
    /// Keys are spread over several nodes.
    Cluster(ClusterConnection),
}

/// Opens what the settings name.
pub(super) async fn open(settings: LinkSettings) -> RedisResult<Connection> {
    let opened = async {
        match settings.cluster {
            RedisCluster::On => cluster(&settings).await,
            RedisCluster::Off => single(&settings).await.map(Connection::Single),
            RedisCluster::Auto => {
                let mut server = single(&settings).await?;
                if is_of_a_cluster(&mut server).await {
                    cluster(&settings).await
                } else {
                    Ok(Connection::Single(server))
                }
            }
        }
    };
    let in_time = tokio::time::timeout(OPEN, opened).await;
    in_time.unwrap_or_else(|_| Err((ErrorKind::Io, "no connection came about in time").into()))
}

async fn single(settings: &LinkSettings) -> RedisResult<ConnectionManager> {
    let mut config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(10))
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(PATIENCE));
    if let Some(credentials) = &settings.credentials {
        config = config.set_credentials_provider(Provider(credentials.clone()));
    }
    let url = settings.url.expose();
    let client = match &settings.certificates {
        None => Client::open(url)?,
        Some(certificates) => Client::build_with_tls(url, certificates.clone())?,
    };
    ConnectionManager::new_with_config(client, config).await
}

/// Whether the server says that it is one of several. One that is too old to be asked is not.
async fn is_of_a_cluster(server: &mut ConnectionManager) -> bool {
    let said: RedisResult<HashMap<String, Value>> = redis::cmd("HELLO").query_async(server).await;
    let mode = said.ok().and_then(|mut said| said.remove("mode"));
    mode.is_some_and(|mode| redis::from_redis_value::<String>(mode).is_ok_and(|mode| mode == "cluster"))
}

async fn cluster(settings: &LinkSettings) -> RedisResult<Connection> {
    let mut builder = ClusterClientBuilder::new([settings.url.expose()])
        .connection_timeout(CONNECT)
        .response_timeout(PATIENCE)
        .retries(1);
    if let Some(certificates) = &settings.certificates {
        builder = builder.certs(certificates.clone());
    }
    if let Some(credentials) = &settings.credentials {
        builder = builder.set_credentials_provider(Provider(credentials.clone()));
    }
    builder.build()?.get_async_connection().await.map(Connection::Cluster)
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(server) => server.req_packed_command(command),
            Self::Cluster(nodes) => nodes.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(server) => server.req_packed_commands(commands, offset, count),
            Self::Cluster(nodes) => nodes.req_packed_commands(commands, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(server) => server.get_db(),
            Self::Cluster(nodes) => nodes.get_db(),
        }
    }
}
