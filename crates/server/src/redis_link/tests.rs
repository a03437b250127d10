//! The link over a real Redis with TLS and users: passwords that change, as tokens do, and servers that say nothing.

use std::sync::Mutex as StdMutex;

use store::{Password, PasswordSource};
use testbed::{Proxy, Redis as Server, RedisTls, Way};
use zeroize::Zeroizing;

use super::*;
use crate::config::{Config, Secret};

/// Longer than anything takes that comes about by itself.
const LONG: Duration = Duration::from_secs(30);
/// How long a password of these tests is given out.
const LASTS: Duration = Duration::from_millis(600);

/// Passwords that somebody else changes.
struct Changing(StdMutex<String>);

impl PasswordSource for Changing {
    fn password(&self) -> Password<'_> {
        let password = Zeroizing::new(self.0.lock().expect("not poisoned").clone());
        Box::pin(async move { Ok((password, LASTS)) })
    }
}

fn config(settings: &[(&str, String)]) -> Redis {
    Config::from_environment(settings.iter().map(|(name, value)| (*name, value.as_str()))).expect("settings").redis
}

async fn get(link: &RedisLink) -> Option<Option<String>> {
    link.ask(|mut connection| async move {
        redis::cmd("GET").arg("plimsoll:a").query_async::<Option<String>>(&mut connection).await
    })
    .await
}

async fn until_it_answers(link: &RedisLink) {
    let began = Instant::now();
    while get(link).await.is_none() {
        assert!(began.elapsed() < LONG, "it does not answer: {link:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Calls of AUTH so far, and the ids of the connections of the service's user.
fn seen(redis: &RedisTls) -> (u64, Vec<String>) {
    let stats = redis.run(&["INFO", "commandstats"]);
    let auth = stats.lines().find_map(|line| line.strip_prefix("cmdstat_auth:calls=")).unwrap_or("0");
    let calls = auth.split(',').next().and_then(|calls| calls.parse().ok()).expect("a number");
    let list = redis.run(&["CLIENT", "LIST"]);
    let ours = list.lines().filter(|line| line.contains("user=plimsoll"));
    (calls, ours.filter_map(|line| line.split(' ').next().map(str::to_owned)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_signs_in_again_before_its_password_ends_and_goes_on() {
    let redis = RedisTls::start("first");
    let source = Arc::new(Changing(StdMutex::new("first".to_owned())));
    let authority = ("PLIMSOLL_REDIS_CA_FILE", redis.authority().display().to_string());
    let config = config(&[("PLIMSOLL_REDIS_URL", redis.url(None)), authority]);
    let settings = LinkSettings::of(&config, Some(source.clone())).expect("settings").expect("a URL");
    let link = RedisLink::new(settings, Dependencies::default());
    until_it_answers(&link).await;
    let (before, ours) = seen(&redis);
    assert_eq!(ours.len(), 1, "one connection");
    // The next password, from both sides; nothing is lost meanwhile.
    *source.0.lock().expect("not poisoned") = "second".to_owned();
    redis.set_password("second");
    let began = Instant::now();
    while began.elapsed() < LASTS * 3 {
        assert_eq!(get(&link).await, Some(None), "an answer was lost");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (after, still_ours) = seen(&redis);
    assert!(after >= before + 3, "it signed in {before} times, then {after}");
    assert_eq!(still_ours, ours, "the same connection");
    // A new one uses the password of the moment.
    let killed = redis.run(&["CLIENT", "KILL", "USER", "plimsoll"]);
    assert_eq!(killed, "1");
    until_it_answers(&link).await;
    assert_ne!(seen(&redis).1, ours);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_itself_or_refuses_the_password_is_as_good_as_none() {
    let redis = RedisTls::start("right");
    let authority = ("PLIMSOLL_REDIS_CA_FILE", redis.authority().display().to_string());
    // Nobody of the system's signed this server's certificate.
    let untrusting = config(&[("PLIMSOLL_REDIS_URL", redis.url(Some("right")))]);
    let refused = config(&[("PLIMSOLL_REDIS_URL", redis.url(Some("wrong"))), authority.clone()]);
    for config in [untrusting, refused] {
        let link = RedisLink::with_password(&config, &Dependencies::default()).expect("a link");
        for _ in 0..20 {
            assert_eq!(get(&link).await, None);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(link.is_lost.load(Ordering::Relaxed));
    }
    let right = config(&[("PLIMSOLL_REDIS_URL", redis.url(Some("right"))), authority]);
    until_it_answers(&RedisLink::with_password(&right, &Dependencies::default()).expect("a link")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_says_nothing_any_more_is_given_up_for_a_new_one() {
    let (one, other) = (Server::start(), Server::start());
    let address = |server: &Server| server.url().replace("redis://", "");
    let proxy = Proxy::to(address(&one));
    let config = config(&[("PLIMSOLL_REDIS_URL", format!("redis://{}", proxy.address()))]);
    let link = RedisLink::with_password(&config, &Dependencies::default()).expect("a link");
    until_it_answers(&link).await;
    proxy.set(Way::Silent);
    let began = Instant::now();
    while began.elapsed() < STALE + PAUSE * 2 {
        let asked = Instant::now();
        assert_eq!(get(&link).await, None);
        assert!(asked.elapsed() < PATIENCE * 3, "it was waited for: {:?}", asked.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // New connections find their way; the old one would stay silent for ever.
    proxy.set(Way::Open);
    until_it_answers(&link).await;
    // A failover: the name leads elsewhere.
    proxy.lead_to(address(&other));
    until_it_answers(&link).await;
}

#[tokio::test]
async fn a_file_of_authorities_without_any_is_refused_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "nothing").expect("written");
    let settings =
        [("PLIMSOLL_REDIS_URL", "rediss://host"), ("PLIMSOLL_REDIS_CA_FILE", file.to_str().expect("a path"))];
    let config = Config::from_environment(settings).expect("settings").redis;
    let said = LinkSettings::of(&config, None).err().expect("refused").to_string();
    assert!(said.starts_with("PLIMSOLL_REDIS_CA_FILE: ") && said.contains("there is no certificate in it"), "{said}");
    assert_eq!(format!("{:?}", config.url.map(|url: Secret| url)), "Some(***)");
}
