//! A service over a store of its own, called without sockets, with a scorecard trained on German Credit.
#![allow(dead_code, unreachable_pub, reason = "each test is a crate of its own and uses its part")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "what fails here is the test")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use server::access::Scope;
use server::config::Config;
use server::listen::Peer;
use server::{App, api};
use store::{Actor, DatabaseOptions, FileKeyring, NewApiKey, SqliteOptions, Store, StoreOptions, WriterOptions};
use tempfile::TempDir;
use tower::ServiceExt;
use training::{table, train};

/// A service over a store of its own, with the keys of two persons.
pub struct Service {
    pub app: App,
    pub store: Arc<Store>,
    pub router: api::Public,
    pub ann: String,
    pub bob: String,
    folder: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}

pub fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(name)).unwrap()
}

/// A scorecard of German Credit, trained once a process.
pub fn german() -> &'static str {
    static CARD: LazyLock<String> = LazyLock::new(|| {
        let table = table::read_bytes(file("german-credit.csv"), "german", &table::ReadOptions::default()).unwrap();
        let mut options = train::TrainOptions::new("german-credit", "creditability");
        options.bad_values = vec!["bad".to_owned()];
        (options.bootstrap, options.folds) = (0, 0);
        let trained = train::train(&table, &options, &|_| {}).unwrap();
        scorecard::to_json(trained.scorecard())
    });
    &CARD
}

/// The rows of German Credit as applications.
pub fn applications() -> Vec<Value> {
    let card = scorecard::from_json(german().as_bytes()).unwrap();
    let mut reader = csv::Reader::from_reader(&*file("german-credit.csv").leak());
    let header = reader.headers().unwrap().clone();
    let application = |row: csv::StringRecord| {
        let value = |field: &scorecard::model::Field| {
            let text = row.get(header.iter().position(|name| name == field.name).unwrap()).unwrap();
            if field.field_type.is_numeric() { serde_json::from_str(text).unwrap() } else { Value::from(text) }
        };
        Value::Object(card.fields.iter().map(|field| (field.name.clone(), value(field))).collect())
    };
    reader.records().map(|row| application(row.unwrap())).collect()
}

impl Service {
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let keyring = Arc::new(FileKeyring::open(&folder.path().join("keyring.json")).unwrap());
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        let options = StoreOptions { database, keyring, writer: WriterOptions::default() };
        let store = Arc::new(Store::open(options).await.unwrap());
        let app = App::with_store(Config::from_environment(settings.iter().copied()).unwrap(), store.clone());
        let (ann, bob) = (key(&store).await, key(&store).await);
        Self { router: api::router(&app), app, store, ann, bob, folder }
    }

    pub async fn send(&self, key: &str, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        send(&self.router, key, method, path, headers, body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(&self.ann, Method::GET, path, &[], Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send(&self.ann, Method::POST, path, &[("content-type", "application/json")], body.into()).await
    }

    /// Registers the model and the policy of German Credit.
    pub async fn registered(&self) -> (String, String) {
        let model = self.post("/v1/models", german()).await;
        assert_eq!(model.status, 201, "{model:?}");
        let policy = self.post(&format!("/v1/policies?model={}", model.id()), file("german-credit.policy.json")).await;
        assert_eq!(policy.status, 201, "{policy:?}");
        (model.id(), policy.id())
    }
}

/// Sends a request with a key, from the loopback interface.
pub async fn send(
    router: &api::Public,
    key: &str,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8080");
    request = request.header("authorization", format!("Bearer {key}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body)).unwrap();
    request.extensions_mut().insert(Peer { address: "127.0.0.1:4711".parse().unwrap(), tls: false });
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status: parts.status.as_u16(), headers: parts.headers, bytes, body }
}

/// A key that may do whatever keys may.
pub async fn key(store: &Store) -> String {
    key_with(store, Scope::ALL.iter().copied().filter(|scope| scope.is_for_keys())).await
}

/// A key that may do this.
pub async fn key_with(store: &Store, scopes: impl IntoIterator<Item = Scope>) -> String {
    let scopes = scopes.into_iter().map(|scope| scope.name().to_owned()).collect();
    let new = NewApiKey { name: "test".to_owned(), scopes, expires: None };
    let (_, secret) = store.create_api_key(new, Actor::Operator).await.unwrap();
    secret.expose().to_owned()
}
