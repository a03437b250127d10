//! An AWS of the tests' own: ECS, ECR, the balancer, logs and alarms over HTTP, whose deployments go as a script says.

#![allow(dead_code, unreachable_pub, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod canary;
mod cbor;
mod ecs;
mod network;
mod rds;
mod world;

pub use canary::Canary;
pub use rds::Database;
pub use world::{definition, running, stopped};

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use assert_cmd::Command;
use axum::{Router, body::Bytes, extract::State as Shared, http::HeaderMap, response::Response};
use serde_json::Value;

pub const NEW_COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
pub const OLD_COMMIT: &str = "fedcba9876543210fedcba9876543210fedcba98";
pub const REPOSITORY: &str = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll/plimsoll";

/// `sha256:` and one digit, 64 times.
pub fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

/// What one look at a deployment shows.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub status: &'static str,
    pub reason: &'static str,
    pub stage: &'static str,
    pub running: i32,
    pub pending: i32,
    pub failed: i32,
    pub ringing: Vec<&'static str>,
}

/// A look at a deployment that goes on.
pub fn going(running: i32, pending: i32, failed: i32) -> Frame {
    Frame { status: "IN_PROGRESS", stage: "SCALE_UP", running, pending, failed, ..Frame::default() }
}

/// A look at one in another state.
pub fn frame(status: &'static str, running: i32, failed: i32, reason: &'static str) -> Frame {
    Frame { status, reason, running, failed, ..Frame::default() }
}

/// A deployment that succeeds.
pub fn success() -> Vec<Frame> {
    vec![frame("PENDING", 0, 0, ""), going(0, 2, 0), going(1, 1, 0), going(2, 0, 0), frame("SUCCESSFUL", 2, 0, "")]
}

/// One that the circuit breaker takes back.
pub fn broken() -> Vec<Frame> {
    let why = "Service deployment rolled back because of circuit breaker threshold breached.";
    vec![
        going(0, 2, 0),
        going(0, 2, 2),
        frame("ROLLBACK_IN_PROGRESS", 0, 3, why),
        frame("ROLLBACK_SUCCESSFUL", 0, 3, why),
    ]
}

pub struct Deployment {
    pub arn: String,
    pub service: String,
    pub before: String,
    pub after: String,
    pub frames: VecDeque<Frame>,
    pub created: i64,
}

impl Deployment {
    pub fn now(&self) -> Frame {
        self.frames.front().cloned().unwrap_or_default()
    }
}

