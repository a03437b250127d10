//! Flags over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;

use catalogue::Service;
use server::access::Scope;

#[tokio::test]
async fn a_flag_is_made_changed_and_removed() {
    let service = Service::start().await;
    let path = "/v1/flags/new-form";
    assert_eq!(service.get(path).await.problem(), "not-found");
    let refused = service.ask("PUT", path, &[("if-match", "*")], r#"{"state":"on"}"#).await;
    assert_eq!(refused.problem(), "precondition-failed", "nothing to match");
    let made = service.ask("PUT", path, &[], r#"{"state":"off","description":"A new form"}"#).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"v1\""));
    assert_eq!(service.ask("PUT", path, &[], r#"{"state":"on"}"#).await.problem(), "precondition-required");
    let share = r#"{"state":"percentage","percentage":12.34}"#;
    let changed = service.ask("PUT", path, &[("if-match", "\"v1\"")], share).await;
    assert_eq!((changed.status, changed.json()["percentage"].as_f64()), (200, Some(12.34)));
    assert_eq!(service.ask("PUT", path, &[("if-match", "\"v1\"")], share).await.status, 412);
    assert_eq!(service.ask("GET", path, &[("if-none-match", "\"v2\"")], "").await.status, 304);
    assert_eq!(service.get("/v1/flags").await.json()["data"][0], changed.json());
    assert_eq!(service.ask("DELETE", path, &[("if-match", "\"v1\"")], "").await.status, 412);
    assert_eq!(service.ask("DELETE", path, &[], "").await.status, 204);
    assert_eq!(service.ask("DELETE", path, &[], "").await.status, 404);
}

#[tokio::test]
async fn what_cannot_be_a_flag_is_refused() {
    let service = Service::start().await;
    for body in [
        r#"{"state":"percentage"}"#,
        r#"{"state":"percentage","percentage":100.01}"#,
        r#"{"state":"percentage","percentage":-1}"#,
        r#"{"state":"percentage","percentage":1.234}"#,
        r#"{"state":"on","percentage":50}"#,
        r#"{"state":"maybe"}"#,
        r#"{"state":"on","extra":1}"#,
    ] {
        assert_eq!(service.ask("PUT", "/v1/flags/a", &[], body).await.status, 422, "{body}");
    }
    for name in ["A", "1", "a%20b", "a%00", "%C3%A4"] {
        let answer = service.ask("PUT", &format!("/v1/flags/{name}"), &[], r#"{"state":"on"}"#).await;
        assert_eq!(answer.status, 422, "{name}");
    }
}

#[tokio::test]
async fn scopes_are_asked_for() {
    let service = Service::start().await.anonymous();
    assert_eq!(service.get("/v1/flags").await.problem(), "unauthenticated");
    let service = service.with_scopes(&[Scope::FlagsRead]).await;
    assert_eq!(service.get("/v1/flags").await.status, 200);
    assert_eq!(service.ask("PUT", "/v1/flags/a", &[], r#"{"state":"on"}"#).await.problem(), "forbidden");
}
