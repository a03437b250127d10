//! `plimsoll serve` with sessions and items in DynamoDB, on an emulated AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "aws")]

mod aws;
mod http;
mod instance;

use std::process::Command;

use aws::{Browser, Tables, analyst, item, stop};
use http::ask;
use instance::Place;
use testbed::{Moto, Postgres};

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_items_outlast_a_restart() {
    let tables = Tables::make("restart");
    let place = Place::embedded().await;
    analyst(&place, None);
    let instance = place.start_with(&tables.0);
    let at = instance.address;
    let anna = Browser::begin(at, "anna");
    let made = anna.ask(at, "POST", "/items", &[], &item("Card"));
    assert_eq!(made.status, 201, "{made:?}");
    let (path, tag) = (made.header("location").to_owned(), format!("If-Match: {}", made.header("etag")));
    let changed = anna.ask(at, "PUT", &path, &[&tag], &item("Card 2"));
    assert_eq!((changed.status, changed.json()["version"].as_u64()), (200, Some(2)), "{changed:?}");
    assert_eq!(anna.ask(at, "PUT", &path, &[&tag], &item("Card 3")).problem(), "precondition-failed");
    let gone = anna.ask(at, "POST", "/items", &[], &item("Gone"));
    assert_eq!(anna.ask(at, "DELETE", gone.header("location"), &[], "").status, 204);
    stop(instance);

    let instance = place.start_with(&tables.0);
    let at = instance.address;
    assert_eq!(anna.ask(at, "GET", "/v1/sessions/current", &[], "").status, 200, "the session goes on");
    let listed = ask(at, "GET", "/items?category=demo", &[], b"").json();
    assert_eq!(listed["data"].as_array().unwrap().as_slice(), [changed.json()]);
    let figures = ask(instance.private, "GET", "/metrics", &[], b"");
    let figures = String::from_utf8(figures.body).unwrap();
    for counted in [
        r#"dependency_calls_total{dependency="dynamodb",operation="GetItem",outcome="success"}"#,
        r#"dependency_calls_total{dependency="dynamodb",operation="Query",outcome="success"}"#,
        r#"dependency_call_seconds_count{dependency="dynamodb"}"#,
    ] {
        assert!(figures.contains(counted), "{counted} in {figures}");
    }
    // Logging out everywhere ends what was begun before, elsewhere too.
    let other = Browser::begin(at, "anna");
    assert_eq!(anna.ask(at, "DELETE", "/v1/sessions", &[], "").status, 204);
    for browser in [&anna, &other] {
        assert_eq!(browser.ask(at, "GET", "/v1/sessions/current", &[], "").status, 401);
    }
    stop(instance);
    // The store's own tables have none of it.
    let kept = place.start();
    assert!(ask(kept.address, "GET", "/items", &[], b"").json()["data"].as_array().unwrap().is_empty());
    stop(kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_have_one_catalogue_and_the_same_sessions() {
    let tables = Tables::make("two");
    let url = Postgres::shared().database();
    let place = Place::postgres(url.clone()).await;
    analyst(&place, Some(&url));
    let (one, other) = (place.start_with(&tables.0), place.start_with(&tables.0));
    let anna = Browser::begin(one.address, "anna");
    assert_eq!(anna.ask(other.address, "GET", "/v1/sessions/current", &[], "").status, 200);
    let key = "Idempotency-Key: one-card";
    let made = anna.ask(one.address, "POST", "/items", &[key], &item("Card"));
    let again = anna.ask(other.address, "POST", "/items", &[key], &item("Card"));
    assert_eq!((made.status, again.status, again.header("idempotency-replayed")), (201, 201, "true"), "{again:?}");
    assert_eq!(made.body, again.body);
    let another = anna.ask(other.address, "POST", "/items", &[key], &item("Loan"));
    assert_eq!((another.status, another.problem().as_str()), (422, "idempotency-mismatch"), "{another:?}");
    let path = made.header("location");
    assert_eq!(ask(other.address, "GET", path, &[], b"").json(), made.json());
    assert_eq!(anna.ask(other.address, "DELETE", path, &[], "").status, 204);
    assert_eq!(ask(one.address, "GET", path, &[], b"").status, 404);
    stop(one);
    stop(other);
}

#[test]
fn a_table_that_is_not_there_keeps_it_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let serve = |settings: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.arg("serve").arg("--data").arg(folder.path());
        command.envs([("PLIMSOLL_LISTEN", "127.0.0.1:0"), ("PLIMSOLL_PRIVATE_LISTEN", "127.0.0.1:0")]);
        command.envs(Moto::environment(&Moto::shared().url())).envs(settings.iter().copied());
        let output = command.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let said = serve(&[("PLIMSOLL_ITEMS", "dynamodb:no-such-table")]);
    assert!(said.contains("PLIMSOLL_ITEMS: DynamoDB") && said.contains("`no-such-table`"), "{said}");
    assert!(said.contains("check the name, the region and the account"), "{said}");
    let said = serve(&[("PLIMSOLL_SESSIONS", "dynamodb:a/b")]);
    assert!(
        said.contains("PLIMSOLL_SESSIONS") && said.contains("store, or dynamodb: and the name of a table"),
        "{said}"
    );
}
