//! The listeners: how connections are taken, kept and ended.
//!
//! Beyond [`crate::config::Limits::connections`] nothing is accepted until a connection ends: new ones wait in the
//! system's queue, where they cost this process nothing, and are refused by the system when that is full.

mod accept;
mod activity;
mod connection;
mod stream;
pub mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::response::Response;
use hyper::body::Incoming;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::config::Limits;
use crate::state::Drain;
use crate::{Error, Result};

/// Who is at the other end of the connection. In every request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// The connection's own address: a proxy's, where one stands between.
    pub address: SocketAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

/// What answers the requests of a listener.
pub trait Answers:
    Service<http::Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
{
}

impl<S> Answers for S where
    S: Service<http::Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// A bound listener with what its connections share.
pub(crate) struct Listener {
    socket: TcpListener,
    shared: Arc<Shared>,
}

/// Connections that the system keeps until they are taken; it keeps no more than its own limit (`net.core.somaxconn`). The
/// usual 128 are fewer than a load balancer may open at once, and one that finds no room tries again after a second.
const WAITING: u32 = 4096;

fn listening(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart finds the port free although connections of the process before are still winding down.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

struct Shared {
    tls: Option<TlsAcceptor>,
    limits: Limits,
    drain: Drain,
    connections: Gauge,
    tracker: TaskTracker,
}

impl Listener {
    /// Binds an address; the setting that names it is for the message if that fails.
    pub(crate) fn bind(
        address: SocketAddr,
        setting: &'static str,
        tls: Option<TlsAcceptor>,
        limits: Limits,
        drain: Drain,
        connections: Gauge,
    ) -> Result<Self> {
        let socket = listening(address).map_err(|source| Error::Bind { address, setting, source })?;
        let tracker = TaskTracker::new();
        Ok(Self { socket, shared: Arc::new(Shared { tls, limits, drain, connections, tracker }) })
    }

    /// The address that was bound, with the port the system chose.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        self.socket.local_addr().map_err(|source| Error::System { what: "asking for the listener's address", source })
    }

    /// Takes connections until the drain closes, then waits for those there are to end.
    pub(crate) async fn serve(self, answers: impl Answers) {
        let Self { socket, shared } = self;
        accept::until_closing(|| socket.accept(), &shared, answers).await;
        // Closed before waiting: a connection attempt is refused at once and goes to another instance.
        drop(socket);
        shared.tracker.close();
        shared.tracker.wait().await;
    }
}
