//! Settings: every one has a default that works, and what is wrong is said with what is accepted.

#![allow(clippy::panic, reason = "what fails here is the test")]

use std::time::Duration;

use server::Error;
use server::config::{Cache, Config, DatabaseAuth, Origin, RedisAuth, Role, Source};

fn refused(settings: &[(&str, &str)]) -> String {
    match Config::from_environment(settings.iter().copied()) {
        Err(error @ Error::Settings(_)) => error.to_string(),
        other => panic!("{settings:?} is accepted: {other:?}"),
    }
}

#[test]
fn nothing_set_is_everything_by_default() {
    let config = Config::from_environment([("PATH", "/bin"), ("HOME", "/root")]).expect("defaults work");
    assert_eq!(config.listeners.public.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listeners.private.to_string(), "127.0.0.1:9464");
    assert_eq!(config.store.data.to_str(), Some("plimsoll-data"));
    assert_eq!((config.retention.months, config.limits.body), (25, 1 << 20));
    assert!(config.settings().iter().all(|setting| setting.origin == Origin::Default && !setting.meaning.is_empty()));
    // Each default, written down as a setting, is accepted and gives the same.
    let written = config.settings().iter().filter(|s| !s.value.is_empty()).map(|s| (s.name, s.value.as_str()));
    let again = Config::from_environment(written).expect("defaults are accepted");
    assert_eq!(format!("{:?}", again.limits), format!("{:?}", config.limits));
    assert_eq!(config.settings().len(), again.settings().len());
}

#[test]
fn what_is_set_is_read() {
    let set = [
        ("PLIMSOLL_ROLE", "api"),
        ("PLIMSOLL_MAX_BODY", "2MiB"),
        ("PLIMSOLL_REQUEST_TIMEOUT", "250ms"),
        ("PLIMSOLL_LISTEN", ""),
    ];
    let config = Config::from_environment(set).expect("accepted");
    assert_eq!((config.listeners.role, config.limits.body), (Role::Api, 2 << 20));
    assert_eq!(config.limits.request_time, Duration::from_millis(250));
    assert_eq!(config.listeners.public.port(), 8080, "set to nothing is not set");
}

#[test]
fn what_is_wrong_is_named_with_what_is_accepted() {
    let all =
        refused(&[("PLIMSOLL_LISTEN", "localhost"), ("PLIMSOLL_MAX_BODY", "1MB"), ("PLIMSOLL_RETENTION_MONTHS", "0")]);
    assert_eq!(
        all,
        "PLIMSOLL_LISTEN: \"localhost\" is not accepted; set an IP address and a port, such as 127.0.0.1:8080 or [::]:8080\n\
         PLIMSOLL_MAX_BODY: \"1MB\" is not accepted; set bytes, or with KiB, MiB or GiB, from 1 KiB to 1 GiB\n\
         PLIMSOLL_RETENTION_MONTHS: \"0\" is not accepted; set a whole number from 1 to 1200",
        "all of them at once"
    );
    let unknown = refused(&[("PLIMSOLL_RETENTION_MONTH", "30")]);
    assert!(unknown.ends_with("did you mean PLIMSOLL_RETENTION_MONTHS?"), "{unknown}");
    assert!(refused(&[("PLIMSOLL_XYZ", "1")]).contains("plimsoll config"));
    assert!(refused(&[("PLIMSOLL_TLS_KEY", "key.pem")]).contains("PLIMSOLL_TLS_CERTIFICATE"));
    assert!(refused(&[("PLIMSOLL_CORS_ORIGINS", "*")]).contains("https://app.example"));
}

#[test]
fn secrets_are_shown_to_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("redis");
    std::fs::write(&file, "redis://:hidden@host:6379\n").expect("written");
    let set = [
        ("PLIMSOLL_DATABASE_URL", "postgres://user:hidden@host/db"),
        ("PLIMSOLL_REDIS_URL_FILE", file.to_str().expect("a path")),
    ];
    let config = Config::from_environment(set).expect("accepted");
    assert_eq!(config.redis.url.as_ref().expect("from the file").expose(), "redis://:hidden@host:6379");
    assert!(!format!("{config:?}").contains("hidden"));
    let shown = |name| config.settings().iter().find(|s| s.name == name).expect("a setting");
    assert_eq!(shown("PLIMSOLL_DATABASE_URL").value, "***");
    assert_eq!(shown("PLIMSOLL_REDIS_URL").origin, Origin::File);
    let wrong = refused(&[("PLIMSOLL_DATABASE_URL", "mysql://hidden"), ("PLIMSOLL_REDIS_URL_FILE", "/no/such/file")]);
    assert!(!wrong.contains("hidden") && wrong.contains("/no/such/file"), "{wrong}");
    assert!(refused(&[set[1], ("PLIMSOLL_REDIS_URL", "redis://host")]).contains("set one of them"));
}

