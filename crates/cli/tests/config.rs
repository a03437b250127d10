//! `plimsoll config`: every setting, its value and where that comes from; secrets masked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod service;

use std::path::Path;

use serde_json::Value as Json;
use service::plimsoll;

fn shown(arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = plimsoll(Path::new("here"), arguments);
    let output = command.envs(settings.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn shows_values_and_where_they_come_from() {
    let (code, out, _) = shown(&["config", "--json"], &[("PLIMSOLL_DATABASE_URL", "postgres://a:hush@db/x")]);
    assert_eq!(code, 0);
    let settings: Vec<Json> = serde_json::from_str(&out).unwrap();
    let of = |name: &str| settings.iter().find(|setting| setting["name"] == name).unwrap();
    assert_eq!(of("PLIMSOLL_LISTEN")["origin"], "default");
    assert_eq!(of("PLIMSOLL_LOG")["origin"], "environment");
    assert_eq!(
        (&of("PLIMSOLL_DATA")["value"], &of("PLIMSOLL_DATA")["origin"]["flag"]),
        (&"here".into(), &"--data".into())
    );
    assert_eq!(of("PLIMSOLL_DATABASE_URL")["value"], "***");
    assert!(!out.contains("hush"));
    assert!(settings.iter().all(|setting| setting["meaning"].as_str().is_some_and(|meaning| !meaning.is_empty())));

    let (_, out, _) = shown(&["config", "--changed"], &[]);
    assert!(out.contains("PLIMSOLL_DATA = here  [--data]") && !out.contains("PLIMSOLL_LISTEN"), "{out}");
}

#[test]
fn names_all_that_is_wrong() {
    let (code, _, err) = shown(&["config"], &[("PLIMSOLL_LISTN", "x"), ("PLIMSOLL_MAX_BODY", "much")]);
    assert_eq!(code, 3);
    assert!(err.contains("did you mean PLIMSOLL_LISTEN?") && err.contains("PLIMSOLL_MAX_BODY"), "{err}");
}
