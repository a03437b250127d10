//! Metrics and diagnostics are on a listener of their own.

mod harness;

use harness::{Service, send};

#[tokio::test]
async fn metrics_count_by_route_and_name_nobody() {
    let service = Service::start().await;
    service.get("/test/number/1234567").await;
    service.get("/nothing/secret-reference").await;
    let metrics = send(service.client.get(format!("http://{}/metrics", service.private()))).await;
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    let text = metrics.text();
    assert!(text.contains(r#"plimsoll_http_requests_total{route="",method="GET",status="404"} 1"#), "{text}");
    assert!(
        text.contains("plimsoll_http_request_seconds_bucket{") && text.contains("plimsoll_http_connections 1"),
        "{text}"
    );
    assert!(!text.contains("1234567") && !text.contains("secret"), "no part of an address is a label");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn diagnostics_say_what_the_process_does() {
    let service = Service::start().await;
    let get = |path: &str| send(service.client.get(format!("http://{}{path}", service.private())));
    let runtime = get("/debug/runtime").await.json();
    assert!(runtime["process"]["resident_bytes"].as_u64().expect("Linux") > 1 << 20);
    assert!(runtime["tokio"]["alive_tasks"].as_u64().expect("a number") > 0);
    assert_eq!(get("/debug/profile?seconds=0").await.status, 400);
    assert_eq!(get("/v1/scores").await.status, 404, "and nothing of the API is there");
    for path in ["/metrics", "/debug/runtime", "/debug/profile", "/api/metrics"] {
        assert_eq!(service.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn an_address_in_use_is_said_with_what_to_do() {
    let service = Service::start().await;
    let taken = service.public().to_string();
    let app = server::App::new(harness::config(&[("PLIMSOLL_LISTEN", &taken)]));
    let error = server::serve(app).await.expect_err("it is taken").to_string();
    assert!(error.contains(&taken) && error.contains("PLIMSOLL_LISTEN"), "{error}");
}

#[cfg(feature = "profile")]
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_shows_where_the_time_goes() {
    let service = Service::start().await;
    let url = format!("http://{}/debug/profile?seconds=1", service.private());
    let busy = async {
        // Something to see while the profile is taken.
        loop {
            service.get("/openapi.json").await;
        }
    };
    let profile = tokio::select! {
        profile = send(service.client.get(url)) => profile,
        () = busy => unreachable!("it goes on for ever"),
    };
    assert_eq!(profile.status, 200);
    let counted =
        |line: &str| line.rsplit_once(' ').is_some_and(|(stack, n)| stack.contains(';') && n.parse::<u64>().is_ok());
    assert!(profile.text().lines().count() > 0 && profile.text().lines().all(counted), "{}", profile.text());
}