/// What stands, in ECS's own words.
#[derive(Default)]
pub struct State {
    pub definitions: Vec<Value>,
    pub services: BTreeMap<String, Value>,
    pub deployments: Vec<Deployment>,
    /// How the next deployments go.
    pub scripts: VecDeque<Vec<Frame>>,
    /// A deployment of somebody else, which begins with the next one.
    pub intruder: Option<Deployment>,
    pub tasks: Vec<Value>,
    pub images: Vec<(String, Vec<String>)>,
    pub logs: BTreeMap<String, Vec<String>>,
    pub targets: Vec<[&'static str; 4]>,
    pub alarms: Vec<[&'static str; 3]>,
    /// Operation, how many times, status and code of its refusal.
    pub faults: Vec<(&'static str, usize, u16, &'static str)>,
    /// An operation that is refused once it was done so many times.
    pub denied_after: Option<(&'static str, usize)>,
    /// What a task of its own ends with.
    pub one_off: Option<i64>,
    /// What a secret holds, and whether it can be rotated.
    pub secret: String,
    pub rotates: bool,
    /// How api's canary goes, if it has one.
    pub canary: Option<Canary>,
    /// The default route of the subnets, and the endpoints of their network.
    pub route: &'static str,
    pub endpoints: Vec<&'static str>,
    /// What the account may have of Fargate, and has.
    pub vcpu_quota: f64,
    pub vcpu_in_use: f64,
    pub databases: BTreeMap<String, Database>,
    /// What the service says of itself, one answer after the other; the last one stays.
    pub readiness: VecDeque<(u16, &'static str)>,
    /// Actions that no role may do.
    pub forbidden: Vec<&'static str>,
    pub calls: Vec<(String, Value)>,
    clock: i64,
}

impl State {
    /// Refuses an operation once it was done so many times.
    pub fn deny_after(&mut self, operation: &'static str, times: usize) {
        self.denied_after = Some((operation, times));
    }

    /// The bodies of the calls of one operation.
    pub fn called(&self, operation: &str) -> Vec<Value> {
        self.calls.iter().filter(|(name, _)| name == operation).map(|(_, body)| body.clone()).collect()
    }
}

/// The server.
pub struct Cloud {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
}

impl Cloud {
    /// One in which api and console run revision 12, built from the old commit; the new one is in the registry.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(world::production()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(state.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { state, address }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next deployments go so.
    pub fn goes(&self, scripts: impl IntoIterator<Item = Vec<Frame>>) {
        self.state().scripts.extend(scripts);
    }

    pub fn command(&self) -> Command {
        let mut command = Command::cargo_bin("plimsoll-ops").unwrap();
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.address))
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", "eu-west-2")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("PLIMSOLL_OPS_ENVIRONMENT", "production");
        command
    }

    /// Runs a command: what it ended with, and everything that it showed, with its times taken out.
    pub fn run(&self, words: &[&str]) -> (i32, String) {
        let output = self.command().args(words).output().unwrap();
        let (shown, told) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        let text = format!("{shown}--- standard error\n{told}");
        let text = regex::Regex::new(r"(after|within) \d+ s").unwrap().replace_all(&text, "$1 N s").into_owned();
        let text = text.replace(&self.address.to_string(), "ADDRESS");
        (output.status.code().unwrap_or(-1), text)
    }

    /// Runs a command with --json.
    pub fn json(&self, words: &[&str]) -> (i32, Value) {
        let output = self.command().args(words).arg("--json").output().unwrap();
        let said = serde_json::from_slice(&output.stdout);
        let told = String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap_or(-1), said.unwrap_or_else(|error| panic!("{error}: {told}")))
    }
}

async fn answer(
    Shared(state): Shared<Arc<Mutex<State>>>,
    uri: axum::http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut state = state.lock().unwrap();
    let target = headers.get("x-amz-target").and_then(|name| name.to_str().ok());
    let operation = match target {
        Some(name) => name.rsplit('.').next().unwrap().to_owned(),
        None if uri.path().contains("/operation/") => uri.path().rsplit('/').next().unwrap().to_owned(),
        None if uri.path().starts_with("/services/") => "webhook".to_owned(),
        None if uri.path() == "/api/ready" => "ready".to_owned(),
        None => {
            let form = String::from_utf8_lossy(&body);
            let action = form.split('&').find_map(|pair| pair.strip_prefix("Action="));
            action.unwrap_or("nothing").to_owned()
        }
    };
    let said: Value = serde_json::from_slice(&body).unwrap_or_else(|_| String::from_utf8_lossy(&body).into());
    state.calls.push((operation.clone(), said.clone()));
    let fault = state.faults.iter_mut().find(|(name, times, ..)| *name == operation && *times > 0);
    let fault = fault.map(|(_, times, status, code)| {
        *times -= 1;
        (*status, *code)
    });
    let denied = state.denied_after.is_some_and(|(name, times)| name == operation && state.called(name).len() > times);
    let fault = fault.or(denied.then_some((403, "AccessDenied")));
    let form = &*String::from_utf8_lossy(&body);
    match (target, operation.as_str(), fault) {
        (Some(_), _, Some((status, code))) => answers::json_error(status, code),
        (Some(_), name, None) => match ecs::answer(&mut state, name, &said) {
            Ok(value) => answers::json(&value),
            Err(code) => answers::json_error(400, &code),
        },
        (None, "DescribeAlarms", None) => answers::alarms(&canary::alarms(&state)),
        (None, "GetMetricStatistics", None) => answers::cbor(&canary::metric(&state, &cbor::decode(&body))),
        (None, "DescribeAlarms" | "GetMetricStatistics", Some((status, code))) => answers::cbor_error(status, code),
        (None, "DescribeTargetHealth", None) => {
            canary::targets(&state, form).unwrap_or_else(|| answers::health_of(&state.targets))
        }
        (None, "DescribeTargetGroups", None) => answers::target_groups(&canary::balancer()),
        (None, "DescribeListeners", None) => canary::listeners(),
        (None, "DescribeRules", None) => canary::rules(&state, form),
        (None, "ModifyRule", None) => canary::modify(&mut state, form),
        (None, "GetRole", None) => answers::role(),
        (None, "SimulatePrincipalPolicy", None) => answers::may(&state, form),
        (None, "Publish", None) => answers::published(),
        (None, "webhook", None) => answers::json(&Value::Null),
        (None, "ready", None) => answers::ready(&mut state),
        (None, _, Some((status, code))) => answers::xml_error(status, code),
        (None, name, None) => network::answer(&state, name)
            .or_else(|| rds::answer(&mut state, name, form))
            .unwrap_or_else(|| panic!("no answer is written for {name}")),
    }
}
