//! Rate limits and locks, in the process and in a real Redis.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callers;

use std::time::Duration;

use callers::{Answer, Service, send};
use http::Method;
use server::access::{Scope, Scopes};
use testbed::Redis;

const SCOPES: Scopes = Scopes::of(&[Scope::KeysRead]);
const LONG: Duration = Duration::from_secs(60);

/// One request a second, three at once.
const FEW: [(&str, &str); 3] =
    [("PLIMSOLL_RATE_LIMIT_KEY", "1"), ("PLIMSOLL_RATE_BURST_SECONDS", "3"), ("PLIMSOLL_RATE_LIMIT_ADDRESS", "0")];

async fn ask(service: &Service, key: &str) -> Answer {
    service.by_key(key, Method::GET, "/v1/keys", None).await
}

#[tokio::test]
async fn each_key_has_its_own_requests_and_answers_say_how_many() {
    let service = Service::with(&FEW).await;
    let ((_, one), (_, other)) = (service.key(SCOPES).await, service.key(SCOPES).await);
    for remaining in [2, 1, 0] {
        let answer = ask(&service, &one).await;
        assert_eq!((answer.status, answer.header("ratelimit-policy")), (200, "\"key\";q=3;w=3"));
        assert!(answer.header("ratelimit").starts_with(&format!("\"key\";r={remaining};t=")), "{answer:?}");
    }
    let refused = ask(&service, &one).await;
    assert_eq!((refused.status, refused.problem(), refused.header("retry-after")), (429, "rate-limited", "1"));
    assert!(refused.header("ratelimit").starts_with("\"key\";r=0"), "{refused:?}");
    assert_eq!(ask(&service, &other).await.status, 200);
}

#[tokio::test]
async fn addresses_are_counted_without_credentials_and_as_our_proxies_name_them() {
    let settings = [
        ("PLIMSOLL_RATE_LIMIT_ADDRESS", "1"),
        ("PLIMSOLL_RATE_BURST_SECONDS", "2"),
        ("PLIMSOLL_TRUSTED_PROXIES", "10.0.0.0/8"),
    ];
    let service = Service::with(&settings).await;
    let from = async |peer: &str, forwarded: &str| {
        let headers = [("x-test-peer", peer), ("x-forwarded-for", forwarded)];
        service.send(Method::GET, "/problems", &headers, None).await.status
    };
    assert_eq!([from("10.0.0.1:1", "192.0.2.1").await, from("10.0.0.2:1", "192.0.2.1").await], [200, 200]);
    assert_eq!(from("10.0.0.1:1", "192.0.2.1").await, 429);
    assert_eq!(from("10.0.0.1:1", "192.0.2.2").await, 200, "another client behind the same proxy");
    assert_eq!([from("192.0.2.9:1", "1.1.1.1").await, from("192.0.2.9:1", "2.2.2.2").await], [200, 200]);
    assert_eq!(from("192.0.2.9:1", "3.3.3.3").await, 429, "a stranger's word counts for nothing");
    // One network of IPv6 is one client.
    let v6 = async |peer: &str| service.send(Method::GET, "/problems", &[("x-test-peer", peer)], None).await.status;
    assert_eq!(
        [v6("[2001:db8::1]:1").await, v6("[2001:db8::2]:1").await, v6("[2001:db8::3]:1").await],
        [200, 200, 429]
    );
    for _ in 0..5 {
        assert_eq!(service.send(Method::GET, "/health", &[], None).await.status, 200, "health is not counted");
    }
}

#[tokio::test]
async fn guessing_keys_is_counted_by_address() {
    let service = Service::with(&[("PLIMSOLL_RATE_LIMIT_ADDRESS", "1"), ("PLIMSOLL_RATE_BURST_SECONDS", "2")]).await;
    let (id, gone) = service.key(SCOPES).await;
    service.store.revoke_api_key(id, 1, store::Actor::Operator).await.expect("revoked");
    let statuses =
        [ask(&service, &gone).await.status, ask(&service, &gone).await.status, ask(&service, &gone).await.status];
    assert_eq!(statuses, [401, 401, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_count_together_in_redis_and_alone_without_it() {
    let redis = Redis::start();
    let url = redis.url();
    let settings = [FEW[0], FEW[1], FEW[2], ("PLIMSOLL_REDIS_URL", url.as_str())];
    let service = Service::with(&settings).await;
    let (_, other) = service.beside();
    let (_, key) = service.key(SCOPES).await;
    let headers = [("x-api-key", key.as_str())];
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(ask(&service, &key).await.status);
        statuses.push(send(&other, Method::GET, "/v1/keys", &headers, None).await.status);
    }
    // The server's clock may give one back on the way.
    assert_eq!(statuses[..3], [200, 200, 200]);
    assert!(statuses[3..].iter().filter(|status| **status == 429).count() >= 2, "{statuses:?}");

    redis.stop();
    let (_, fresh) = service.key(SCOPES).await;
    let alone: Vec<u16> = vec![
        ask(&service, &fresh).await.status,
        ask(&service, &fresh).await.status,
        ask(&service, &fresh).await.status,
        ask(&service, &fresh).await.status,
    ];
    assert_eq!(alone, [200, 200, 200, 429], "each instance by itself");
    assert_eq!(send(&other, Method::GET, "/v1/keys", &[("x-api-key", &fresh)], None).await.status, 200);

    redis.resume();
    // It is asked again by itself: what one instance counts, the other sees.
    let began = std::time::Instant::now();
    loop {
        let (_, key) = service.key(SCOPES).await;
        let headers = [("x-api-key", key.as_str())];
        let first = ask(&service, &key).await;
        let second = send(&other, Method::GET, "/v1/keys", &headers, None).await;
        if first.header("ratelimit").contains("r=2") && second.header("ratelimit").contains("r=1") {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "Redis is not asked again: {second:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_are_shared_in_redis_and_kept_in_the_process_without_it() {
    let redis = Redis::start();
    let url = redis.url();
    let service = Service::with(&[("PLIMSOLL_REDIS_URL", url.as_str())]).await;
    let (other, _) = service.beside();
    let (here, there) = (service.app.locks(), other.locks());
    let held = here.try_lock("a", LONG).await.expect("free");
    assert!(there.try_lock("a", LONG).await.is_none(), "another instance holds it");
    assert!(there.try_lock("b", LONG).await.is_some());
    drop(held);
    // Letting go reaches Redis beside the request.
    let again = loop {
        if let Some(guard) = there.try_lock("a", LONG).await {
            break guard;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    // A lock that expired is another's: its old guard lets nothing go.
    let brief = here.try_lock("c", Duration::from_millis(20)).await.expect("free");
    tokio::time::sleep(Duration::from_millis(40)).await;
    let taken = there.try_lock("c", LONG).await.expect("expired");
    drop(brief);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(here.try_lock("c", LONG).await.is_none());
    drop((again, taken));
    // Who let go takes again at once, whether Redis knows yet or not; what comes late lets nothing go.
    for _ in 0..200 {
        drop(here.try_lock("e", LONG).await.expect("nobody else has it"));
    }
    let kept = here.try_lock("e", LONG).await.expect("nobody else has it");
    for _ in 0..50 {
        assert!(there.try_lock("e", LONG).await.is_none());
    }
    drop(kept);

    redis.stop();
    let alone = here.try_lock("d", LONG).await.expect("free");
    assert!(here.try_lock("d", LONG).await.is_none(), "the process's own lock holds");
    assert!(there.try_lock("d", LONG).await.is_some(), "without Redis others do not know of it");
    drop(alone);
}
