//! Notices over HTTP: from a decision on record to a letter, once it is known whom it comes from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod composed;
mod registered;

use composed::{Place, Service};
use http::Method;
use registered::{Answer, applications, key_with, send};
use serde_json::{Value, json};
use server::access::Scope;
use tempfile::TempDir;

const JSON: (&str, &str) = ("content-type", "application/json");

/// A lender's file and a folder of its templates.
fn lender(templates: &[(&str, &str)]) -> (TempDir, Place) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lender.json");
    let agency = json!({"name": "Bureau of Examples", "address": ["1 Main Street"]});
    let creditor = json!({
        "name": "Harbour Bank", "address": ["2 Quay Road", "Portsmouth"], "phone": "555-0100", "supervising_agency": agency,
    });
    std::fs::write(&file, json!({ "creditor": creditor }).to_string()).unwrap();
    let own = folder.path().join("templates");
    std::fs::create_dir(&own).unwrap();
    for (name, text) in templates {
        std::fs::write(own.join(name), text).unwrap();
    }
    let (file, own) = (file.display().to_string(), own.display().to_string());
    let place = Place::new(&[("PLIMSOLL_LENDER", &file), ("PLIMSOLL_NOTICE_TEMPLATES", &own)]);
    (folder, place)
}

/// A score with this decision, and for want of points where it is adverse.
async fn scored(service: &Service, decision: &str) -> Answer {
    for (number, application) in applications().into_iter().enumerate() {
        let body = json!({"applicant": format!("c-{number}"), "application": application});
        let answer = service.post("/v1/scores", &[], &body).await;
        if answer.body["decision"] == decision && (decision != "decline" || answer.body["decided_by"] == "score") {
            return answer;
        }
    }
    panic!("nobody is decided on with {decision}");
}

fn path(score: &Answer) -> String {
    format!("/v1/scores/{}/notice", score.id())
}

fn request() -> Value {
    json!({
        "addressee": {"name": "Alex Morgan", "address": ["3 Hill Lane"]}, "notice_date": "2100-01-02",
        "application_completed": "2000-01-01",
    })
}

