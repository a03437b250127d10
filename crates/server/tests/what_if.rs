//! What a score would be: the same as scoring gives, recorded nowhere; changes that are proposed are approved.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use composed::Service;
use registered::{Answer, applications};
use serde_json::{Value, json};

const ASK: &str = "/v1/scores:what-if";

/// An application that the policy declines or refers.
async fn not_approved(service: &Service) -> (Value, Answer) {
    for application in applications() {
        let answer = service.post(ASK, &[], &json!({ "application": application })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.body["decision"] != "approve" && !answer.body["changes"]["ways"].as_array().unwrap().is_empty() {
            return (application, answer);
        }
    }
    panic!("all are approved, or nothing would help any")
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_what_scoring_gives_and_nothing_is_recorded() {
    let (_place, service) = Service::start().await;
    let heads = service.get("/v1/ledger/heads").await.body;
    let (application, asked) = not_approved(&service).await;
    assert_eq!(asked.body["recorded"], false);
    assert_eq!(service.get("/v1/ledger/heads").await.body, heads, "no entry was made");
    assert!(service.all("/v1/scores").await.0.is_empty());

    let scored = service.post("/v1/scores", &[], &json!({ "application": application })).await;
    for member in [
        "score",
        "odds",
        "probability_of_bad",
        "decision",
        "decided_by",
        "band",
        "rules",
        "reasons",
        "items",
        "model",
        "policy",
    ] {
        assert_eq!(asked.body[member], scored.body[member], "{member}");
    }
    let brought = asked.body["contributions"].as_array().unwrap();
    let matched = scored.body["attributes"].as_array().unwrap();
    assert_eq!(brought.len(), matched.len());
    for (brought, matched) in brought.iter().zip(matched) {
        for member in ["characteristic", "attribute", "points", "lost"] {
            assert_eq!(brought[member], matched[member], "{brought}");
        }
        let number = |member: &str| {
            brought[member].as_f64().unwrap_or_else(|| brought[member].as_str().unwrap().parse().unwrap())
        };
        assert!((number("baseline") - number("points") - number("lost")).abs() < 1e-9, "{brought}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn proposed_changes_are_approved_when_they_are_made() {
    let (_place, service) = Service::start().await;
    let (application, asked) = not_approved(&service).await;
    let ways = asked.body["changes"]["ways"].as_array().unwrap();
    let mut counts = Vec::new();
    for way in ways {
        let fields = way["fields"].as_array().unwrap();
        counts.push(fields.len());
        let mut change = serde_json::Map::new();
        for field in fields {
            let name = field["field"].as_str().unwrap();
            assert_eq!(field["from"], application[name], "{field}");
            assert_ne!(field["from"], field["to"]);
            change.insert(name.to_owned(), field["to"].clone());
        }
        let made = service.post(ASK, &[], &json!({ "application": application, "change": change })).await;
        assert_eq!((&made.body["decision"], &made.body["score"]), (&json!("approve"), &way["score"]), "{way}");
        assert_eq!(made.body["changes"]["ways"], json!([]), "approved as it is");
    }
    assert!(counts.is_sorted() && counts.iter().all(|count| (1..=3).contains(count)), "{counts:?}");

    // What is fixed is left alone.
    let first = ways[0]["fields"][0]["field"].as_str().unwrap();
    let without = service.post(ASK, &[], &json!({ "application": application, "fixed": [first] })).await;
    let used =
        without.body["changes"]["ways"].as_array().unwrap().iter().flat_map(|way| way["fields"].as_array().unwrap());
    assert!(used.clone().all(|field| field["field"] != first), "{without:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_evaluated_is_refused_with_its_place() {
    let (_place, service) = Service::start().await;
    let mut application = applications()[0].clone();
    application["age_years"] = json!("old");
    let wrong = service.post(ASK, &[], &json!({ "application": application })).await;
    assert_eq!(
        (wrong.status, &wrong.body["errors"][0]["pointer"]),
        (422, &json!("/application/age_years")),
        "{wrong:?}"
    );
    let unknown = service.post(ASK, &[], &json!({ "application": applications()[0], "fixed": ["shoe_size"] })).await;
    assert_eq!((unknown.status, &unknown.body["errors"][0]["pointer"]), (422, &json!("/fixed/0")), "{unknown:?}");
    assert_eq!(service.post(ASK, &[], &json!({ "change": {} })).await.status, 422);
}
