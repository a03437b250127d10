//! `plimsoll users create`: a person who logs in, may do what their role says, and is made to wait after failures.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod instance;

use std::{
    io::Write,
    net::SocketAddr,
    process::{Command, Output, Stdio},
};

use http::{Answer, ask};
use instance::Place;
use serde_json::{Value as Json, json};

const PASSWORD: &str = "tidal harbour ledger";
const JSON: &str = "Content-Type: application/json";

fn create(place: &Place, arguments: &[&str], password: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command.args(["users", "create"]).args(arguments).arg("--data").arg(place.data());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What a browser holds after logging in.
struct Browser {
    address: SocketAddr,
    cookie: String,
    token: String,
}

fn log_in(address: SocketAddr, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password}).to_string();
    ask(address, "POST", "/v1/sessions", &[JSON], body.as_bytes())
}

impl Browser {
    fn begin(address: SocketAddr, login: &str) -> Self {
        let answer = log_in(address, login, PASSWORD);
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
        let token = format!("X-CSRF-Token: {}", answer.json()["csrf_token"].as_str().unwrap());
        Self { address, cookie, token }
    }

    fn ask(&self, method: &str, path: &str, body: &Json) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        ask(self.address, method, path, &[JSON, &self.cookie, &self.token], body.as_bytes())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_that_are_made_on_the_machine_do_what_their_role_says() {
    let place = Place::embedded().await;
    let made = create(&place, &["ada", "--name", "Ada Byron", "--role", "administrator", "--json"], PASSWORD);
    assert!(made.status.success(), "{made:?}");
    let made: Json = serde_json::from_slice(&made.stdout).unwrap();
    let instance = place.start();
    // Beside a service that runs; what follows the first line of the password's file does not count.
    for role in ["viewer", "analyst", "approver"] {
        let made = create(&place, &[role, "--role", role], &format!("{PASSWORD}\nmore\n"));
        assert!(made.status.success(), "{made:?}");
    }
    let ada = Browser::begin(instance.address, "ADA");
    let session = ada.ask("GET", "/v1/sessions/current", &Json::Null).json();
    assert_eq!((&session["user"]["id"], &session["user"]["name"]), (&made["id"], &json!("Ada Byron")));
    assert_eq!(session["user"]["role"], "administrator");

    let score = json!({"application": {}});
    let webhook = json!({"url": "https://receiver.example/"});
    let key = json!({"name": "a key", "scopes": ["scores:read"]});
    let retire = "/v1/models/00000000-0000-7000-8000-000000000001/retire";
    // Who may do what; 2xx, 404 and 422 say that it was looked at.
    let expected = [
        ("administrator", [true, false, false, true, true, true]),
        ("viewer", [true, false, false, false, false, false]),
        ("analyst", [true, true, false, false, false, false]),
        ("approver", [true, false, true, false, false, false]),
    ];
    for (role, may) in expected {
        let browser = Browser::begin(instance.address, if role == "administrator" { "ada" } else { role });
        let answers = [
            browser.ask("GET", "/v1/scores", &Json::Null),
            browser.ask("POST", "/v1/scores", &score),
            browser.ask("POST", retire, &Json::Null),
            browser.ask("POST", "/v1/webhooks", &webhook),
            browser.ask("POST", "/v1/keys", &key),
            browser.ask("GET", "/v1/users", &Json::Null),
        ];
        for (answer, may) in answers.iter().zip(may) {
            assert_ne!(answer.status, 401, "{role}: {answer:?}");
            assert_eq!(answer.status != 403, may, "{role}: {answer:?}");
        }
    }
    let without_token = ask(ada.address, "POST", "/v1/keys", &[JSON, &ada.cookie], key.to_string().as_bytes());
    assert_eq!(without_token.status, 403, "a cookie alone changes nothing");
    assert_eq!(ada.ask("DELETE", "/v1/sessions/current", &Json::Null).status, 204);
    assert_eq!(ada.ask("GET", "/v1/scores", &Json::Null).status, 401, "logged out");
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_make_an_account_wait_and_nobody_else() {
    let place = Place::embedded().await;
    let instance = place.start();
    for login in ["ada", "bob"] {
        assert!(create(&place, &[login, "--role", "viewer"], PASSWORD).status.success());
    }
    let mut failures = Vec::new();
    for _ in 0..6 {
        failures.push(log_in(instance.address, "ada", "not the password").status);
    }
    assert_eq!(failures[..5], [401; 5], "five cost nothing");
    let locked = log_in(instance.address, "ada", PASSWORD);
    assert_eq!((locked.status, locked.problem().as_str()), (429, "rate-limited"), "the right one too: {locked:?}");
    let wait: u64 = locked.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait));
    assert_eq!(log_in(instance.address, "bob", PASSWORD).status, 201, "another account");
    let unknown = log_in(instance.address, "nobody", "not the password");
    assert_eq!((unknown.status, unknown.problem().as_str()), (401, "unauthenticated"));
    // The wait ends: until then each attempt is refused without being looked at.
    let began = std::time::Instant::now();
    while log_in(instance.address, "ada", PASSWORD).status == 429 {
        assert!(began.elapsed().as_secs() <= 900, "it does not end");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Browser::begin(instance.address, "ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_user_is_refused_with_what_to_do() {
    let place = Place::embedded().await;
    let refused = |arguments: &[&str], password: &str, says: &str| {
        let output = create(&place, arguments, password);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(says), "{arguments:?}: {said}");
        assert!(!said.contains("panicked") && (password.len() < 4 || !said.contains(password)), "{said}");
    };
    refused(&["ada", "--role", "viewer"], "short", "12");
    refused(&["ada", "--role", "viewer"], "", "password");
    refused(&["ada", "--role", "captain"], PASSWORD, "administrator");
    assert!(create(&place, &["ada", "--role", "viewer"], PASSWORD).status.success());
    refused(&["Ada", "--role", "viewer"], PASSWORD, "already");
}
