//! Logging in and out over HTTP.

mod callers;

use callers::{PASSWORD, Service};
use http::Method;
use serde_json::json;
use store::Role;

fn login(login: &str, password: &str) -> Option<serde_json::Value> {
    Some(json!({"login": login, "password": password}))
}

#[tokio::test]
async fn cookies_are_kept_to_this_host_and_from_scripts() {
    let service = Service::with(&[("PLIMSOLL_TRUSTED_PROXIES", "10.0.0.0/8")]).await;
    service.user("anna", Role::Viewer).await;
    let cookie = async |headers: &[(&str, &str)]| {
        let answer = service.send(Method::POST, "/v1/sessions", headers, login("anna", PASSWORD)).await;
        (answer.status, answer.header("set-cookie").to_owned())
    };
    let (status, plain) = cookie(&[]).await;
    assert_eq!(status, 201);
    assert!(plain.starts_with("plimsoll=") && plain.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{plain}");
    let by_proxy = [("x-test-peer", "10.0.0.9:80"), ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
    let (status, secure) = cookie(&by_proxy).await;
    assert_eq!(status, 201);
    assert!(
        secure.starts_with("__Host-plimsoll=") && secure.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{secure}"
    );
    // Whom nobody vouches for gets no cookie over plain HTTP: others could read it.
    let by_stranger = [("x-test-peer", "192.0.2.5:80"), ("x-forwarded-proto", "https"), ("host", "lender.example")];
    let mut builder =
        http::Request::builder().method(Method::POST).uri("/v1/sessions").header("content-type", "application/json");
    for (name, value) in &by_stranger[1..] {
        builder = builder.header(*name, *value);
    }
    let mut request =
        builder.body(axum::body::Body::from(login("anna", PASSWORD).expect("a body").to_string())).expect("a request");
    request
        .extensions_mut()
        .insert(server::listen::Peer { address: "192.0.2.5:80".parse().expect("an address"), tls: false });
    let answer = tower::ServiceExt::oneshot(service.router.clone(), request).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 403);
}

#[tokio::test]
async fn a_login_gives_a_new_session_and_logging_out_ends_it() {
    let service = Service::start().await;
    service.user("anna", Role::Analyst).await;
    let first = service.log_in("anna").await;
    // Logging in with a session's cookie, one's own or planted, gives another one.
    let again = service.send(Method::POST, "/v1/sessions", &[("cookie", &first.cookie)], login("anna", PASSWORD)).await;
    assert_eq!(again.status, 201);
    let second = again.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    assert_ne!(first.cookie, second);

    let shown = service.by(&first, Method::GET, "/v1/sessions/current", None).await;
    assert_eq!(
        (shown.body["csrf_token"].as_str(), shown.header("cache-control")),
        (Some(&*first.csrf_token), "no-store")
    );
    assert!(shown.body["user"]["scopes"].as_array().is_some_and(|scopes| scopes.contains(&json!("scores:write"))));
    let out = service.by(&first, Method::DELETE, "/v1/sessions/current", None).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    assert_eq!(service.by(&first, Method::GET, "/v1/sessions/current", None).await.status, 401);
    let cookie = [("cookie", second.as_str())];
    let other = service.send(Method::GET, "/v1/sessions/current", &cookie, None).await;
    assert_eq!(other.status, 200, "the other session goes on");

    let third = service.log_in("anna").await;
    assert_eq!(service.by(&third, Method::DELETE, "/v1/sessions", None).await.status, 204);
    assert_eq!(service.send(Method::GET, "/v1/sessions/current", &cookie, None).await.status, 401, "all ended");
    let (_, key) = service.key(callers::all_but(None)).await;
    assert_eq!(
        service.by_key(&key, Method::GET, "/v1/sessions/current", None).await.status,
        403,
        "a key has no session"
    );
}

#[tokio::test]
async fn wrong_logins_are_answered_alike_and_then_locked() {
    let service = Service::start().await;
    service.user("anna", Role::Viewer).await;
    let attempt = async |name: &str, password: &str| {
        let answer = service.send(Method::POST, "/v1/sessions", &[], login(name, password)).await;
        assert!(answer.header("set-cookie").is_empty() || answer.status == 201);
        answer
    };
    for _ in 0..6 {
        let (known, unknown) = (attempt("anna", "wrong password").await, attempt("nobody", "wrong password").await);
        assert_eq!((known.status, unknown.status), (401, 401));
        assert_eq!(known.body["detail"], unknown.body["detail"]);
    }
    for name in ["anna", "nobody"] {
        let locked = attempt(name, PASSWORD).await;
        assert_eq!((locked.status, locked.header("retry-after")), (429, "1"), "{locked:?}");
    }
    let crossed = [("sec-fetch-site", "cross-site")];
    let refused = service.send(Method::POST, "/v1/sessions", &crossed, login("anna", PASSWORD)).await;
    assert_eq!(refused.status, 403, "another site's page logs nobody in");
}
