//! The listeners.

use std::net::SocketAddr;

/// Who is at the other end of the connection. In every request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// The connection's own address: a proxy's, where one stands between.
    pub address: SocketAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
}
