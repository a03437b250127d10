//! Rate limits and locks of two instances over the kinds of Redis that there are: with TLS and users, and as a cluster.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callers;

use std::time::{Duration, Instant};

use callers::{Service, send};
use http::Method;
use server::access::{Scope, Scopes};
use testbed::{RedisCluster, RedisTls};

const SCOPES: Scopes = Scopes::of(&[Scope::KeysRead]);
const LONG: Duration = Duration::from_secs(60);

/// Two instances with these settings count a key's requests together and share locks.
async fn share(settings: &[(&str, &str)]) {
    let few =
        [("PLIMSOLL_RATE_LIMIT_KEY", "1"), ("PLIMSOLL_RATE_BURST_SECONDS", "9"), ("PLIMSOLL_RATE_LIMIT_ADDRESS", "0")];
    let all: Vec<_> = few.iter().chain(settings).copied().collect();
    let service = Service::with(&all).await;
    let (other_app, other) = service.beside();
    let left = |answer: &callers::Answer| {
        let text = answer.header("ratelimit").split("r=").nth(1).unwrap_or_default();
        text.split(';').next().unwrap_or_default().parse::<u32>().expect("what is left")
    };
    let began = Instant::now();
    // Once both are connected, of each key what one counts the other sees.
    let mut in_a_row = 0;
    while in_a_row < 20 {
        let (_, key) = service.key(SCOPES).await;
        let first = service.by_key(&key, Method::GET, "/v1/keys", None).await;
        let second = send(&other, Method::GET, "/v1/keys", &[("x-api-key", &key)], None).await;
        assert_eq!((first.status, second.status), (200, 200));
        in_a_row = if (left(&first), left(&second)) == (8, 7) { in_a_row + 1 } else { 0 };
        assert!(began.elapsed() < LONG, "they do not count together: {first:?} {second:?}");
    }
    let (here, there) = (service.app.locks(), other_app.locks());
    for number in 0..20 {
        let key = format!("lock-{number}");
        let held = here.try_lock(&key, LONG).await.expect("free");
        assert!(there.try_lock(&key, LONG).await.is_none(), "another instance holds it");
        drop(held);
        let began = Instant::now();
        while there.try_lock(&key, LONG).await.is_none() {
            assert!(began.elapsed() < LONG, "it is never let go");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_limits_and_locks_over_tls_as_a_user_who_may_do_little() {
    let redis = RedisTls::start("password");
    let (url, authority) = (redis.url(Some("password")), redis.authority());
    share(&[("PLIMSOLL_REDIS_URL", &url), ("PLIMSOLL_REDIS_CA_FILE", authority.to_str().unwrap())]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_share_limits_and_locks_over_a_cluster_that_says_so_itself() {
    let cluster = RedisCluster::start();
    share(&[("PLIMSOLL_REDIS_URL", &cluster.url())]).await;
    assert!(cluster.keys().iter().all(|keys| *keys > 0), "keys are not spread: {:?}", cluster.keys());
}
