//! The resolver that connections use: no address goes through unchecked.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Guard, Refused};

/// The addresses of a name, or why there are none.
pub type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Gives the addresses of names.
pub trait Lookup: Send + Sync {
    /// The addresses of a name at this moment.
    fn addresses(&self, name: String) -> Addresses;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, name: String) -> Addresses {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// A resolver that gives only addresses that may be called.
pub(crate) struct GuardedResolver {
    pub(crate) guard: Guard,
    pub(crate) lookup: Arc<dyn Lookup>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, found) = (self.guard.clone(), self.lookup.addresses(name.as_str().to_owned()));
        Box::pin(async move {
            let addresses = found.await?;
            // One address that is not public condemns the name: nobody publishes that by honest intent.
            for address in &addresses {
                guard.check_address(*address)?;
            }
            if addresses.is_empty() {
                return Err(Refused("the host has no address".to_owned()).into());
            }
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}
