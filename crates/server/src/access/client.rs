//! Where a request comes from, and whether its way here is encrypted: the connection's own word, or that of proxies which
//! the settings name.

use std::net::{IpAddr, Ipv4Addr};

use http::HeaderMap;
use http::request::Parts;
use ipnet::IpNet;

use super::cookie::Way;
use crate::config::Config;
use crate::listen::Peer;

/// Where a request comes from. In the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// The client's address.
    pub(crate) address: IpAddr,
    /// How a cookie may travel.
    pub(crate) way: Way,
}

impl Client {
    pub(super) fn of(parts: &Parts, config: &Config) -> Self {
        let peer = parts.extensions.get::<Peer>();
        let at = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.address.ip().to_canonical());
        let trusted = &config.listeners.trusted_proxies;
        let is_proxy = is_in(trusted, at);
        let address = if is_proxy { forwarded(&parts.headers, trusted, at) } else { at };
        let has_tls = |value: &str| value.rsplit(',').next().is_some_and(|last| last.trim() == "https");
        let by_proxy = || is_proxy && header(&parts.headers, "x-forwarded-proto").is_some_and(has_tls);
        let by_setting = || config.listeners.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
        let is_encrypted = peer.is_some_and(|peer| peer.tls) || by_proxy() || by_setting();
        Self { address, way: Way::of(is_encrypted, address, &parts.headers) }
    }
}

/// The last address of `X-Forwarded-For` that is no proxy of ours: what stands before it, anybody may have written.
fn forwarded(headers: &HeaderMap, trusted: &[IpNet], peer: IpAddr) -> IpAddr {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = address(hop) else { break };
        nearest = address;
        if !is_in(trusted, address) {
            break;
        }
    }
    nearest
}

/// With or without a port, as proxies write it.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.split_once(']')).map_or(hop, |(address, _)| address);
    let parsed = bare.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    parsed.map(|address: IpAddr| address.to_canonical())
}

fn is_in(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().expect("a network")];
        let seen = |value: &str| {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static("x-forwarded-for"),
                value.parse().expect("a header"),
            )]);
            forwarded(&headers, &trusted, "10.0.0.1".parse().expect("an address")).to_string()
        };
        assert_eq!(seen("192.0.2.7"), "192.0.2.7");
        assert_eq!(seen("198.51.100.1, 192.0.2.7"), "192.0.2.7", "what the client wrote itself");
        assert_eq!(seen("192.0.2.7, 10.1.2.3"), "192.0.2.7");
        assert_eq!(seen("192.0.2.7:4711, 10.1.2.3:80"), "192.0.2.7");
        assert_eq!(seen("[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(seen("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(seen("nonsense"), "10.0.0.1");
        assert_eq!(seen("nonsense, 192.0.2.9"), "192.0.2.9");
    }
}
