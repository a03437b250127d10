//! Whatever is wrong with a request comes back as a problem that says what, where and what to do.

mod harness;

use harness::{Service, send};
use server::problem::Kind;

#[tokio::test]
async fn nothing_there() {
    let service = Service::start().await;
    for path in ["/nothing", "/api/nothing", "/apis", "//", "/metrics", "/debug/runtime"] {
        let answer = service.get(path).await;
        assert_eq!((answer.status, answer.problem().as_str()), (404, "not-found"), "{path}");
    }
    assert_eq!(service.get("/test/number/none").await.problem(), "not-found", "an id that cannot be one");
    assert_eq!(service.get("/test/number/%FF").await.problem(), "invalid-parameter");
}

#[tokio::test]
async fn no_such_method() {
    let service = Service::start().await;
    let answer = service.post("/health", "application/json", "{}").await;
    assert_eq!((answer.status, answer.problem().as_str()), (405, "method-not-allowed"));
    assert_eq!(answer.header("allow"), "GET,HEAD");
    let answer = send(service.client.delete(service.url("/test/version"))).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "PUT,GET,HEAD"));
}

#[tokio::test]
async fn not_in_that_form() {
    let service = Service::start().await;
    let answer = service.ask("/health", &[("accept", "text/csv")]).await;
    assert_eq!((answer.status, answer.problem().as_str()), (406, "not-acceptable"));
    assert!(answer.json()["detail"].as_str().expect("a detail").contains("application/json"));
    for accept in ["*/*", "application/*", "text/html, */*;q=0.1"] {
        assert_eq!(service.ask("/health", &[("accept", accept)]).await.status, 200, "{accept}");
    }
}

#[tokio::test]
async fn not_of_that_type() {
    let service = Service::start().await;
    let input = r#"{"name": "a", "amounts": [1]}"#;
    for wrong in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let answer = service.post("/test/json", wrong, input).await;
        assert_eq!((answer.status, answer.problem().as_str()), (415, "unsupported-media-type"), "{wrong}");
    }
    for right in ["application/json", "application/json; charset=utf-8", "application/vnd.lender+json"] {
        assert_eq!(service.post("/test/json", right, input).await.text(), "a 1", "{right}");
    }
    let coded = service.client.post(service.url("/test/json")).header("content-type", "application/json");
    assert_eq!(send(coded.header("content-encoding", "gzip").body(input)).await.status, 415);
}

#[tokio::test]
async fn not_json_or_not_of_that_shape() {
    let service = Service::start().await;
    let answer = service.post("/test/json", "application/json", "{\n  \"name\": nil}").await;
    assert_eq!((answer.status, answer.problem().as_str()), (400, "malformed-request"));
    assert!(answer.json()["detail"].as_str().expect("a detail").contains("line 2, column 12"), "{}", answer.text());

    let answer = service.post("/test/json", "application/json", r#"{"name": "a", "amounts": [1, -2]}"#).await;
    assert_eq!((answer.status, answer.problem().as_str()), (422, "invalid-request"));
    assert_eq!(answer.json()["errors"][0]["pointer"], "/amounts/1");
    let answer = service.post("/test/json", "application/json", r#"{"nam": "a"}"#).await;
    assert!(answer.json()["errors"][0]["detail"].as_str().expect("a detail").contains("unknown field `nam`"));
    assert_eq!(service.post("/test/json", "application/json", "").await.problem(), "malformed-request");
}

#[tokio::test]
async fn a_query_that_is_not_understood() {
    let service = Service::start().await;
    let answer = service.get("/test/query?limit=many").await;
    assert_eq!((answer.status, answer.problem().as_str()), (400, "invalid-parameter"));
    assert_eq!(answer.json()["errors"][0]["parameter"], "limit");
    let answer = service.get("/test/query?limits=1").await;
    assert_eq!(answer.json()["errors"][0]["parameter"], "limits", "a mistyped filter is not ignored");
}

#[tokio::test]
async fn too_large() {
    let service = Service::with(&[("PLIMSOLL_MAX_BODY", "2KiB")]).await;
    let fits = format!("\"{}\"", "x".repeat(2_046));
    assert_eq!(service.post("/test/bytes", "application/json", fits.clone()).await.text(), "2048");
    let answer = service.post("/test/bytes", "application/json", format!("{fits} ")).await;
    assert_eq!((answer.status, answer.problem().as_str()), (413, "content-too-large"));
    // Without a length beforehand, as it comes.
    let chunks = futures_util::stream::iter((0..10).map(|_| Ok::<_, std::io::Error>("x".repeat(1_000))));
    let answer = service.post("/test/bytes", "application/json", reqwest::Body::wrap_stream(chunks)).await;
    assert_eq!((answer.status, answer.problem().as_str()), (413, "content-too-large"));
    let answer = service.post("/test/large", "text/plain", "x".repeat(2 << 20)).await;
    assert_eq!(answer.text(), "2097152", "an operation may take more than others");
}

#[tokio::test]
async fn faults_of_the_service() {
    let service = Service::start().await;
    let answer = service.get("/test/panic").await;
    assert_eq!((answer.status, answer.problem().as_str()), (500, "internal"));
    assert!(!answer.text().contains("on purpose"));
    let answer = service.get("/test/hurried").await;
    assert_eq!((answer.status, answer.problem().as_str()), (503, "timeout"));
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(service.get("/health").await.status, 200, "and it goes on");
}

#[tokio::test]
async fn every_type_has_a_page() {
    let service = Service::start().await;
    for kind in Kind::ALL {
        let page = service.ask(kind.uri(), &[("accept", "text/html")]).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(service.get(kind.uri()).await.json()["title"], kind.title());
    }
    assert_eq!(service.get("/problems").await.json().as_array().expect("a list").len(), Kind::ALL.len());
    assert_eq!(service.get("/problems/none").await.status, 404);
}
