//! How often a caller may call: so many requests a second, some seconds' worth of them at once (GCRA, the virtual
//! scheduling algorithm of ITU-T I.371). In the process; or in Redis, so that instances count together.

mod in_process;
mod in_redis;
mod verdict;

use std::net::IpAddr;
use std::sync::Arc;

use store::Actor;

use self::in_process::InProcess;
use self::verdict::Count;
pub(super) use self::verdict::Verdict;
use crate::config::RateLimit;
use crate::redis_link::RedisLink;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// A key or a user.
    Caller(Actor),
    /// An address without valid credentials; of IPv6 the network, for a host has 2^64 addresses of it.
    Address(IpAddr),
}

/// So many requests a second, and so many at once.
#[derive(Debug, Clone, Copy)]
struct Quota {
    /// Its name in headers and in Redis.
    name: &'static str,
    /// Requests a second.
    rate: u32,
    /// Requests at once.
    burst: u32,
    /// Seconds in which a spent burst comes back.
    window: u32,
}

/// All limits.
#[derive(Debug)]
pub(crate) struct RateLimits {
    callers: Option<Limit>,
    addresses: Option<Limit>,
    redis: Option<Arc<RedisLink>>,
}

#[derive(Debug)]
struct Limit {
    quota: Quota,
    in_process: InProcess,
}

impl RateLimits {
    /// Limits by the settings; counted in Redis where there is a link to it.
    pub(crate) fn new(config: &RateLimit, redis: Option<Arc<RedisLink>>) -> Self {
        let limit = |name, rate: u32| {
            let window = config.burst_seconds.max(1);
            let quota = Quota { name, rate, burst: rate.saturating_mul(window), window };
            InProcess::new(&quota).map(|in_process| Limit { quota, in_process })
        };
        Self { callers: limit("key", config.per_key), addresses: limit("address", config.per_address), redis }
    }

    /// Counts a request; none where there is no limit. When Redis does not answer, this process counts by itself.
    pub(super) async fn take(&self, subject: Subject) -> Option<Verdict> {
        let (limit, subject) = match subject {
            Subject::Caller(_) => (self.callers.as_ref()?, subject),
            Subject::Address(address) => (self.addresses.as_ref()?, Subject::Address(network(address))),
        };
        let shared = match &self.redis {
            Some(redis) => in_redis::take(redis, &limit.quota, subject).await,
            None => None,
        };
        let count = shared.unwrap_or_else(|| limit.in_process.take(&limit.quota, subject));
        Some(Verdict::new(limit.quota, count))
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}
