//! Users over HTTP.

mod callers;

use callers::{PASSWORD, Service};
use http::Method;
use serde_json::json;
use store::Role;

#[tokio::test]
async fn a_user_is_made_changed_and_removed() {
    let service = Service::start().await;
    service.user("admin", Role::Administrator).await;
    let admin = service.log_in("admin").await;
    let request = json!({"login": "Anna@lender.example", "name": "Anna", "role": "analyst", "password": PASSWORD});
    let made = service.by(&admin, Method::POST, "/v1/users", Some(request.clone())).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"v1\""), "{made:?}");
    assert_eq!(made.body["login"], "anna@lender.example");
    assert!(!made.body.to_string().contains(PASSWORD) && !made.body.to_string().contains("argon2"));
    assert_eq!(service.by(&admin, Method::POST, "/v1/users", Some(request)).await.problem(), "conflict");
    let path = made.header("location").to_owned();
    let anna = service.log_in("anna@lender.example").await;
    assert_eq!(service.by(&anna, Method::GET, "/v1/sessions/current", None).await.body["user"]["role"], "analyst");

    let promote = json!({"role": "approver"});
    assert_eq!(
        service.by(&admin, Method::PATCH, &path, Some(promote.clone())).await.problem(),
        "precondition-required"
    );
    let stale = service.by_with(&admin, Method::PATCH, &path, &[("if-match", "\"v7\"")], Some(promote.clone())).await;
    assert_eq!(stale.problem(), "precondition-failed");
    let changed = service.by_with(&admin, Method::PATCH, &path, &[("if-match", "\"v1\"")], Some(promote)).await;
    assert_eq!(
        (changed.status, changed.body["role"].as_str(), changed.header("etag")),
        (200, Some("approver"), "\"v2\"")
    );
    assert_eq!(
        service.by(&anna, Method::GET, "/v1/sessions/current", None).await.status,
        401,
        "new rights, new session"
    );

    let anna = service.log_in("anna@lender.example").await;
    let disabled =
        service.by_with(&admin, Method::PATCH, &path, &[("if-match", "\"v2\"")], Some(json!({"disabled": true}))).await;
    assert!(disabled.body["disabled"].is_string(), "{disabled:?}");
    assert_eq!(service.by(&anna, Method::GET, "/v1/sessions/current", None).await.status, 401);
    assert_eq!(service.by_with(&admin, Method::DELETE, &path, &[("if-match", "\"v3\"")], None).await.status, 204);
    assert_eq!(service.by(&admin, Method::GET, &path, None).await.problem(), "not-found");
    let listed = service.by(&admin, Method::GET, "/v1/users", None).await;
    assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(1));

    let own = format!("/v1/users/{}", admin.user);
    let last =
        service.by_with(&admin, Method::PATCH, &own, &[("if-match", "*")], Some(json!({"role": "viewer"}))).await;
    assert_eq!(last.problem(), "conflict", "the last administrator stays");
    for wrong in [
        json!({"login": "bob", "name": "Bob", "role": "king", "password": PASSWORD}),
        json!({"login": "bob", "name": "Bob", "role": "viewer", "password": "short"}),
        json!({"login": "b b", "name": "Bob", "role": "viewer", "password": PASSWORD}),
    ] {
        let refused = service.by(&admin, Method::POST, "/v1/users", Some(wrong.clone())).await;
        assert_eq!(refused.status, 422, "{wrong}: {refused:?}");
        assert!(!refused.body.to_string().contains(PASSWORD));
    }
}

#[tokio::test]
async fn passwords_are_changed_and_sessions_end() {
    let service = Service::start().await;
    service.user("admin", Role::Administrator).await;
    let anna = service.user("anna", Role::Viewer).await;
    let (admin, browser, elsewhere) =
        (service.log_in("admin").await, service.log_in("anna").await, service.log_in("anna").await);
    let own = "/v1/users/me/password";
    let new = "slate moon over Rigel";
    let wrong =
        service.by(&browser, Method::POST, own, Some(json!({"current": "not this one", "password": new}))).await;
    assert_eq!((wrong.status, wrong.body["errors"][0]["pointer"].as_str()), (422, Some("/current")), "{wrong:?}");
    let weak =
        service.by(&browser, Method::POST, own, Some(json!({"current": PASSWORD, "password": "password1234"}))).await;
    assert_eq!(weak.status, 422, "{weak:?}");
    let changed = service.by(&browser, Method::POST, own, Some(json!({"current": PASSWORD, "password": new}))).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    for ended in [&browser, &elsewhere] {
        assert_eq!(service.by(ended, Method::GET, "/v1/sessions/current", None).await.status, 401);
    }
    let set = format!("/v1/users/{}/password", anna.id);
    assert_eq!(service.by(&admin, Method::POST, &set, Some(json!({"password": PASSWORD}))).await.status, 204);
    service.log_in("anna").await;
}
