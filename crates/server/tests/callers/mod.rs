//! A service over a store of its own, called without sockets by keys and users.
#![allow(dead_code, unreachable_pub, reason = "each test is a crate of its own and uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use server::access::{Scope, Scopes};
use server::config::Config;
use server::listen::Peer;
use server::{App, api};
use store::{
    Actor, DatabaseOptions, FileKeyring, NewApiKey, NewUser, Role, SqliteOptions, Store, StoreOptions, WriterOptions,
};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

pub const PASSWORD: &str = "tidal harbour ledger";

/// A service over a store of its own.
pub struct Service {
    pub app: App,
    pub router: api::Public,
    pub store: Arc<Store>,
    folder: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII")).unwrap_or_default()
    }

    /// The slug of the problem that the answer is.
    pub fn problem(&self) -> &str {
        self.body["type"]
            .as_str()
            .and_then(|kind| kind.strip_prefix("/problems/"))
            .unwrap_or_else(|| panic!("{self:?}"))
    }
}

/// What a user's browser holds.
#[derive(Clone)]
pub struct Browser {
    pub cookie: String,
    pub csrf_token: String,
    pub user: Uuid,
}

impl Service {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = Arc::new(open(&folder).await);
        let app = App::with_store(Config::from_environment(settings.iter().copied()).expect("settings"), store.clone());
        Self { router: api::router(&app), app, store, folder }
    }

    /// Another instance with the same settings over the same store.
    pub fn beside(&self) -> (App, api::Public) {
        let app = App::with_store(self.app.config().clone(), self.store.clone());
        let router = api::router(&app);
        (app, router)
    }

    /// A key with these scopes.
    pub async fn key(&self, scopes: Scopes) -> (Uuid, String) {
        let scopes = scopes.iter().map(|scope| scope.name().to_owned()).collect();
        let new = NewApiKey { name: "test".to_owned(), scopes, expires: None };
        let (key, secret) = self.store.create_api_key(new, Actor::Operator).await.expect("a key");
        (key.id, secret.expose().to_owned())
    }

    pub async fn user(&self, login: &str, role: Role) -> store::User {
        let password = PASSWORD.to_owned().into();
        let new = NewUser { login: login.to_owned(), name: "Somebody".to_owned(), role, password };
        self.store.create_user(new, Actor::Operator).await.expect("a user")
    }

    pub async fn log_in(&self, login: &str) -> Browser {
        let body = serde_json::json!({"login": login, "password": PASSWORD});
        let answer = self.send(Method::POST, "/v1/sessions", &[], Some(body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        Browser {
            cookie,
            csrf_token: answer.body["csrf_token"].as_str().expect("a token").to_owned(),
            user: answer.body["user"]["id"].as_str().and_then(|id| id.parse().ok()).expect("an id"),
        }
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        send(&self.router, method, path, headers, body).await
    }

    /// A request with a key.
    pub async fn by_key(&self, key: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send(method, path, &[("authorization", &format!("Bearer {key}"))], body).await
    }

    /// A request as a page of the console sends it.
    pub async fn by(&self, browser: &Browser, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.by_with(browser, method, path, &[], body).await
    }

    pub async fn by_with(
        &self,
        browser: &Browser,
        method: Method,
        path: &str,
        more: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let own = [
            ("cookie", browser.cookie.as_str()),
            ("x-csrf-token", browser.csrf_token.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        let headers: Vec<_> = own.into_iter().chain(more.iter().copied()).collect();
        self.send(method, path, &headers, body).await
    }
}

/// Sends a request from an address of the loopback interface, or from that in `x-test-peer`.
pub async fn send(
    router: &api::Public,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let peer = headers.iter().find(|(name, _)| *name == "x-test-peer").map_or("127.0.0.1:4711", |(_, peer)| peer);
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8080");
    for (name, value) in headers.iter().filter(|(name, _)| *name != "x-test-peer") {
        request = request.header(*name, *value);
    }
    let body = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    let mut request = request.body(body).expect("a request");
    request.extensions_mut().insert(Peer { address: peer.parse().expect("an address"), tls: false });
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Answer { status: parts.status.as_u16(), headers: parts.headers, body }
}

async fn open(folder: &TempDir) -> Store {
    let keyring = Arc::new(FileKeyring::open(&folder.path().join("keyring.json")).expect("a keyring"));
    let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
    Store::open(StoreOptions { database, keyring, writer: WriterOptions::default() }).await.expect("a store")
}

/// Every scope that a key can have, but one.
pub fn all_but(scope: Option<Scope>) -> Scopes {
    let others = Scope::ALL.iter().copied().filter(|one| one.is_for_keys() && Some(*one) != scope);
    others.fold(Scopes::NONE, Scopes::with)
}
