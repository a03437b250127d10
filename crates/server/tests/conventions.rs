//! What every resource does alike.

mod harness;

use harness::{Service, send};

#[tokio::test]
async fn request_ids_are_taken_if_sane() {
    let service = Service::start().await;
    let ask = async |id| service.ask("/test/context", &[("x-request-id", id)]).await;
    let answer = ask("order-17_a.b").await;
    assert_eq!(answer.header("x-request-id"), "order-17_a.b");
    assert!(answer.text().starts_with("order-17_a.b "), "handlers know it");
    for insane in ["", "a b", "a\"b", "a/b", &"x".repeat(65)] {
        let made = ask(insane).await;
        assert_eq!(made.header("x-request-id").len(), 36, "{insane}");
    }
}

#[tokio::test]
async fn traces_are_followed() {
    let service = Service::start().await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = service.ask("/test/context", &[("traceparent", parent)]).await;
    let out = answer.header("traceparent");
    assert!(out.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && out != parent, "{out}");
    assert!(answer.text().contains("4bf92f3577b34da6a3ce929d0e0e4736"));
    let begun = service.ask("/test/context", &[("traceparent", "00-x-y-01")]).await;
    assert_eq!(begun.header("traceparent").len(), 55);
}

#[tokio::test]
async fn browsers_are_told_what_not_to_do() {
    let service = Service::start().await;
    for path in ["/health", "/nothing"] {
        let answer = service.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("strict-transport-security"), "", "only over TLS");
    }
    assert!(service.get("/docs").await.header("content-security-policy").contains("script-src 'self';"));
}

#[tokio::test]
async fn other_origins_are_let_in_by_name_only() {
    let service = Service::start().await;
    let origin = ("origin", "https://app.example");
    assert_eq!(service.ask("/health", &[origin]).await.header("access-control-allow-origin"), "");
    let service = Service::with(&[("PLIMSOLL_CORS_ORIGINS", "https://app.example")]).await;
    assert_eq!(service.ask("/health", &[origin]).await.header("access-control-allow-origin"), "https://app.example");
    let other = service.ask("/health", &[("origin", "https://other.example")]).await;
    assert_eq!(other.header("access-control-allow-origin"), "");
    let preflight = service
        .client
        .request(http::Method::OPTIONS, service.url("/test/version"))
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT");
    let preflight = send(preflight).await;
    assert!(preflight.header("access-control-allow-methods").contains("PUT"));
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn long_answers_are_compressed_and_short_ones_not() {
    let service = Service::start().await;
    for coding in ["gzip", "zstd"] {
        let long = service.ask("/test/long", &[("accept-encoding", coding)]).await;
        assert_eq!(long.header("content-encoding"), coding);
        assert!(long.body.len() < 500);
    }
    assert_eq!(service.ask("/health", &[("accept-encoding", "gzip")]).await.header("content-encoding"), "");
    assert_eq!(service.get("/test/long").await.body.len(), 5_000);
}

#[tokio::test]
async fn changes_name_the_version_they_are_for() {
    let service = Service::start().await;
    let put = async |tag: Option<&str>| {
        let request = service.client.put(service.url("/test/version"));
        send(tag.into_iter().fold(request, |request, tag| request.header("if-match", tag))).await
    };
    assert_eq!(put(None).await.problem(), "precondition-required");
    assert_eq!(put(Some("\"v6\"")).await.problem(), "precondition-failed");
    assert_eq!(put(Some("\"v7\"")).await.text(), "changed");
    let compressed = service.ask("/test/version", &[("accept-encoding", "gzip")]).await;
    assert_eq!(compressed.header("etag"), "\"v7-gzip\"", "another form has another tag");
    assert_eq!(put(Some("\"v7-gzip\"")).await.text(), "changed", "of the same version");
    let known = service.ask("/test/version", &[("if-none-match", "\"v7\"")]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
}

#[tokio::test]
async fn lists_are_followed_by_their_links() {
    let service = Service::start().await;
    let mut path = "/api/test/list?limit=4".to_owned();
    let mut all = Vec::new();
    loop {
        let page = service.get(&path).await;
        all.extend(page.json()["data"].as_array().expect("a list").iter().map(|n| n.as_u64().expect("a number")));
        let Some(link) = page.header("link").strip_prefix('<') else { break };
        let (next, rel) = link.split_once('>').expect("a link");
        assert_eq!(rel, "; rel=\"next\"");
        assert!(next.starts_with("/api/test/list?limit=4&cursor="), "{next}");
        path = next.to_owned();
    }
    assert_eq!(all, (0..10).collect::<Vec<_>>());
    assert_eq!(service.get("/test/list?cursor=forged").await.problem(), "invalid-cursor");
    for limit in ["0", "201", "-1"] {
        assert_eq!(service.get(&format!("/test/list?limit={limit}")).await.problem(), "invalid-parameter");
    }
}

#[tokio::test]
async fn the_front_door_has_two_faces() {
    let service = Service::start().await;
    let welcome = service.get("/api").await;
    assert_eq!(welcome.json()["links"]["health"], "/api/health");
    assert_eq!(service.get("/").await.json()["links"]["docs"], "/docs");
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    assert!(service.ask("/", &[("accept", browser)]).await.text().starts_with("<!doctype html>"));
    let page = service.get("/docs").await;
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "initializer.js"] {
        assert!(page.text().contains(&format!("\"docs/{file}\"")));
        assert_eq!(service.get(&format!("/docs/{file}")).await.status, 200);
        assert_eq!(service.get(&format!("/api/docs/{file}")).await.status, 200);
    }
    assert!(
        !page.text().contains("<script>") && !page.text().contains("http"),
        "nothing inline, nothing from elsewhere"
    );
}
