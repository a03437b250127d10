//! The session's cookie.

use std::net::IpAddr;

use http::header::{COOKIE, HOST, HeaderMap, HeaderValue};
use store::SessionToken;

/// Under TLS. The prefix makes browsers refuse it unless it is Secure, for the whole host and for this host alone.
pub(crate) const SECURE_NAME: &str = "__Host-plimsoll";
/// On the machine itself, over plain HTTP.
const LOOPBACK_NAME: &str = "plimsoll";

/// How a cookie may travel to this client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Encrypted up to this process or to a proxy in front of it.
    Secure,
    /// Within the machine.
    Loopback,
    /// Readable by others: no cookie is given.
    Open,
}

impl Way {
    /// The way to a client at `address` who asked for the host in the headers.
    pub(super) fn of(is_encrypted: bool, address: IpAddr, headers: &HeaderMap) -> Self {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if is_encrypted {
            Self::Secure
        } else if address.is_loopback() || is_loopback_name(host) {
            Self::Loopback
        } else {
            Self::Open
        }
    }

    fn name(self) -> &'static str {
        if self == Self::Secure { SECURE_NAME } else { LOOPBACK_NAME }
    }
}

/// A host that browsers take for the machine itself.
fn is_loopback_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name == "[::1]" || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether a cookie of ours came, whatever is in it; and its token, where it can be one.
pub(super) fn read(headers: &HeaderMap, way: Way) -> Option<Option<SessionToken>> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == way.name()).map(|(_, value)| SessionToken::parse(value))
}

/// Gives the client a session's cookie. It has no age: it goes when the browser closes.
pub(crate) fn set(way: Way, token: &SessionToken) -> Option<HeaderValue> {
    header(way, token.expose(), "")
}

/// Takes the cookie back.
pub(crate) fn clear(way: Way) -> Option<HeaderValue> {
    header(way, "", "; Max-Age=0")
}

fn header(way: Way, value: &str, age: &str) -> Option<HeaderValue> {
    let secure = match way {
        Way::Secure => "; Secure",
        Way::Loopback => "",
        Way::Open => return None,
    };
    let name = way.name();
    let mut header =
        HeaderValue::try_from(format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_cookies_stay_on_the_machine() {
        let at = |host: &str, address: &str, is_encrypted: bool| {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::try_from(host).expect("a host"))]);
            Way::of(is_encrypted, address.parse().expect("an address"), &headers)
        };
        assert_eq!(at("lender.example", "192.0.2.1", true), Way::Secure);
        for host in ["localhost:8080", "localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080", "[::1]"] {
            assert_eq!(at(host, "172.17.0.1", false), Way::Loopback, "{host}");
        }
        assert_eq!(at("lender.example", "127.0.0.1", false), Way::Loopback);
        for host in ["lender.example", "localhost.lender.example", "10.0.0.1:8080", "", "[::2]:80"] {
            assert_eq!(at(host, "192.0.2.1", false), Way::Open, "{host}");
        }
        assert!(clear(Way::Open).is_none());
        let cookie = clear(Way::Secure).expect("a cookie");
        assert_eq!(cookie, "__Host-plimsoll=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
    }
}
