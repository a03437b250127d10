//! Traces reach a collector, and nothing of a person with them.

#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

mod harness;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use harness::Service;
use serde_json::Value;
use tokio::sync::mpsc;

/// A collector that hands on what it gets: the header it was sent with, and the body.
async fn collector() -> (String, mpsc::UnboundedReceiver<(String, Value)>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let take =
        async |State(sender): State<mpsc::UnboundedSender<(String, Value)>>, headers: http::HeaderMap, body: String| {
            let key = headers.get("x-key").map(|key| key.to_str().expect("ASCII").to_owned()).unwrap_or_default();
            sender.send((key, serde_json::from_str(&body).expect("JSON"))).expect("the test listens");
        };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/v1/traces", post(take)).with_state(sender);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), receiver)
}

fn spans(request: &Value) -> Vec<Value> {
    request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().expect("spans").clone()
}

#[tokio::test]
async fn a_span_a_request_and_the_last_ones_before_the_end() {
    let (endpoint, mut requests) = collector().await;
    let service = Service::with(&[
        ("PLIMSOLL_OTLP_ENDPOINT", &endpoint),
        ("PLIMSOLL_OTLP_HEADERS", "x-key=hidden"),
        ("PLIMSOLL_DRAIN_GRACE", "0"),
    ])
    .await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    service.ask("/test/number/1234567?who=someone", &[("traceparent", parent)]).await;
    service.ask("/test/panic", &[("traceparent", &parent.replace("-01", "-00"))]).await;
    service.get("/test/panic").await;
    service.drain().begin();
    service.stopped().await;

    let (mut all, mut text) = (Vec::new(), String::new());
    while let Ok((key, request)) = requests.try_recv() {
        assert_eq!(key, "hidden");
        assert_eq!(request["resourceSpans"][0]["resource"]["attributes"][0]["value"]["stringValue"], "plimsoll");
        all.extend(spans(&request));
        text += &request.to_string();
    }
    let [followed, begun] = all.as_slice() else { panic!("not two spans: {all:?}") };
    assert_eq!(followed["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(followed["parentSpanId"], "00f067aa0ba902b7");
    assert_eq!(begun["status"]["code"], 2, "the caller of the second one did not ask for it to be recorded");
    assert!(begun.get("parentSpanId").is_none());
    assert!(!text.contains("1234567") && !text.contains("someone"), "{text}");
}

#[tokio::test]
async fn without_a_collector_nothing_is_asked_to_be_recorded() {
    let service = Service::start().await;
    assert!(service.get("/health").await.header("traceparent").ends_with("-00"));
}
