//! The API over a store of its own, asked without sockets by a caller who may do what a test says.
#![allow(dead_code, unreachable_pub, reason = "each test is a crate of its own and uses its part")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "what fails here is the test")]

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use scorecard::{
    Scorecard,
    model::{Attribute, Baselines, Characteristic, Closure, Condition, Field, FieldType, Interval, Reason},
};
use serde_json::Value;
use server::access::Scope;
use server::compose::{NewDeployment, deploy};
use server::config::Config;
use server::{App, api};
use store::{Actor, DatabaseOptions, FileKeyring, NewApiKey, SqliteOptions, Store, StoreOptions, WriterOptions};
use tempfile::TempDir;
use tower::ServiceExt;

pub struct Service {
    pub app: App,
    pub store: Arc<Store>,
    /// The secret of the caller's key.
    caller: Option<String>,
    folder: TempDir,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.json()["type"].as_str().unwrap().trim_start_matches("/problems/").to_owned()
    }
}

impl Service {
    /// A service whose caller may do everything.
    pub async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        let keyring = Arc::new(FileKeyring::open(&folder.path().join("keyring.json")).unwrap());
        let store = Store::open(StoreOptions { database, keyring, writer: WriterOptions::default() }).await.unwrap();
        let store = Arc::new(store);
        let app = App::with_store(Config::default(), Arc::clone(&store));
        let all: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| scope.is_for_keys()).collect();
        Self { app, store, caller: None, folder }.with_scopes(&all).await
    }

    /// The same with a caller who may do only this.
    pub async fn with_scopes(mut self, scopes: &[Scope]) -> Self {
        let scopes = scopes.iter().map(|scope| scope.name().to_owned()).collect();
        let new = NewApiKey { name: "test".to_owned(), scopes, expires: None };
        let (_, secret) = self.store.create_api_key(new, Actor::Operator).await.unwrap();
        self.caller = Some(secret.expose().to_owned());
        self
    }

    /// The same with nobody.
    pub fn anonymous(mut self) -> Self {
        self.caller = None;
        self
    }

    /// Puts the small model in force.
    pub async fn with_model(self) -> Self {
        let new = NewDeployment { model: &small(), policy: None };
        deploy(&self.app, &self.store, new).await.unwrap();
        self
    }

    /// The API as a router to be served.
    pub fn router(&self) -> axum::Router {
        let caller = self.caller.clone();
        let public = api::router(&self.app).map_request(move |mut request: Request<Body>| {
            if let Some(caller) = &caller {
                request.headers_mut().insert("x-api-key", caller.parse().unwrap());
            }
            request
        });
        axum::Router::new().fallback_service(public)
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = self.router().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[], body).await
    }

    /// Scores an applicant of an age: 570 points below 30, 625 from then on.
    pub async fn score(&self, reference: &str, age: u32) -> Value {
        let body = format!(r#"{{"applicant":"{reference}","application":{{"age":{age}}}}}"#);
        let answer = self.post("/v1/scores", &body).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }
}

fn small() -> Scorecard {
    let attribute = |from, to, points: i64| Attribute {
        label: None,
        when: Condition::Interval(Interval { from, to, closed: Closure::Left }),
        points: points.into(),
        points_expression: None,
        reason: None,
        statistics: None,
    };
    let mut card = Scorecard::named("small");
    card.initial_score = 600.into();
    card.fields = vec![Field::new("age", FieldType::Numeric)];
    card.characteristics = vec![Characteristic {
        name: "age".into(),
        field: "age".into(),
        label: None,
        reason: Some(Reason { code: "AGE".into(), text: "Age".into() }),
        inquiries: false,
        baselines: Baselines { maximum: Some(25.into()), ..Baselines::default() },
        attributes: vec![attribute(None, Some(30.0), -30), attribute(Some(30.0), None, 25)],
        statistics: None,
    }];
    card
}