/// The texts of a list's members.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|reason| reason["text"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_tells_the_reasons_of_the_score_in_three_forms() {
    let (_folder, place) = lender(&[]);
    let service = place.begin().await;
    let score = scored(&service, "decline").await;
    let made = service.post(&path(&score), &[], &request()).await;
    assert_eq!((made.status, made.header("content-type")), (201, "application/json"), "{made:?}");
    assert_eq!(made.header("plimsoll-notice-id"), made.id());
    let notice = &made.body["notice"];
    assert_eq!(notice["decision_id"], score.body["id"]);
    assert_eq!((&notice["creditor"]["name"], &notice["notice_date"]), (&json!("Harbour Bank"), &json!("2100-01-02")));
    assert_eq!(notice["deadline"]["notify_by"], "2000-01-31");
    let told = texts(&notice["principal_reasons"]);
    let reasons = texts(&score.body["reasons"]);
    assert!(!told.is_empty() && told.len() <= 4);
    assert_eq!(told, reasons[..told.len()], "the reasons of the score, in its order");
    assert_eq!(notice["decided_by"], "score");

    let form = async |accept| service.post(&path(&score), &[("accept", accept)], &request()).await;
    let html = form("text/html").await;
    assert_eq!((html.status, html.header("content-type")), (201, "text/html; charset=utf-8"), "{html:?}");
    assert!(html.header("content-security-policy").contains("default-src 'none'"));
    let text = form("text/plain").await;
    assert_eq!((text.status, text.header("content-type")), (201, "text/plain; charset=utf-8"));
    for letter in [&html, &text] {
        let letter = std::str::from_utf8(&letter.bytes).unwrap();
        let words = letter.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("Harbour Bank") && words.contains("Alex Morgan"), "{letter}");
        for reason in &told {
            assert!(words.contains(reason), "`{reason}` is not in {letter}");
        }
    }
    assert_eq!(form("image/png").await.status, 406);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_adverse_decisions_have_a_notice() {
    let (_folder, place) = lender(&[]);
    let service = place.begin().await;
    for decision in ["approve", "refer"] {
        let score = scored(&service, decision).await;
        let refused = service.post(&path(&score), &[], &request()).await;
        assert_eq!((refused.status, &refused.body["type"]), (409, &json!("/problems/conflict")), "{refused:?}");
    }
    let declined = scored(&service, "decline").await;
    let review = |decision: &str| json!({"decision": decision, "reasons": [{"code": "H1", "text": "We could not verify your income"}]});
    let reviews = |score: &Answer| format!("/v1/scores/{}/review", score.id());
    assert_eq!(service.post(&reviews(&declined), &[], &review("approve")).await.status, 201);
    assert_eq!(service.post(&path(&declined), &[], &request()).await.status, 409, "overturned");
    let approved = scored(&service, "approve").await;
    assert_eq!(service.post(&reviews(&approved), &[], &review("decline")).await.status, 201);
    let made = service.post(&path(&approved), &[], &request()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(texts(&made.body["notice"]["principal_reasons"]), ["We could not verify your income"], "the person's");
    let nowhere = "/v1/scores/00000000-0000-7000-8000-000000000001/notice";
    assert_eq!(service.post(nowhere, &[], &request()).await.status, 404);
    let refused = service.post(&path(&approved), &[], &json!({"notice_date": "tomorrow"})).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["pointer"]), (422, &json!("/notice_date")));

    // Without a policy nobody decides.
    let model = service.get("/v1/deployment").await.body["champion"]["model"]["id"].as_str().unwrap().to_owned();
    let activated = service.post(&format!("/v1/models/{model}/activate"), &[], &json!({"policy": null})).await;
    assert_eq!(activated.status, 200, "{activated:?}");
    let undecided = service.post("/v1/scores", &[], &json!({"application": applications()[0]})).await;
    assert_eq!(service.post(&path(&undecided), &[], &request()).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_letter_is_the_lenders_where_it_has_templates() {
    let own = "{% extends 'plimsoll/notice.txt' %}{% block closing %}Fair winds,\n{{ creditor.name }}{% endblock %}";
    let (_folder, place) = lender(&[("notice.txt", own)]);
    let service = place.begin().await;
    let score = scored(&service, "decline").await;
    let made = service.post(&path(&score), &[], &request()).await;
    assert!(made.body["text"].as_str().unwrap().contains("Fair winds,"), "{made:?}");
    assert!(!made.body["html"].as_str().unwrap().contains("Fair winds,"), "which has no template of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_repeatable_recorded_sealed_and_a_right_of_its_own() {
    let (_folder, place) = lender(&[]);
    let service = place.begin().await;
    let score = scored(&service, "decline").await;
    let once = ("idempotency-key", "once");
    let first = service.post(&path(&score), &[once], &request()).await;
    assert_eq!(first.status, 201);
    assert_eq!(service.post(&path(&score), &[once], &request()).await.bytes, first.bytes);
    let letter = service.post(&path(&score), &[once, ("accept", "text/plain")], &request()).await;
    assert_eq!(std::str::from_utf8(&letter.bytes).unwrap(), first.body["text"].as_str().unwrap(), "in another form");
    assert_eq!(service.post(&path(&score), &[once], &json!({})).await.status, 422, "another request with its key");
    let entries = service.store().entries_after(&store::Cursors::new(), 100_000).await.unwrap();
    let notices: Vec<_> = entries.iter().filter(|entry| entry.body.contains("\"kind\":\"notice\"")).collect();
    assert_eq!(notices.len(), 1, "once");
    assert!(notices[0].body.contains(&score.id()) && !notices[0].body.contains("Morgan"));
    let others = Scope::ALL.iter().copied().filter(|scope| scope.is_for_keys() && *scope != Scope::NoticesWrite);
    let key = key_with(service.store(), others).await;
    let body = request().to_string().into_bytes();
    assert_eq!(send(&service.router, &key, Method::POST, &path(&score), &[JSON], body).await.status, 403);

    // An applicant who is erased gets no letter, and none is kept.
    let reference = score.body["applicant"].as_str().unwrap();
    let found = service.get(&format!("/v1/applicants?reference={reference}")).await;
    let applicant = found.body["data"][0]["id"].as_str().unwrap();
    let erased = service.send(Method::DELETE, &format!("/v1/applicants/{applicant}"), &[], "").await;
    assert!(erased.status < 300, "{erased:?}");
    assert_eq!(service.post(&path(&score), &[], &request()).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_letter_from_a_lender_that_is_not_described() {
    let (_place, service) = Service::start().await;
    let score = scored(&service, "decline").await;
    let refused = service.post(&path(&score), &[], &request()).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body["detail"].as_str().unwrap().contains("PLIMSOLL_LENDER"), "{refused:?}");
}
