//! What tests on an emulated AWS share: tables, and a person who changes the catalogue.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unreachable_pub)]

use std::{
    io::Write,
    net::SocketAddr,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use testbed::Moto;

use crate::{
    http::{Answer, ask},
    instance::{Instance, Place},
};

const PASSWORD: &str = "tidal harbour ledger";
const JSON: &str = "Content-Type: application/json";
/// Longer than anything takes that comes to an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A table each for sessions and items, and the settings that name them.
pub struct Tables(pub Vec<(&'static str, String)>);

impl Tables {
    /// Makes them as Terraform does. Names must differ from test to test.
    pub fn make(name: &str) -> Self {
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

    /// The settings, with another way to what is asked.
    pub fn through(&self, url: &str) -> Vec<(&'static str, String)> {
        let lead = |(name, value): &(&'static str, String)| match *name {
            "AWS_ENDPOINT_URL" => ("AWS_ENDPOINT_URL", url.to_owned()),
            name => (name, value.clone()),
        };
        self.0.iter().map(lead).collect()
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
pub struct Browser {
    cookie: String,
    token: String,
}

impl Browser {
    pub fn begin(address: SocketAddr, login: &str) -> Self {
        let body = json!({"login": login, "password": PASSWORD}).to_string();
        let answer = ask(address, "POST", "/v1/sessions", &[JSON], body.as_bytes());
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = format!("Cookie: {}", answer.header("set-cookie").split(';').next().unwrap());
        let token = format!("X-CSRF-Token: {}", answer.json()["csrf_token"].as_str().unwrap());
        Self { cookie, token }
    }

    pub fn ask(&self, address: SocketAddr, method: &str, path: &str, more: &[&str], body: &str) -> Answer {
        let headers = [&[JSON, &self.cookie, &self.token], more].concat();
        ask(address, method, path, &headers, body.as_bytes())
    }
}

/// A person who may change the catalogue, made on the machine itself.
pub fn analyst(place: &Place, database: Option<&str>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(["users", "create", "anna", "--name", "Anna", "--role", "analyst", "--data"]).arg(place.data());
    command.envs(database.map(|url| ("PLIMSOLL_DATABASE_URL", url)));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

pub fn stop(mut instance: Instance) {
    instance.terminate();
    let began = Instant::now();
    while !instance.has_ended() {
        assert!(began.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn item(name: &str) -> String {
    json!({"name": name, "description": "Test item", "category": "demo",
        "eligibility": {"min_score": 100.5, "expression": "duration_months > 0"}})
    .to_string()
}
