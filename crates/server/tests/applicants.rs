//! Applicants over HTTP: found, exported, erased.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;

use catalogue::Service;
use serde_json::Value;
use server::access::Scope;

#[tokio::test]
async fn applicants_are_found_and_listed() {
    let service = Service::start().await.with_model().await;
    for number in 0..5 {
        service.score(&format!("A-{number}"), 40).await;
    }
    let found = service.get("/v1/applicants?reference=A-3").await.json();
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(found["data"][0]["reference"], "A-3");
    let id = found["data"][0]["id"].as_str().unwrap();
    assert_eq!(service.get(&format!("/v1/applicants/{id}")).await.json(), found["data"][0]);
    assert_eq!(service.get("/v1/applicants?reference=A-9").await.json()["data"], Value::Array(vec![]));
    assert_eq!(service.get("/v1/applicants?reference=").await.problem(), "invalid-parameter");
    let (mut seen, mut path) = (0, "/v1/applicants?limit=2".to_owned());
    loop {
        let page = service.get(&path).await;
        seen += page.json()["data"].as_array().unwrap().len();
        match page.header("link").split(['<', '>']).nth(1) {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, 5);
    assert_eq!(service.get("/v1/applicants/not-an-id").await.status, 404);
}

#[tokio::test]
async fn an_export_is_one_document_of_everything() {
    let service = Service::start().await.with_model().await;
    for age in 0..201 {
        service.score("A-1", age).await;
    }
    service.score("A-2", 40).await;
    let found = service.get("/v1/applicants?reference=A-1").await.json();
    let id = found["data"][0]["id"].as_str().unwrap().to_owned();
    let export = service.get(&format!("/v1/applicants/{id}/export")).await;
    assert_eq!((export.status, export.header("cache-control")), (200, "no-store"));
    let export = export.json();
    assert_eq!(export["applicant"], found["data"][0]);
    assert!(export["models"][0].as_str().unwrap().starts_with("sha256:"));
    let scores = export["scores"].as_array().unwrap();
    assert_eq!(scores.len(), 201);
    for (age, score) in scores.iter().enumerate() {
        assert_eq!(score["personal"]["application"]["age"], age);
        assert!(score["score"].is_number() && score["personal"]["reasons"].is_array(), "{score}");
    }
    assert_eq!(export["others"], Value::Array(vec![]));
}

#[tokio::test]
async fn an_erased_applicant_is_gone_and_the_scores_are_nobodys() {
    let service = Service::start().await.with_model().await;
    let score = service.score("A-1", 40).await;
    let score = format!("/v1/scores/{}", score["id"].as_str().unwrap());
    let found = service.get("/v1/applicants?reference=A-1").await.json();
    let path = format!("/v1/applicants/{}", found["data"][0]["id"].as_str().unwrap());
    let erased = service.ask("DELETE", &path, &[], "").await;
    assert_eq!((erased.status, &erased.json()["erased"]), (200, &Value::Bool(true)));
    assert!(erased.json()["destroyed_at"].is_string());
    let again = service.ask("DELETE", &format!("{path}?reason=mistake"), &[], "").await;
    assert_eq!((again.status, again.json()), (200, erased.json()), "once");
    assert_eq!(service.get(&path).await.problem(), "gone");
    assert_eq!(service.get(&format!("{path}/export")).await.problem(), "gone");
    assert_eq!(service.get("/v1/applicants?reference=A-1").await.json()["data"], Value::Array(vec![]));
    let left = service.get(&score).await.json();
    assert_eq!((left["erased"].as_bool(), left["score"].is_number()), (Some(true), true));
    assert!(!left.to_string().contains("A-1"));
    let nobody = service.ask("DELETE", "/v1/applicants/00000000-0000-0000-0000-000000000000", &[], "").await;
    assert_eq!(nobody.problem(), "not-found");
    assert_eq!(service.ask("DELETE", &format!("{path}?reason=whim"), &[], "").await.status, 400);
}

#[tokio::test]
async fn scopes_are_asked_for() {
    let service = Service::start().await.with_model().await;
    service.score("A-1", 40).await;
    let found = service.get("/v1/applicants?reference=A-1").await.json();
    let path = format!("/v1/applicants/{}", found["data"][0]["id"].as_str().unwrap());
    let service = service.anonymous();
    for path in ["/v1/applicants", &path, &format!("{path}/export")] {
        assert_eq!(service.get(path).await.problem(), "unauthenticated");
    }
    let service = service.with_scopes(&[Scope::ApplicantsRead]).await;
    assert_eq!(service.ask("DELETE", &path, &[], "").await.problem(), "forbidden");
    assert_eq!(service.get(&path).await.status, 200);
    let service = service.with_scopes(&[Scope::ApplicantsErase]).await;
    assert_eq!(service.get(&path).await.problem(), "forbidden");
    assert_eq!(service.ask("DELETE", &path, &[], "").await.status, 200);
}
