//! Stopping loses no request.

mod harness;

use harness::Service;
use harness::raw::Raw;

#[tokio::test]
async fn requests_in_work_finish_and_ready_says_no() {
    let service = Service::with(&[("PLIMSOLL_DRAIN_GRACE", "1h")]).await;
    assert_eq!(service.get("/ready").await.json()["status"], "ready");
    let mut held = Raw::connect(service.public()).await;
    held.send("GET /test/held HTTP/1.1\r\nhost: x\r\n\r\n").await;
    service.gate.arrived().await;

    service.drain().begin();
    let ready = service.get("/ready").await;
    assert_eq!((ready.status, ready.json()["status"].as_str()), (503, Some("draining")));
    assert_eq!(service.get("/openapi.json").await.status, 200, "within the grace requests are taken");

    service.drain().hurry();
    service.drain().closing().await;
    service.gate.open();
    let answer = held.answer().await;
    assert!(answer.ends_with("done") && answer.contains("connection: close"), "{answer}");
    let public = service.public();
    service.stopped().await;
    assert!(tokio::net::TcpStream::connect(public).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_dropped() {
    let service = Service::with(&[("PLIMSOLL_DRAIN_GRACE", "0"), ("PLIMSOLL_DRAIN_DEADLINE", "50ms")]).await;
    let mut held = Raw::connect(service.public()).await;
    held.send("GET /test/held HTTP/1.1\r\nhost: x\r\n\r\n").await;
    service.gate.arrived().await;
    service.drain().begin();
    service.stopped().await;
    assert_eq!(held.answer().await, "");
}

#[tokio::test]
async fn idle_connections_do_not_hold_it_up() {
    let service = Service::with(&[("PLIMSOLL_DRAIN_GRACE", "0"), ("PLIMSOLL_DRAIN_DEADLINE", "1h")]).await;
    let mut idle = Raw::connect(service.public()).await;
    idle.send("GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(idle.answer().await.starts_with("HTTP/1.1 200"));
    service.drain().begin();
    service.stopped().await;
    assert_eq!(idle.rest().await, "");
}

#[tokio::test]
async fn readiness_names_the_check_that_fails() {
    let service = Service::start().await;
    service.app().readiness().register("store", || async { Ok(()) });
    service.app().readiness().register("model", || async { Err("no champion is active".to_owned()) });
    let ready = service.get("/ready").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["checks"], serde_json::json!({"store": "ok", "model": "no champion is active"}));
    assert_eq!(service.get("/api/health").await.json()["status"], "alive");
}
