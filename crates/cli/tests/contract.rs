//! The service against its own document: Schemathesis sends what the document allows and what it forbids, and holds every
//! answer to it. All of its checks, over every operation; what each is told besides stands in `contract/schemathesis.toml`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod service;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value as Json;
use service::{Service, demo, plimsoll, read};

/// Cases an operation in each phase that draws at random.
const EXAMPLES: &str = "20";
/// Any number would do; this one is repeatable.
const SEED: &str = "20261126";
/// What nobody is held up by.
const SETTINGS: [(&str, &str); 4] = [
    ("PLIMSOLL_RATE_LIMIT_KEY", "0"),
    ("PLIMSOLL_RATE_LIMIT_ADDRESS", "0"),
    ("PLIMSOLL_WEBHOOK_TIMEOUT", "1s"),
    // Sessions are given under TLS, which a proxy that is believed may have ended.
    ("PLIMSOLL_TRUSTED_PROXIES", "127.0.0.1/32"),
];
const PASSWORD: &str = "seven quiet lighthouses";

/// What no request of a run is taken by, and why.
const NOT_TAKEN: [&str; 18] = [
    // Nobody else has to approve where no settings ask for four eyes.
    "POST /v1/deployment/proposals/{id}/approve",
    "POST /v1/deployment/proposals/{id}/reject",
    // A table with outcomes is not drawn at random.
    "POST /v1/models/{id}/validate",
    // This lender is not described.
    "POST /v1/scores/{id}/notice",
    // A batch of one application is done before it can be cancelled.
    "DELETE /v1/batches/{id}",
    // Nor has a training of one row a time in which it can be.
    "DELETE /v1/trainings/{id}",
    // Nothing challenges until a request for it was taken, which names a policy of that model.
    "DELETE /v1/models/{id}/challenge",
    // Deliveries are of events that were sent, and ids of both are needed.
    "GET /v1/webhooks/{id}/deliveries/{delivery}",
    "POST /v1/webhooks/{id}/deliveries/{delivery}/retry",
    // Users' own: the other test's.
    "DELETE /v1/sessions",
    "DELETE /v1/sessions/current",
    "DELETE /v1/users/{id}",
    "GET /v1/sessions/current",
    "PATCH /v1/users/{id}",
    "POST /v1/sessions",
    "POST /v1/users",
    "POST /v1/users/me/password",
    "POST /v1/users/{id}/password",
];

