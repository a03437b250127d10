//! A webhook is made once, however often the request comes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod registered;

use http::Method;
use registered::{Answer, Service};
use serde_json::{Value, json};

async fn make(service: &Service, key: &str, url: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    let body = json!({ "url": url }).to_string().into_bytes();
    service.send(&service.ann, Method::POST, "/v1/webhooks", &headers, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_makes_one_webhook_and_shows_the_same_secret() {
    let service = Service::start(&[]).await;
    let (url, other) = ("https://receiver.example/plimsoll", "https://other.example/");
    let first = make(&service, "once", url).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, ""), "{first:?}");
    assert!(first.body["secret"].as_str().unwrap().starts_with("whsec_"));
    let again = make(&service, "once", url).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"), "{again:?}");
    assert_eq!(again.bytes, first.bytes, "byte for byte");
    for header in ["location", "etag", "content-type"] {
        assert_eq!(again.header(header), first.header(header));
    }
    assert_eq!(first.header("location"), format!("/v1/webhooks/{}", first.id()));
    let shown = service.get(first.header("location")).await;
    assert_eq!((shown.header("etag"), shown.body.get("secret")), (first.header("etag"), None));

    let refused = make(&service, "once", other).await;
    assert_eq!((refused.status, &refused.body["type"]), (422, &json!("/problems/idempotency-mismatch")));
    assert_ne!(make(&service, "twice", url).await.id(), first.id());
    let headers = [("content-type", "application/json"), ("idempotency-key", "once")];
    let body = json!({ "url": url }).to_string().into_bytes();
    let of_bob = service.send(&service.bob, Method::POST, "/v1/webhooks", &headers, body).await;
    assert!(of_bob.status == 201 && of_bob.id() != first.id(), "a key of another caller is another key");
    let list = service.get("/v1/webhooks").await;
    assert_eq!(list.body["data"].as_array().unwrap().len(), 3);

    // What is refused is not remembered: the request may be put right.
    assert_eq!(make(&service, "right", "http://127.0.0.1/").await.status, 422);
    assert_eq!(make(&service, "right", url).await.status, 201);
    // What was made is answered again though it is gone.
    let gone = [("if-match", first.header("etag"))];
    let deleted = service.send(&service.ann, Method::DELETE, first.header("location"), &gone, Vec::new()).await;
    assert_eq!(deleted.status, 204, "{deleted:?}");
    assert_eq!(make(&service, "once", url).await.bytes, first.bytes);
    let body: Value = service.get("/v1/webhooks").await.body;
    assert_eq!(body["data"].as_array().unwrap().len(), 3);
}
