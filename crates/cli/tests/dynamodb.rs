//! `plimsoll serve` with sessions and items in DynamoDB, on an emulated AWS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "aws")]

mod http;
mod instance;

use std::{
    io::Write,
    net::SocketAddr,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use http::{Answer, ask};
use instance::{Instance, Place};
use serde_json::json;
use testbed::{Moto, Postgres};

const PASSWORD: &str = "tidal harbour ledger";
const JSON: &str = "Content-Type: application/json";
/// Longer than anything takes that comes to an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A table each for sessions and items, and the settings that name them.
struct Tables(Vec<(&'static str, String)>);

impl Tables {
    /// Makes them as Terraform does. Names must differ from test to test.
    fn make(name: &str) -> Self {
        let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
        let text = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        let (sessions, items) = (format!("{name}-sessions"), format!("{name}-items"));
        dynamodb(
            "CreateTable",
            &json!({"TableName": sessions, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [text("id")], "KeySchema": [key("id", "HASH")]}),
        );
        dynamodb(
            "CreateTable",
            &json!({"TableName": items, "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [text("pk"), text("sk"), text("category"), text("name")],
                "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
                "GlobalSecondaryIndexes": [{"IndexName": "by-category",
                    "KeySchema": [key("category", "HASH"), key("name", "RANGE")],
                    "Projection": {"ProjectionType": "ALL"}}]}),
        );
        let mut settings = Moto::environment(&Moto::shared().url());
        settings.push(("PLIMSOLL_SESSIONS", format!("dynamodb:{sessions}")));
        settings.push(("PLIMSOLL_ITEMS", format!("dynamodb:{items}")));
        Self(settings)
    }
}

/// Asks the emulator itself.
fn dynamodb(operation: &str, body: &serde_json::Value) {
    let scope = "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-2/dynamodb/aws4_request, \
                 SignedHeaders=host, Signature=0";
    let target = format!("X-Amz-Target: DynamoDB_20120810.{operation}");
    let headers = [scope, &target, "Content-Type: application/x-amz-json-1.0"];
    let address = Moto::shared().address().parse().unwrap();
    let answer = ask(address, "POST", "/", &headers, body.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// What a browser holds after logging in.
struct Browser {
    cookie: String,
    token: String,
}

impl Browser {
    fn begin(address: SocketAddr, login: &str) -> Self {
        let body = json!({"login": login, "password": PASSWORD}).to_string();
        let answer = ask(address, "POST", "/v1/sessions", &[JSON], body.as_bytes());
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = format!("Cookie: {}", answer.header("set-cookie").split(';').next().unwrap());
        let token = format!("X-CSRF-Token: {}", answer.json()["csrf_token"].as_str().unwrap());
        Self { cookie, token }
    }

    fn ask(&self, address: SocketAddr, method: &str, path: &str, more: &[&str], body: &str) -> Answer {
        let headers = [&[JSON, &self.cookie, &self.token], more].concat();
        ask(address, method, path, &headers, body.as_bytes())
    }
}

/// A person who may change the catalogue, made on the machine itself.
fn analyst(place: &Place, database: Option<&str>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(["users", "create", "anna", "--name", "Anna", "--role", "analyst", "--data"]).arg(place.data());
    command.envs(database.map(|url| ("PLIMSOLL_DATABASE_URL", url)));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

fn stop(mut instance: Instance) {
    instance.terminate();
    let began = Instant::now();
    while !instance.has_ended() {
        assert!(began.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn item(name: &str) -> String {
    json!({"name": name, "description": "Test item", "category": "demo",
        "eligibility": {"min_score": 100.5, "expression": "duration_months > 0"}})
    .to_string()
}

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
