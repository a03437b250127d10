//! Reviews: a person's decision beside the system's, never over it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use composed::Service;
use http::Method;
use registered::{applications, key_with, send};
use serde_json::{Value, json};
use server::access::Scope;

const JSON: (&str, &str) = ("content-type", "application/json");

fn review(decision: &str) -> Value {
    json!({"decision": decision, "reasons": [{"code": "H1", "text": "The income was confirmed by the employer"}], "note": "called at noon"})
}

/// A score with this decision.
async fn scored(service: &Service, decision: &str) -> registered::Answer {
    for (number, application) in applications().into_iter().enumerate() {
        let body = json!({"applicant": format!("c-{number}"), "application": application});
        let answer = service.post("/v1/scores", &[], &body).await;
        if answer.body["decision"] == decision {
            return answer;
        }
    }
    panic!("nobody is decided on with {decision}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_stands_beside_a_decision_that_stays() {
    let (_place, service) = Service::start().await;
    let score = scored(&service, "decline").await;
    let (path, reviews) = (format!("/v1/scores/{}", score.id()), format!("/v1/scores/{}/review", score.id()));
    let made = service.post(&reviews, &[], &review("approve")).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.body["score"], &made.body["decision"]), (&score.body["id"], &json!("approve")));
    assert!(made.body["by"].as_str().unwrap().starts_with("key:"));
    assert_eq!(service.get(&path).await.bytes, score.bytes, "what was decided stays, byte for byte");
    let (declined, _) = service.all("/v1/scores?decision=decline").await;
    assert!(declined.iter().any(|one| one["id"] == score.body["id"]), "and is found as it was decided");

    let last = service.post(&reviews, &[], &review("refer")).await;
    assert_eq!(last.status, 201);
    let all = service.get(&format!("/v1/scores/{}/reviews", score.id())).await;
    assert_eq!(all.body["data"], json!([made.body, last.body]), "the earliest first, as they were answered");

    // In the ledger, in its place: readable is who decided what, sealed is why.
    let sequence = made.body["ledger"]["sequence"].as_u64().unwrap();
    let chain = made.body["ledger"]["chain"].as_u64().unwrap();
    let entries = service.store().entries_after(&[(u32::try_from(chain).unwrap(), sequence)].into(), 1).await.unwrap();
    let entry: Value = serde_json::from_str(&entries[0].body).unwrap();
    assert_eq!((&entry["kind"], &entry["id"]), (&json!("review"), &made.body["id"]), "{entry}");
    assert_eq!((&entry["score"], &entry["decision"]), (&score.body["id"], &json!("approve")));
    assert!(!entries[0].body.contains("employer") && !entries[0].body.contains("noon"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_reasoned_repeatable_and_of_a_score_that_is_there() {
    let (_place, service) = Service::start().await;
    let score = scored(&service, "approve").await;
    let path = format!("/v1/scores/{}/review", score.id());
    let faults = [
        (json!({"decision": "decline", "reasons": []}), "/reasons"),
        (json!({"decision": "decline", "reasons": [{"code": "", "text": "x"}]}), "/reasons/0/code"),
        (json!({"decision": "decline", "reasons": [{"code": "x", "text": "a\nb"}]}), "/reasons/0/text"),
    ];
    for (body, pointer) in faults {
        let refused = service.post(&path, &[], &body).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!(pointer)), "{refused:?}");
    }
    assert_eq!(service.post(&path, &[], &json!({"decision": "decline"})).await.status, 422, "without reasons");
    let nowhere = "/v1/scores/00000000-0000-7000-8000-000000000001/review";
    assert_eq!(service.post(nowhere, &[], &review("approve")).await.status, 404);
    assert_eq!(service.get(&format!("{nowhere}s")).await.status, 404);

    let once = [("idempotency-key", "once")];
    let (first, again) =
        (service.post(&path, &once, &review("decline")).await, service.post(&path, &once, &review("decline")).await);
    assert_eq!((first.status, again.status), (201, 201), "{first:?}");
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(service.post(&path, &once, &review("approve")).await.status, 422, "another request with its key");
    let all = service.get(&format!("{path}s")).await;
    assert_eq!(all.body["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reviewing_and_reading_reviews_are_rights_of_their_own() {
    let (_place, service) = Service::start().await;
    let score = scored(&service, "refer").await;
    let (make, read) = (format!("/v1/scores/{}/review", score.id()), format!("/v1/scores/{}/reviews", score.id()));
    let all_but =
        |left_out: Scope| Scope::ALL.iter().copied().filter(move |scope| scope.is_for_keys() && *scope != left_out);
    let body = review("approve").to_string().into_bytes();
    let without = key_with(service.store(), all_but(Scope::ReviewsWrite)).await;
    assert_eq!(send(&service.router, &without, Method::POST, &make, &[JSON], body.clone()).await.status, 403);
    assert_eq!(send(&service.router, &without, Method::GET, &read, &[], Vec::new()).await.body["data"], json!([]));
    let only = key_with(service.store(), [Scope::ReviewsWrite]).await;
    assert_eq!(send(&service.router, &only, Method::POST, &make, &[JSON], body).await.status, 201);
    let without = key_with(service.store(), all_but(Scope::ReviewsRead)).await;
    assert_eq!(send(&service.router, &without, Method::GET, &read, &[], Vec::new()).await.status, 403);
}
