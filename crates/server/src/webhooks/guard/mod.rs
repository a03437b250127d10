//! Keeps webhooks from calling into one's own network (server-side request forgery).
//!
//! A URL is checked when it is set and before each call; the addresses of its host each time a connection is made, by
//! the resolver that the connection itself uses: a name that changes its address between check and call gains nothing.

mod address;
mod resolver;
mod url;

use std::net::IpAddr;
use std::ops::RangeInclusive;

use ipnet::IpNet;

pub(crate) use resolver::GuardedResolver;
pub use resolver::{Addresses, Lookup, SystemLookup};

use crate::config::Webhooks;

/// What may be called.
#[derive(Debug, Clone)]
pub struct Guard {
    networks: Vec<IpNet>,
    ports: Vec<RangeInclusive<u16>>,
    http: bool,
}

/// Why something may not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Guard {
    /// What the settings let be called.
    #[must_use]
    pub fn new(config: &Webhooks) -> Self {
        let Webhooks { allow_networks, ports, allow_http, .. } = config.clone();
        Self { networks: allow_networks, ports, http: allow_http }
    }

    /// Checks an address that a connection would go to.
    ///
    /// # Errors
    /// Where it is neither public nor in a network that is allowed.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Refused> {
        let address = address.to_canonical();
        if address::is_public(address) || self.networks.iter().any(|network| network.contains(&address)) {
            return Ok(());
        }
        Err(Refused(format!(
            "{address} is not a public address; PLIMSOLL_WEBHOOK_ALLOW_NETWORKS lists others that may be called"
        )))
    }
}
