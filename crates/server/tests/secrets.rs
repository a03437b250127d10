//! Settings that name secrets: what is read is used and shown to nobody; what cannot be read is named with its setting.

#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

use std::collections::BTreeMap;

use server::config::{Config, Origin, Source};
use zeroize::Zeroizing;

const SET: [(&str, &str); 4] = [
    ("PLIMSOLL_DATABASE_URL", "secret:plimsoll/database#url"),
    ("PLIMSOLL_REDIS_URL", "secret:plimsoll/redis"),
    ("PLIMSOLL_DATABASE_POOL", "secret:plimsoll/database#pool"),
    ("PLIMSOLL_LOG", "warn"),
];

fn read(database: &str) -> BTreeMap<String, Result<Zeroizing<String>, String>> {
    let text = |text: &str| Ok(Zeroizing::new(text.to_owned()));
    let redis = text("redis://:hushed@host:6379\n");
    BTreeMap::from([("plimsoll/database".to_owned(), text(database)), ("plimsoll/redis".to_owned(), redis)])
}

#[test]
fn members_and_texts_of_secrets_are_settings_and_shown_to_nobody() {
    let source = Source::new(SET);
    assert_eq!(source.secrets().into_iter().collect::<Vec<_>>(), ["plimsoll/database", "plimsoll/redis"], "once each");
    let secrets = read(r#"{"url":"postgres://user:hushed@host/db","pool":7}"#);
    let config = Config::from_source(source.with_secrets(&secrets)).expect("settings");
    assert_eq!(config.store.database_url.as_ref().map(|url| url.expose()), Some("postgres://user:hushed@host/db"));
    assert_eq!(config.redis.url.as_ref().map(|url| url.expose()), Some("redis://:hushed@host:6379"));
    assert_eq!(config.store.pool, 7);
    let shown = format!("{config:?} {}", serde_json::to_string(config.settings()).expect("JSON"));
    assert!(!shown.contains("hushed"), "{shown}");
    let setting = |name: &str| config.settings().iter().find(|setting| setting.name == name).expect("a setting");
    let pool = setting("PLIMSOLL_DATABASE_POOL");
    assert_eq!((pool.value.as_str(), pool.origin.to_string().as_str()), ("***", "secret:plimsoll/database#pool"));
    assert_eq!(setting("PLIMSOLL_LOG").origin, Origin::Environment);
}

#[test]
fn what_cannot_be_read_is_named_with_its_setting_and_quoted_nowhere() {
    let refused = |secrets: &BTreeMap<_, _>| match Config::from_source(Source::new(SET).with_secrets(secrets)) {
        Ok(_) => panic!("taken"),
        Err(error) => error.to_string(),
    };
    let said = refused(&read(r#"{"uri":"hushed","pool":"hushed"}"#));
    assert!(said.contains("PLIMSOLL_DATABASE_URL: the secret plimsoll/database has no member \"url\""), "{said}");
    assert!(said.contains("PLIMSOLL_DATABASE_POOL: the value (not shown) is not accepted"), "{said}");
    let mut missing = read(r#"{"url":"postgres://host/db","pool":7}"#);
    missing.insert("plimsoll/redis".to_owned(), Err("there is no such secret".to_owned()));
    let also = refused(&missing);
    assert!(also.contains("PLIMSOLL_REDIS_URL: there is no such secret"), "{also}");
    assert!(!(said + &also).contains("hushed"));
    let unread = Config::from_source(Source::new(SET)).expect_err("unread").to_string();
    assert_eq!(unread.lines().count(), 3, "{unread}");
    assert!(unread.contains("--features aws"), "{unread}");
}
