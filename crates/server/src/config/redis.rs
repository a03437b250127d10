//! Limits and locks shared between instances.

use std::path::PathBuf;

use super::source::Spec;
use super::{Secret, Source};

/// Redis or Valkey.
#[derive(Debug, Clone)]
pub struct Redis {
    /// Where it is; without it, limits and locks are kept in the process.
    pub url: Option<Secret>,
    /// What its user signs in with.
    pub auth: RedisAuth,
    /// Whether its keys are spread over several nodes.
    pub cluster: RedisCluster,
    /// Authorities that are trusted instead of the system's.
    pub ca_file: Option<PathBuf>,
}

/// What a user of Redis signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisAuth {
    /// The password in the URL, if any.
    Password,
    /// A token of the role that this process has on AWS, for a cache of ElastiCache.
    Iam(Cache),
}

/// A cache of ElastiCache.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cache {
    /// Its name: of the replication group, or the serverless cache.
    pub name: String,
    /// Whether it is a serverless cache.
    pub is_serverless: bool,
}

/// Whether keys are spread over several nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedisCluster {
    /// The server says so itself.
    Auto,
    /// They are.
    On,
    /// They are not.
    Off,
}

impl Redis {
    pub(super) fn read(from: &mut Source) -> Self {
        let url = Spec {
            name: "PLIMSOLL_REDIS_URL",
            default: "",
            meaning: "Redis or Valkey for rate limits and locks that several instances share",
        };
        let auth = Spec {
            name: "PLIMSOLL_REDIS_AUTH",
            default: "password",
            meaning: "what the user of Redis signs in with: the URL's password, or a token of the AWS role",
        };
        let cache = Spec {
            name: "PLIMSOLL_REDIS_CACHE",
            default: "",
            meaning: "with a token: the ElastiCache cache's name, which is signed",
        };
        let cluster = Spec {
            name: "PLIMSOLL_REDIS_CLUSTER",
            default: "auto",
            meaning: "whether Redis spreads keys over several nodes; auto asks it",
        };
        let ca_file = Spec {
            name: "PLIMSOLL_REDIS_CA_FILE",
            default: "",
            meaning: "PEM file of authorities that Redis's certificate is checked by, instead of the system's",
        };
        let clusters = [("auto", RedisCluster::Auto), ("on", RedisCluster::On), ("off", RedisCluster::Off)];
        let url_read = from.secret(url, "redis://host:port or rediss://host:port", |text| {
            text.starts_with("redis://") || text.starts_with("rediss://")
        });
        let is_iam = from.choice(auth, &[("password", false), ("iam", true)], false);
        let cache_read = from.one(cache, "a cache's name, or serverless: and its name", cache_of).flatten();
        let read = Self {
            url: url_read,
            auth: if is_iam { RedisAuth::Iam(cache_read.clone().unwrap_or_default()) } else { RedisAuth::Password },
            cluster: from.choice(cluster, &clusters, RedisCluster::Auto),
            ca_file: from.path(ca_file),
        };
        if is_iam && cache_read.is_none() {
            from.contradiction(cache.name, "is not set; with PLIMSOLL_REDIS_AUTH=iam, name the cache: it is signed");
        }
        if !is_iam && cache_read.is_some() {
            from.contradiction(cache.name, "is set without PLIMSOLL_REDIS_AUTH=iam; set that, or leave this out");
        }
        if is_iam && read.url.is_none() {
            from.contradiction(auth.name, "is iam without PLIMSOLL_REDIS_URL; set that too");
        }
        if let (true, Some(given)) = (is_iam, &read.url)
            && let Some(problem) = unfit_for_tokens(given.expose())
        {
            from.contradiction(url.name, problem);
        }
        let is_tls = read.url.as_ref().is_some_and(|url| url.expose().starts_with("rediss://"));
        if read.ca_file.is_some() && !is_tls {
            from.contradiction(ca_file.name, "is set, but PLIMSOLL_REDIS_URL is no rediss:// address; change that");
        }
        read
    }
}

/// Nothing, or a cache: names have letters, digits and hyphens.
fn cache_of(text: &str) -> Option<Option<Cache>> {
    if text.is_empty() {
        return Some(None);
    }
    let (name, is_serverless) = text.strip_prefix("serverless:").map_or((text, false), |name| (name, true));
    let is_name =
        !name.is_empty() && name.len() <= 50 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| Some(Cache { name: name.to_owned(), is_serverless }))
}

/// Why no token can be sent there.
fn unfit_for_tokens(url: &str) -> Option<&'static str> {
    let Ok(url) = reqwest::Url::parse(url) else { return Some("is no URL") };
    if url.scheme() != "rediss" {
        return Some("is no rediss:// address; with PLIMSOLL_REDIS_AUTH=iam the token must travel encrypted");
    }
    if url.username().is_empty() {
        return Some("names no user; with PLIMSOLL_REDIS_AUTH=iam, name the one that the role may connect as");
    }
    url.password().is_some().then_some("has a password; with PLIMSOLL_REDIS_AUTH=iam, leave it out")
}
