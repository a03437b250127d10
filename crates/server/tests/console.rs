//! The console's pages: drawn for whom they are for, refused to everybody else, and live.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

mod composed;
mod registered;

use std::time::Duration;

use axum::body::Body;
use composed::Service;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt;
use registered::applications;
use serde_json::json;
use server::listen::Peer;
use store::{Actor, NewUser, Role, Sessions as _};
use tower::ServiceExt;

const PASSWORD: &str = "tidal harbour ledger";

/// Pages, and the roles that may see each.
const PAGES: &[(&str, &[Role])] = &[
    ("/console", &Role::ALL),
    ("/console/account", &Role::ALL),
    ("/console/items", &Role::ALL),
    ("/console/batches", &Role::ALL),
    ("/console/monitoring", &Role::ALL),
    ("/console/ledger", &Role::ALL),
    ("/console/ledger/entries", &Role::ALL),
    ("/console/ledger/entries/0-0", &Role::ALL),
    ("/console/applicants", &[Role::Analyst, Role::Approver, Role::Administrator]),
    ("/console/keys", &[Role::Administrator]),
    ("/console/users", &[Role::Administrator]),
    ("/console/webhooks", &[Role::Administrator]),
    ("/console/settings", &[Role::Administrator]),
];

/// Sends a request without a key.
async fn ask(
    service: &Service,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> (u16, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8080");
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body)).unwrap();
    request.extensions_mut().insert(Peer { address: "127.0.0.1:4711".parse().unwrap(), tls: false });
    let (head, body) = service.router.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (head.status.as_u16(), head.headers, text)
}

/// A session's cookie.
async fn log_in(service: &Service, role: Role) -> String {
    let new = NewUser {
        login: role.name().to_owned(),
        name: format!("Some {}", role.name()),
        role,
        password: PASSWORD.to_owned().into(),
    };
    service.store().create_user(new, Actor::Operator).await.unwrap();
    let body = json!({"login": role.name(), "password": PASSWORD}).to_string();
    let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
    let (status, head, text) = ask(service, Method::POST, "/v1/sessions", &headers, body).await;
    assert_eq!(status, 201, "{text}");
    head["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn page(service: &Service, path: &str, cookie: &str) -> (u16, String) {
    let (status, _, text) = ask(service, Method::GET, path, &[("cookie", cookie)], String::new()).await;
    (status, text)
}

async fn score(service: &Service, count: usize) {
    let all: Vec<_> = applications()
        .into_iter()
        .take(count)
        .enumerate()
        .map(|(number, application)| json!({"applicant": format!("A-{number}"), "application": application}))
        .collect();
    let scored = service.post("/v1/scores:batch", &[], &json!({"applications": all})).await;
    assert_eq!(scored.body["scored"], json!(count), "{}", scored.body["failed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_drawn_for_its_roles_and_refused_to_others() {
    let (_place, service) = Service::start().await;
    score(&service, 40).await;
    for role in Role::ALL {
        let cookie = log_in(&service, role).await;
        for (path, roles) in PAGES {
            let (status, text) = page(&service, path, &cookie).await;
            let is_open = roles.contains(&role);
            assert_eq!(status, if is_open { 200 } else { 403 }, "{role:?} {path}: {text}");
            assert!(text.contains("<main") && !text.contains("style=") && !text.contains(" onclick"), "{path}");
            if !is_open {
                assert!(text.contains("needs the right"), "{text}");
            }
        }
    }
    for (path, _) in PAGES {
        let (status, _) = page(&service, path, "").await;
        assert_eq!(status, 303, "{path}: nobody is led to the login");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_what_was_done() {
    let (_place, service) = Service::start().await;
    score(&service, 60).await;
    service.store().checkpoint().await.unwrap();
    let cookie = log_in(&service, Role::Administrator).await;
    composed::until(async || {
        let (_, text) = page(&service, "/console", &cookie).await;
        (text.contains("Decided today</dt><dd>60") && text.contains("checkpoint 0 verified")).then_some(())
    })
    .await;
    let (_, text) = page(&service, "/console", &cookie).await;
    assert!(text.contains("Scores beside those of the training") && text.contains("of the newest 10,000"), "{text}");
    let (_, text) = page(&service, "/console/monitoring", &cookie).await;
    assert!(text.contains("Adverse impact ratio by day") && text.contains("compared with"), "{text}");
    let (_, text) = page(&service, "/console/applicants?reference=A-7", &cookie).await;
    let id = text.split("/console/applicants/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (_, text) = page(&service, &format!("/console/applicants/{id}"), &cookie).await;
    assert!(text.contains("data-name=\"A-7\"") && text.contains("/console/decisions/"), "{text}");
    let (_, text) = page(&service, "/console/settings", &cookie).await;
    assert!(text.contains("PLIMSOLL_DATA") && text.contains("SQLite"), "{text}");
    let (_, text) = page(&service, "/console/ledger", &cookie).await;
    assert!(text.contains("ed25519:"), "{text}");
    assert_eq!(page(&service, "/console/monitoring?from=2026-01-02&to=2026-01-01", &cookie).await.0, 400);
    assert_eq!(page(&service, "/console/monitoring?what=1", &cookie).await.0, 400);
    assert_eq!(page(&service, "/console/batches?cursor=abc", &cookie).await.0, 400);
    assert_eq!(page(&service, "/console/items/0190a5c4-7c3e-7000-8000-0123456789ab", &cookie).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_say_that_something_was_recorded_and_end_with_the_session() {
    let (_place, service) = Service::start().await;
    let cookie = log_in(&service, Role::Viewer).await;
    let request = Request::get("/console/events").header("host", "localhost:8080").header("cookie", &cookie);
    let mut request = request.header("accept", "text/event-stream").body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer { address: "127.0.0.1:4711".parse().unwrap(), tls: false });
    let response = service.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.into_body();
    let mut next = async || {
        let frame = tokio::time::timeout(Duration::from_secs(30), events.frame()).await.unwrap()?;
        Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    };
    assert_eq!(next().await.as_deref(), Some("retry: 5000\n\n"));
    score(&service, 1).await;
    assert_eq!(next().await.as_deref(), Some("event: changed\ndata: \n\n"));
    let user = service.store().users(None, 10).await.unwrap().pop().unwrap();
    service.store().sessions().remove_all_of(user.id).await.unwrap();
    while next().await.is_some() {}
    assert_eq!(page(&service, "/console/events", "").await.0, 303);
}
