//! Webhooks over HTTP: versions, secrets, refusals, deliveries.

use std::sync::Arc;

use axum::body::Body;
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH, LINK, LOCATION};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use store::{Actor, DatabaseOptions, FileKeyring, NewApiKey, SqliteOptions, Store, StoreOptions, WriterOptions};
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

use crate::access::Scope;
use crate::config::Config;
use crate::{App, api};

struct Service {
    app: App,
    /// The secret of the caller's key.
    key: String,
    _folder: TempDir,
}

impl Service {
    async fn with(scopes: &[Scope]) -> Self {
        let folder = TempDir::new().unwrap();
        let keyring = Arc::new(FileKeyring::open(&folder.path().join("keyring.json")).unwrap());
        let database = DatabaseOptions::Sqlite(SqliteOptions::new(folder.path().join("plimsoll.db")));
        let store = Store::open(StoreOptions { database, keyring, writer: WriterOptions::default() }).await.unwrap();
        let scopes = scopes.iter().map(|scope| scope.name().to_owned()).collect();
        let new = NewApiKey { name: "test".to_owned(), scopes, expires: None };
        let (_, secret) = store.create_api_key(new, Actor::Operator).await.unwrap();
        let app = App::with_store(Config::default(), Arc::new(store));
        Self { app, key: secret.expose().to_owned(), _folder: folder }
    }

    async fn call(&self, method: Method, path: &str, tag: Option<&str>, body: Value) -> (Response<()>, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(tag) = tag {
            request = request.header(IF_MATCH, tag);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.header(CONTENT_TYPE, "application/json").header("x-api-key", &self.key);
        let request = request.body(body).unwrap();
        let response = api::router(&self.app).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        (Response::from_parts(parts, ()), serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

fn settings() -> Value {
    json!({"url": "https://receiver.example/hook", "events": ["score.created"]})
}

#[tokio::test]
async fn a_webhook_lives_and_its_secret_is_shown_once() {
    let service = Service::with(&[Scope::WebhooksRead, Scope::WebhooksWrite]).await;
    let (made, body) = service.call(Method::POST, "/v1/webhooks", None, settings()).await;
    assert_eq!((made.status(), &made.headers()[ETAG]), (StatusCode::CREATED, &"\"v1\"".parse().unwrap()));
    assert!(body["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = made.headers()[LOCATION].to_str().unwrap().to_owned();
    let (_, shown) = service.call(Method::GET, &path, None, Value::Null).await;
    assert_eq!((&shown["url"], &shown["secret"]), (&json!("https://receiver.example/hook"), &Value::Null));

    let (without, _) = service.call(Method::PUT, &path, None, settings()).await;
    let (stale, _) = service.call(Method::PUT, &path, Some("\"v9\""), settings()).await;
    let (set, _) = service.call(Method::PUT, &path, Some("\"v1\""), settings()).await;
    assert_eq!([without, stale, set].map(|answer| answer.status().as_u16()), [428, 412, 200]);
    let (_, rotated) = service.call(Method::POST, &format!("{path}/rotate"), None, Value::Null).await;
    assert!(rotated["secret"] != body["secret"] && rotated["previous_secret_until"].is_string(), "{rotated}");
    let (gone, _) = service.call(Method::DELETE, &path, Some("\"v3\""), Value::Null).await;
    let (nothing, _) = service.call(Method::GET, &path, None, Value::Null).await;
    assert_eq!([gone, nothing].map(|answer| answer.status().as_u16()), [204, 404]);
}

#[tokio::test]
async fn what_cannot_be_called_or_sent_is_refused_where_it_stands() {
    let service = Service::with(&[Scope::WebhooksWrite]).await;
    for (body, pointer) in [
        (json!({"url": "https://169.254.169.254/latest"}), "/url"),
        (json!({"url": "http://receiver.example/"}), "/url"),
        (json!({"url": "https://receiver.example/", "events": ["score.created", "score.lost"]}), "/events/1"),
    ] {
        let (refused, problem) = service.call(Method::POST, "/v1/webhooks", None, body).await;
        assert_eq!((refused.status().as_u16(), &problem["errors"][0]["pointer"]), (422, &json!(pointer)), "{problem}");
    }
    let (reading, _) = service.call(Method::GET, "/v1/webhooks", None, Value::Null).await;
    assert_eq!(reading.status(), StatusCode::FORBIDDEN, "writing is not reading");
}

#[tokio::test]
async fn deliveries_are_listed_in_pages_and_tried_again() {
    let service = Service::with(&[Scope::WebhooksRead, Scope::WebhooksWrite]).await;
    let (made, _) = service.call(Method::POST, "/v1/webhooks", None, settings()).await;
    let path = made.headers()[LOCATION].to_str().unwrap().to_owned();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (sent, ping) = service.call(Method::POST, &format!("{path}/test"), None, Value::Null).await;
        assert_eq!((sent.status().as_u16(), &ping["type"], &ping["state"]), (202, &json!("ping"), &json!("pending")));
        ids.insert(0, ping["id"].clone());
    }
    let (first, page) = service.call(Method::GET, &format!("{path}/deliveries?limit=2"), None, Value::Null).await;
    let link = first.headers()[LINK].to_str().unwrap();
    let next = link.trim_start_matches('<').split('>').next().unwrap();
    let (last, rest) = service.call(Method::GET, next, None, Value::Null).await;
    let listed = page["data"].as_array().unwrap().iter().chain(rest["data"].as_array().unwrap());
    assert_eq!(listed.map(|one| one["id"].clone()).collect::<Vec<_>>(), ids);
    assert!(!last.headers().contains_key(LINK));
    let one = format!("{path}/deliveries/{}", ids[0].as_str().unwrap());
    let (shown, _) = service.call(Method::GET, &one, None, Value::Null).await;
    let (again, _) = service.call(Method::POST, &format!("{one}/retry"), None, Value::Null).await;
    let (none, _) =
        service.call(Method::POST, &format!("{path}/deliveries/{}/retry", Uuid::nil()), None, Value::Null).await;
    assert_eq!([shown, again, none].map(|answer| answer.status().as_u16()), [200, 202, 404]);
}
