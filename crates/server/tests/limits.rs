//! Nobody takes more of the service than the limits say.

mod harness;

use harness::Service;
use harness::raw::Raw;

const GET: &str = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn headers_that_drip_are_cut_off() {
    let service = Service::with(&[("PLIMSOLL_HEADER_TIMEOUT", "100ms")]).await;
    let mut slow = Raw::connect(service.public()).await;
    slow.send("GET /health HTTP/1.1\r\nhost: x\r\n").await;
    // It goes on for as long as it is let.
    while slow.try_send("x: y\r\n").await {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(service.get("/health").await.status, 200);
}

#[tokio::test]
async fn idle_connections_end_and_busy_ones_stay() {
    let service = Service::with(&[("PLIMSOLL_HEADER_TIMEOUT", "50ms"), ("PLIMSOLL_IDLE_TIMEOUT", "100ms")]).await;
    let mut idle = Raw::connect(service.public()).await;
    idle.send(GET).await;
    assert!(idle.answer().await.starts_with("HTTP/1.1 200"));
    assert_eq!(idle.rest().await, "", "closed in order");

    let mut busy = Raw::connect(service.public()).await;
    busy.send("GET /test/held HTTP/1.1\r\nhost: x\r\n\r\n").await;
    service.gate.arrived().await;
    // Another one idles to its end meanwhile: more than the idle time has gone by.
    assert_eq!(Raw::connect(service.public()).await.rest().await, "");
    service.gate.open();
    assert!(busy.answer().await.ends_with("done"));
}

#[tokio::test]
async fn a_body_that_stops_is_cut_off() {
    let service = Service::with(&[("PLIMSOLL_BODY_TIMEOUT", "50ms")]).await;
    let mut slow = Raw::connect(service.public()).await;
    slow.send("POST /test/bytes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{")
        .await;
    let answer = slow.answer().await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("/problems/request-timeout"), "{answer}");
    assert_eq!(slow.rest().await, "", "the connection ends: what follows would be the body's rest");
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused() {
    let service = Service::start().await;
    let mut raw = Raw::connect(service.public()).await;
    raw.send(&format!("GET /health HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "y".repeat(20_000))).await;
    assert!(raw.answer().await.starts_with("HTTP/1.1 431"));
    let mut raw = Raw::connect(service.public()).await;
    raw.send(&format!("GET /health HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(200))).await;
    assert!(raw.answer().await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let service = Service::with(&[("PLIMSOLL_MAX_CONNECTIONS", "1")]).await;
    let mut first = Raw::connect(service.public()).await;
    first.send(GET).await;
    assert!(first.answer().await.starts_with("HTTP/1.1 200"));
    let mut second = Raw::connect(service.public()).await;
    second.send(GET).await;
    let waited = tokio::select! {
        biased;
        answer = second.answer() => panic!("it did not wait: {answer}"),
        () = async {
            first.send(GET).await;
            first.answer().await;
        } => true,
    };
    assert!(waited);
    drop(first);
    assert!(second.answer().await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn requests_beyond_the_limit_are_shed() {
    let service = Service::with(&[("PLIMSOLL_MAX_IN_FLIGHT", "1")]).await;
    let held = service.get("/test/held");
    let others = async {
        service.gate.arrived().await;
        let shed = service.get("/openapi.json").await;
        assert_eq!((shed.status, shed.problem().as_str()), (503, "overloaded"));
        assert_eq!(shed.header("retry-after"), "1");
        assert_eq!(service.get("/health").await.status, 200, "health is answered however great the load");
        service.gate.open();
    };
    let (held, ()) = tokio::join!(held, others);
    assert_eq!(held.text(), "done");
    assert_eq!(service.get("/openapi.json").await.status, 200);
    assert_eq!(service.app().metrics().http.shed.get(), 1);
}
