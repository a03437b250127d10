//! Where the service listens and as what.

use std::net::SocketAddr;

use ipnet::IpNet;

use super::Source;
use super::source::Spec;

/// Where the service listens and as what.
#[derive(Debug, Clone)]
pub struct Listeners {
    /// The public listener: API and console.
    pub public: SocketAddr,
    /// The private listener: metrics and diagnostics. Never give it to the internet.
    pub private: SocketAddr,
    /// What this process serves.
    pub role: Role,
    /// Where clients reach the public listener, for links in documents that leave the service; nothing is known where empty.
    pub public_url: Option<String>,
    /// Networks of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
}

/// What a process serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// API and console.
    All,
    /// The API only.
    Api,
    /// The console only.
    Console,
}

impl Role {
    /// Whether the API is served.
    pub fn has_api(self) -> bool {
        self != Self::Console
    }

    /// Whether the console is served.
    pub fn has_console(self) -> bool {
        self != Self::Api
    }
}

impl Listeners {
    pub(crate) const PUBLIC: &str = "PLIMSOLL_LISTEN";
    pub(crate) const PRIVATE: &str = "PLIMSOLL_PRIVATE_LISTEN";

    pub(super) fn read(from: &mut Source) -> Self {
        let public = Spec {
            name: Self::PUBLIC,
            default: "127.0.0.1:8080",
            meaning: "address and port of the API and the console; port 0 takes any free one",
        };
        let private = Spec {
            name: Self::PRIVATE,
            default: "127.0.0.1:9464",
            meaning: "address and port of metrics and diagnostics; keep it off the internet",
        };
        let role = Spec { name: "PLIMSOLL_ROLE", default: "all", meaning: "what this process serves" };
        let public_url = Spec {
            name: "PLIMSOLL_PUBLIC_URL",
            default: "",
            meaning: "where clients reach the service, for links in what leaves it",
        };
        let trusted_proxies = Spec {
            name: "PLIMSOLL_TRUSTED_PROXIES",
            default: "",
            meaning: "networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
        };
        let url = |text: &str| {
            let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            (text.is_empty() || rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['?', '#', ' '])))
                .then(|| text.trim_end_matches('/').to_owned())
        };
        Self {
            public: from.address(public),
            private: from.address(private),
            role: from.choice(role, &[("all", Role::All), ("api", Role::Api), ("console", Role::Console)], Role::All),
            public_url: from
                .one(public_url, "an http:// or https:// address without query", url)
                .filter(|url| !url.is_empty()),
            trusted_proxies: from.list(
                trusted_proxies,
                "networks with commas between, such as 10.0.0.0/8,fd00::/8",
                |text| text.parse().ok(),
            ),
        }
    }
}
