//! Backtests: a policy decides again on the past, and what changes is added up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use composed::Service;
use http::Method;
use registered::{applications, file};
use serde_json::{Value, json};

/// Applications that are scored.
const SCORED: usize = 60;

/// A service with decisions: their ids, decisions and whether each went bad.
async fn decided() -> (composed::Place, Service, Vec<(String, String, bool)>) {
    let (place, service) = Service::start().await;
    let text = file("german-credit.csv");
    let mut reader = csv::Reader::from_reader(&text[..]);
    let column = reader.headers().unwrap().iter().position(|name| name == "creditability").unwrap();
    let bad: Vec<bool> = reader.records().map(|row| row.unwrap().get(column) == Some("bad")).collect();
    let mut made = Vec::new();
    for (place, application) in applications().into_iter().take(SCORED).enumerate() {
        let body = json!({"applicant": format!("a{place}"), "application": application});
        let scored = service.post("/v1/scores", &[], &body).await;
        assert_eq!(scored.status, 201, "{scored:?}");
        let decision = scored.body["decision"].as_str().unwrap().to_owned();
        made.push((scored.id(), decision, bad[place]));
    }
    (place, service, made)
}

/// Registers a policy of one cut-off.
async fn cut_off(service: &Service, name: &str, at: f64) -> String {
    let policy = json!({
        "format": "plimsoll-policy", "format_version": 1, "name": name,
        "scores": {"bands": [
            {"name": "low", "to": at, "decision": "decline"}, {"name": "high", "from": at, "decision": "approve"},
        ]},
    });
    let made = service.post("/v1/policies", &[], &policy).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.id()
}

async fn backtest(service: &Service, policy: &str, asked: &Value) -> Value {
    let found = service.post(&format!("/v1/policies/{policy}/backtest"), &[], asked).await;
    assert_eq!(found.status, 200, "{found:?}");
    found.body
}

fn count(made: &[(String, String, bool)], decision: &str) -> usize {
    made.iter().filter(|(_, decided, _)| decided == decision).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_in_force_decides_as_it_did() {
    let (_place, service, made) = decided().await;
    let policy = service.get("/v1/deployment").await.body["champion"]["policy"]["id"].as_str().unwrap().to_owned();
    let found = backtest(&service, &policy, &json!({})).await;
    assert_eq!((&found["compared"], &found["looked_at"]), (&json!(SCORED), &json!(SCORED)), "{found}");
    assert_eq!(found["before"], found["after"]);
    assert_eq!(found["before"]["approve"], count(&made, "approve"));
    assert!(found["swaps"].as_array().unwrap().iter().all(|swap| swap["before"] == swap["after"]), "{found}");
    assert!(found["before"].get("observed_bad_rate").is_none(), "nothing is known of outcomes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_milder_policy_shows_whom_it_lets_in_and_what_is_known_of_them() {
    let (_place, service, made) = decided().await;
    let policy = cut_off(&service, "everybody", -100_000.0).await;
    // Half by score, half by the lender's reference.
    let outcome = |(place, (id, _, bad)): (usize, &(String, String, bool))| match place % 2 {
        0 => json!({"score": id, "bad": bad}),
        _ => json!({"applicant": format!("a{place}"), "bad": bad}),
    };
    let outcomes: Vec<Value> = made.iter().enumerate().map(outcome).collect();
    let found = backtest(&service, &policy, &json!({"outcomes": outcomes})).await;
    assert_eq!((&found["after"]["approve"], &found["outcomes"]), (&json!(SCORED), &json!(SCORED)), "{found}");
    assert_eq!(found["after"]["approval_rate"], 1.0);
    let share = |some: Vec<&(String, String, bool)>| some.iter().filter(|one| one.2).count() as f64 / some.len() as f64;
    let observed = found["after"]["observed_bad_rate"].as_f64().unwrap();
    assert!((observed - share(made.iter().collect())).abs() < 1e-12, "{found}");
    let approved = made.iter().filter(|one| one.1 == "approve").collect();
    let observed = found["before"]["observed_bad_rate"].as_f64().unwrap();
    assert!((observed - share(approved)).abs() < 1e-12, "{found}");
    assert!(
        found["before"]["expected_bad_rate"].as_f64().unwrap() < found["after"]["expected_bad_rate"].as_f64().unwrap()
    );
    let let_in: u64 = found["swaps"].as_array().unwrap().iter().map(|swap| swap["count"].as_u64().unwrap()).sum();
    assert_eq!(let_in, SCORED as u64);
    assert!(found["notes"].to_string().contains("got no credit"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_are_taken_and_the_erased_are_left_out() {
    let (_place, service, _) = decided().await;
    let policy = cut_off(&service, "half", 500.0).await;
    let found = backtest(&service, &policy, &json!({"limit": 10})).await;
    assert_eq!((&found["looked_at"], &found["is_cut_off"]), (&json!(10), &json!(true)), "{found}");
    let applicant = service.get("/v1/applicants?reference=a3").await.body["data"][0]["id"].as_str().unwrap().to_owned();
    let erased = service.send(Method::DELETE, &format!("/v1/applicants/{applicant}"), &[], "").await;
    assert_eq!(erased.status, 200, "{erased:?}");
    let found = backtest(&service, &policy, &json!({})).await;
    assert_eq!((&found["erased"], &found["compared"]), (&json!(1), &json!(SCORED - 1)), "{found}");
    let none = backtest(&service, &policy, &json!({"to": "2001-01-01"})).await;
    assert_eq!((&none["looked_at"], &none["compared"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_and_what_does_not_fit_is_counted() {
    let (_place, service, made) = decided().await;
    let policy = cut_off(&service, "any", 500.0).await;
    let path = format!("/v1/policies/{policy}/backtest");
    for (asked, pointer) in [
        (json!({"from": "yesterday"}), "/from"),
        (json!({"from": "2026-02-02", "to": "2026-02-01"}), "/from"),
        (json!({"limit": 0}), "/limit"),
        (json!({"outcomes": [{"bad": true}]}), "/outcomes/0"),
        (json!({"outcomes": [{"score": made[0].0, "bad": true}, {"score": made[0].0, "bad": false}]}), "/outcomes/1"),
    ] {
        let refused = service.post(&path, &[], &asked).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!(pointer)), "{refused:?}");
    }
    let nobody = service.post(&path, &[], &json!({"model": "00000000-0000-7000-8000-000000000001"})).await;
    assert_eq!(nobody.status, 404);
    let strange = json!({
        "format": "plimsoll-policy", "format_version": 1, "name": "strange",
        "rules": [{"id": "r", "effect": "refer", "when": "no_such_field > 1", "reason": {"code": "P1", "text": "x"}}],
        "scores": {"bands": [{"name": "all", "decision": "approve"}]},
    });
    let json = [("content-type", "application/json")];
    let strange = service.send(Method::POST, "/v1/policies", &json, strange.to_string()).await;
    let found = backtest(&service, &strange.id(), &json!({})).await;
    assert_eq!((&found["unfit"], &found["compared"]), (&json!(SCORED), &json!(0)), "{found}");
    assert!(found["unfit_because"].as_str().unwrap().contains("no_such_field"), "{found}");
}