#[test]
fn flags_lie_over_the_environment() {
    let source = Source::new([("PLIMSOLL_LISTEN", "127.0.0.1:1"), ("PLIMSOLL_DATA", "a")])
        .flag("--listen", "PLIMSOLL_LISTEN", Some("127.0.0.1:2"))
        .flag("--data", "PLIMSOLL_DATA", None::<String>);
    let config = Config::from_source(source).expect("accepted");
    assert_eq!(config.listeners.public.port(), 2);
    assert_eq!(config.store.data.to_str(), Some("a"));
    let source = Source::new([("", ""); 0]).flag("--listen", "PLIMSOLL_LISTEN", Some("x"));
    let error = Config::from_source(source).expect_err("refused").to_string();
    assert!(error.starts_with("--listen: "), "{error}");
}

#[test]
fn signing_in_with_tokens_needs_what_tokens_are_made_for() {
    const IAM: (&str, &str) = ("PLIMSOLL_DATABASE_AUTH", "iam");
    let url = |url| ("PLIMSOLL_DATABASE_URL", url);
    let config = Config::from_environment([IAM, url("postgres://plimsoll@host/db?sslmode=verify-full")]);
    assert_eq!(config.expect("accepted").database.auth, DatabaseAuth::Iam);
    assert!(refused(&[IAM]).contains("PLIMSOLL_DATABASE_URL"));
    for plain in ["postgres://plimsoll@host/db", "postgres://plimsoll@host/db?sslmode=require"] {
        assert!(refused(&[IAM, url(plain)]).contains("sslmode=verify-full"));
    }
    assert!(refused(&[IAM, url("postgres://host/db?sslmode=verify-full")]).contains("names no user"));
    let reader = ("PLIMSOLL_DATABASE_READER_URL", "postgres://plimsoll@reader/db");
    let said = refused(&[IAM, url("postgres://plimsoll@host/db?sslmode=verify-full"), reader]);
    assert!(said.starts_with("PLIMSOLL_DATABASE_READER_URL: does not say sslmode=verify-full"), "{said}");
    assert!(refused(&[reader]).contains("set without PLIMSOLL_DATABASE_URL"));

    const CACHE: (&str, &str) = ("PLIMSOLL_REDIS_CACHE", "serverless:plimsoll-cache");
    let (auth, tls) = (("PLIMSOLL_REDIS_AUTH", "iam"), ("PLIMSOLL_REDIS_URL", "rediss://plimsoll@host:6379"));
    let config = Config::from_environment([auth, tls, CACHE]).expect("accepted");
    let cache = Cache { name: "plimsoll-cache".to_owned(), is_serverless: true };
    assert_eq!(config.redis.auth, RedisAuth::Iam(cache));
    assert!(refused(&[auth, tls]).contains("PLIMSOLL_REDIS_CACHE: is not set"));
    assert!(refused(&[auth, CACHE]).contains("set that too"));
    assert!(refused(&[tls, CACHE]).contains("without PLIMSOLL_REDIS_AUTH=iam"));
    assert!(refused(&[auth, CACHE, ("PLIMSOLL_REDIS_URL", "redis://plimsoll@host")]).contains("no rediss://"));
    assert!(refused(&[auth, CACHE, ("PLIMSOLL_REDIS_URL", "rediss://host")]).contains("names no user"));
    let with_password = refused(&[auth, CACHE, ("PLIMSOLL_REDIS_URL", "rediss://plimsoll:hidden@host")]);
    assert!(with_password.contains("has a password") && !with_password.contains("hidden"));
    assert!(refused(&[tls, ("PLIMSOLL_REDIS_CACHE", "a_b"), auth]).contains("a cache's name"));
    assert!(refused(&[("PLIMSOLL_REDIS_CA_FILE", "ca.pem")]).contains("no rediss:// address"));
}

/// What the stacks on AWS tell the service is what it knows: a variable that it does not know keeps it from starting.
#[test]
fn settings_of_the_stacks_are_settings_of_the_service() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/terraform/modules/foundation/settings.tf");
    let text = std::fs::read_to_string(folder).expect("the settings of the stacks");
    let config = Config::from_environment([("PATH", "/bin")]).expect("defaults work");
    let known: Vec<&str> = config.settings().iter().map(|setting| setting.name).collect();
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mut found = 0;
    for word in text.split(|c| !is_name(c)).filter(|word| word.starts_with("PLIMSOLL_")) {
        assert!(known.contains(&word), "{word} is no setting of the service");
        found += 1;
    }
    assert!(found > 10, "only {found} settings were found");
}