#[test]
fn a_key_that_may_do_everything_is_answered_as_the_document_says() {
    let (folder, data) = demo();
    user(&data, "viewer");
    let service = Service::start_with(&data, &["--demo"], &SETTINGS);
    let own = service.get("/v1/keys").json()["data"][0]["id"].as_str().unwrap().to_owned();
    let made = service.send("PUT", "/v1/flags/trial", r#"{"state": "on"}"#, "");
    assert_eq!(made.status, 201, "{}", made.body);
    let mut run = Run::new(&service, folder.path());
    run.command.args(["-H", &format!("Authorization: Bearer {}", service.key())]);
    let report = run.report(&own);
    holds(&report, 5_000);
    taken(&report, |operation| !NOT_TAKEN.contains(&operation));
    service.stop();
}

#[test]
fn a_user_is_answered_as_the_document_says() {
    let (folder, data) = demo();
    let service = Service::start_with(&data, &["--demo"], &SETTINGS);
    let own = user(&data, "administrator");
    let (cookie, token) = log_in(&service);
    let mut run = Run::new(&service, folder.path());
    run.command.args(["-H", &format!("X-CSRF-Token: {token}"), "-H", "X-Forwarded-Proto: https"]);
    run.say(&format!("[auth.openapi.session]\napi_key = \"{cookie}\"\n"));
    run.command.args(["--include-path-regex", "^/v1/(users|sessions)"]);
    // They end the session that all requests here are made with.
    run.command.args(["--exclude-name", "DELETE /v1/sessions", "--exclude-name", "DELETE /v1/sessions/current"]);
    let report = run.report(&own);
    holds(&report, 300);
    let cannot = ["POST /v1/sessions", "POST /v1/users/me/password"];
    taken(&report, |operation| !cannot.contains(&operation));
    service.stop();
}

/// Makes a user of a role, beside the demonstration's, as an operator does; gives their id.
fn user(data: &Path, role: &str) -> String {
    let mut command = plimsoll(data, &["users", "create", &format!("own-{role}"), "--role", role, "--json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let made: Json = serde_json::from_slice(&output.stdout).unwrap();
    made["id"].as_str().unwrap().to_owned()
}

/// Logs the administrator in: the cookie's value, and the token that changes need.
fn log_in(service: &Service) -> (String, String) {
    let body = serde_json::json!({ "login": "own-administrator", "password": PASSWORD }).to_string();
    let mut stream = service.connect();
    let head = service.head("POST", "/v1/sessions", body.len(), "X-Forwarded-Proto: https\r\n");
    stream.write_all((head + &body).as_bytes()).unwrap();
    let answer = read(stream);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let cookie = answer.cookie.clone().expect("a session's cookie");
    let cookie = cookie.strip_prefix("__Host-plimsoll=").expect("the cookie that the document names");
    (cookie.to_owned(), answer.json()["csrf_token"].as_str().unwrap().to_owned())
}

/// A run of Schemathesis.
struct Run<'s> {
    service: &'s Service,
    command: Command,
    folder: PathBuf,
}

impl<'s> Run<'s> {
    fn new(service: &'s Service, folder: &Path) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| root.join("../../target/peers"), PathBuf::from);
        let program = peers.join("bin/schemathesis");
        assert!(program.exists(), "{} is not there: run `cargo xtask setup`", program.display());
        let mut command = Command::new(program);
        let address = service.summary["address"].as_str().unwrap();
        let config = folder.join("schemathesis.toml");
        std::fs::copy(root.join("tests/contract/schemathesis.toml"), &config).unwrap();
        command.arg("--config-file").arg(&config);
        command.args(["run", &format!("{address}/openapi.json"), "--checks", "all", "--continue-on-failure"]);
        command.args(["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES, "--seed", SEED]);
        command.args(["--generation-database", "none", "--no-color", "--report", "json", "--report-json-path"]);
        command.arg(folder.join("report.json"));
        command.env("SCHEMATHESIS_HOOKS", root.join("tests/contract/hooks.py")).current_dir(folder);
        // The hooks bring no byte code into the repository.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        Self { service, command, folder: folder.to_owned() }
    }

    /// Adds to the settings of this run.
    fn say(&self, more: &str) {
        let mut file = std::fs::OpenOptions::new().append(true).open(self.folder.join("schemathesis.toml")).unwrap();
        file.write_all(more.as_bytes()).unwrap();
    }

    /// The id of the newest of a list.
    fn newest(&self, list: &str) -> String {
        let found = self.service.get(&format!("/v1/{list}")).json();
        found["data"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Keeps what an address answers in a file that the hooks know by a name.
    fn have(&mut self, name: &str, address: &str) {
        let answer = self.service.get(address);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let file = self.folder.join(format!("{}.of.the.service.json", name.to_lowercase()));
        std::fs::write(&file, answer.body).unwrap();
        self.command.env(format!("PLIMSOLL_TEST_{name}"), file);
    }

    /// Runs and gives the report; `own` is the id of whoever calls.
    fn report(mut self, own: &str) -> Json {
        self.have("POLICY", &format!("/v1/policies/{}/document", self.newest("policies")));
        let model = self.newest("models");
        self.have("MODEL", &format!("/v1/models/{model}/document"));
        self.have("REPORT", &format!("/v1/models/{model}/report"));
        self.command.env("PLIMSOLL_TEST_REPORTED", model);
        self.command.env("PLIMSOLL_TEST_APPLICATION", self.service.application().to_string());
        self.command.env("PLIMSOLL_TEST_OWN", own);
        let output = self.command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let report = std::fs::read_to_string(self.folder.join("report.json"));
        let report =
            report.unwrap_or_else(|error| panic!("{error}\n{said}{}", String::from_utf8_lossy(&output.stderr)));
        // What went wrong, with the request that shows it, is in what the program prints.
        assert!(output.status.success(), "{said}");
        serde_json::from_str(&report).unwrap()
    }
}

/// Nothing failed, and there was something to fail.
#[track_caller]
fn holds(report: &Json, least: u64) {
    assert_eq!(report["complete"], true);
    assert_eq!(report["failures"].as_array().map(Vec::len), Some(0), "{:#}", report["failures"]);
    assert_eq!(report["errors"].as_array().map(Vec::len), Some(0), "{:#}", report["errors"]);
    let cases = report["test_cases"]["generated"].as_u64().unwrap();
    assert!(cases > least, "only {cases} requests were made");
    println!("{cases} requests in {} s", report["running_time"]);
}

/// Operations that a run may miss: those that ask for an id, a state and a tag at once, which a draw hits or not.
const MISSED: usize = 4;

/// Nearly each operation took a request at least once: otherwise all that was shown is how it refuses.
#[track_caller]
fn taken(report: &Json, expected: impl Fn(&str) -> bool) {
    let rates = report["valid_rates"].as_object().unwrap();
    let never = rates
        .iter()
        .filter(|(_, phases)| phases.as_object().unwrap().values().all(|phase| phase["accepted"].as_u64() == Some(0)));
    let never: Vec<&String> = never.map(|(operation, _)| operation).filter(|operation| expected(operation)).collect();
    println!("no request was taken by {never:?}");
    assert!(never.len() <= MISSED, "those are more than {MISSED}");
}
