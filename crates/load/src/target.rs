//! Where requests go, and what all of them carry.

use std::net::{SocketAddr, ToSocketAddrs};

use crate::{Error, Result};

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Target {
    /// The address.
    pub address: SocketAddr,
    /// The path.
    pub path: String,
    /// Headers that every request carries, as lines without their ends.
    pub headers: Vec<String>,
}

impl Target {
    /// Reads `http://host:port/path`.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn parse(url: &str) -> Result<Self> {
        let wrong = || Error::Address(url.to_owned());
        let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
        let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
        let address = host.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(wrong)?;
        Ok(Self { address, path: path.to_owned(), headers: Vec::new() })
    }

    /// The scores of a service.
    #[must_use]
    pub fn scores(address: SocketAddr) -> Self {
        Self { address, path: "/v1/scores".to_owned(), headers: Vec::new() }
    }

    /// With a header more, as `name: value`.
    #[must_use]
    pub fn with_header(mut self, line: impl Into<String>) -> Self {
        self.headers.push(line.into());
        self
    }

    /// The beginning of every POST: everything before what differs.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut head =
            format!("POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n", self.path, self.address);
        for line in &self.headers {
            head.push_str(line);
            head.push_str("\r\n");
        }
        head.into_bytes()
    }
}
