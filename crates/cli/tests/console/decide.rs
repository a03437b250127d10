//! Score and Decisions: an application is tried, scored, found again, examined, reviewed, told of.

use serde_json::{Value, json};

use crate::{browser::Browser, desk::Desk};

/// The id of the best score that the policy decided so: not far from another decision.
async fn decided(desk: &Desk, decision: &str) -> String {
    let (status, found) = desk.ask(&format!("/v1/scores?decision={decision}&limit=200")).await;
    assert_eq!(status, 200, "{found}");
    let score = |one: &Value| one["score"].to_string().trim_matches('"').parse::<f64>().unwrap();
    let all = found["data"].as_array().unwrap();
    let best = all.iter().max_by(|a, b| score(a).total_cmp(&score(b)));
    best.unwrap_or_else(|| panic!("no {decision}"))["id"].as_str().unwrap().to_owned()
}

/// Entries in all chains.
async fn entries(desk: &Desk) -> u64 {
    let (_, heads) = desk.ask("/v1/ledger/heads").await;
    heads["heads"].as_array().unwrap().iter().map(|head| head["size"].as_u64().unwrap()).sum()
}

/// What the API answers the browser's user: the status.
async fn asks(browser: &Browser, method: &str, path: &str, body: &Value) -> Value {
    let script = format!(
        "return fetch('/api{path}', {{ method: '{method}', headers: {{ 'Content-Type': 'application/json',
            'X-CSRF-Token': document.querySelector('meta[name=csrf-token]').content }},
            body: {body} === null ? undefined : JSON.stringify({body}) }}).then((answer) => answer.status)"
    );
    browser.script(&script).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_moves_the_score_and_only_scoring_is_recorded() {
    let desk = Desk::with_decisions().await;
    let browser = Browser::of(&desk, "analyst").await;
    browser.go("/console/score").await;
    browser.click("#example").await;
    browser.wait_for("#verdict").await;
    browser.wait_text("#said", "What if: score").await;

    // An application that was declined: the smallest change that approves is put in.
    let declined = decided(&desk, "decline").await;
    browser.go(&format!("/console/score?like={declined}")).await;
    browser.wait_text("#verdict", "decline").await;
    let before = entries(&desk).await;
    browser.picture("score-what-if").await;
    browser.click(".ways-to-approve button").await;
    browser.wait_text("#verdict", "approve").await;
    assert!(browser.text("#verdict .moved").await.contains("by the last change"));
    assert_eq!(browser.faults().await, Vec::<String>::new());
    browser.fill("[data-field=duration_months]", "a while").await;
    browser.wait_text("#outcome", "where a number is expected").await;
    browser.fill("[data-field=duration_months]", "12").await;
    browser.wait_for("#verdict").await;
    assert_eq!(entries(&desk).await, before, "nothing was recorded");

    browser.fill("#applicant", "walk-in-1").await;
    browser.click("#application button[type=submit]").await;
    browser.wait_path("/console/decisions/").await;
    browser.wait_text("h1", "Decision on walk-in-1").await;
    assert_eq!(entries(&desk).await, before + 1);
    assert!(browser.text("main").await.contains("Evaluated again: the same."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_application_says_which_field_is_at_fault() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "analyst").await;
    browser.go("/console/score").await;
    browser.click("#example").await;
    browser.wait_for("#verdict").await;
    browser.fill("[data-field=duration_months]", "long").await;
    browser.click("#application button[type=submit]").await;
    browser.wait_text("#application .fault", "where a").await;
    assert_eq!(browser.script("return document.activeElement.dataset.field").await, "duration_months");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_are_filtered_and_paged() {
    let desk = Desk::with_decisions().await;
    let browser = Browser::of(&desk, "viewer").await;
    browser.go("/console/decisions").await;
    let all = browser.count("tbody tr").await;
    assert!(all > 10, "{all}");
    if all == 50 {
        browser.click("a[rel=next]").await;
        browser.wait_text("caption", "Older ones").await;
        assert!(browser.count("tbody tr").await > 0);
        browser.go("/console/decisions").await;
    }
    browser.choose("#decision", "decline").await;
    browser.click(".filters button[type=submit]").await;
    browser.wait_path("/console/decisions?").await;
    let flags = browser.count("tbody .flag").await;
    assert!(flags > 0 && browser.count("tbody .flag.decline").await == flags);
    browser.fill("#applicant", "nobody-has-this-reference").await;
    browser.click(".filters button[type=submit]").await;
    browser.wait_text("main .note", "Nothing on record is like that").await;
    browser.go("/console/decisions?min_score=abc").await;
    assert!(browser.text("main").await.contains("must be a number"));
    browser.go("/console/decisions").await;
    browser.click("tbody tr th a").await;
    browser.wait_path("/console/decisions/").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_proves_and_is_shown_as_far_as_the_role_may_see() {
    let desk = Desk::with_decisions().await;
    let id = decided(&desk, "decline").await;
    let browser = Browser::of(&desk, "analyst").await;
    browser.go(&format!("/console/decisions/{id}")).await;
    if browser.text("#main").await.contains("No checkpoint gathers this entry yet") {
        browser.click("form[data-api*=proof] button").await;
    }
    let page = browser.wait_text("#main", "In the ledger: proved.").await;
    assert_eq!(page.matches(": holds").count(), 4, "{page}");
    assert!(page.contains("Evaluated again: the same.") && page.contains("months"), "{page}");
    assert_eq!(asks_for(&browser, &format!("/v1/ledger/entries/{id}/proof")).await, "plimsoll-ledger-proof");
    browser.picture("decision").await;

    let viewer = Browser::of(&desk, "viewer").await;
    viewer.go(&format!("/console/decisions/{id}")).await;
    let page = viewer.text("#main").await;
    assert!(page.contains("applicants:read") && page.contains("Points by characteristic"), "{page}");
    assert_eq!(viewer.count("form[data-api*=review]").await, 0);
    let review = json!({ "decision": "approve", "reasons": [{ "code": "X", "text": "Because" }] });
    assert_eq!(asks(&viewer, "POST", &format!("/v1/scores/{id}/review"), &review).await, 403);
    viewer.go("/console/score").await;
    assert!(viewer.text("main").await.contains("scores:write"));
    let what_if = "return fetch('/console/score/what-if', { method: 'POST', body: '{\"application\":{}}',
        headers: { 'Content-Type': 'application/json' } }).then((answer) => answer.status)";
    assert_eq!(viewer.script(what_if).await, 403);
    browser.go("/console/score").await;
    assert_eq!(browser.script(what_if).await, 403, "without the session's token");
}

/// The format of a document that the API gives the browser's user.
async fn asks_for(browser: &Browser, path: &str) -> Value {
    browser
        .script(&format!("return fetch('/api{path}').then((answer) => answer.json()).then((one) => one.format)"))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approver_overrides_and_a_notice_is_made() {
    let mut desk = Desk::with_decisions().await;
    let lender = desk.place.data().join("lender.json");
    let creditor = json!({ "creditor": { "name": "Harbour Bank", "address": ["1 Quay", "Port"],
        "supervising_agency": { "name": "Agency", "address": ["2 Street"] } } });
    std::fs::write(&lender, creditor.to_string()).unwrap();
    drop(desk.instance);
    let settings = [("PLIMSOLL_RATE_LIMIT_ADDRESS", "0".to_owned()), ("PLIMSOLL_LENDER", lender.display().to_string())];
    desk.instance = desk.place.start_with(&settings);
    let id = decided(&desk, "decline").await;

    let browser = Browser::of(&desk, "approver").await;
    browser.go(&format!("/console/decisions/{id}")).await;
    browser.click("details:has(form[data-api*=notice]) > summary").await;
    browser.fill("#addressee", "Ada Mast").await;
    browser.fill("#address", "3 Lane\nPort").await;
    browser.click("form[data-api*=notice] button[type=submit]").await;
    browser.wait_path(&format!("/console/decisions/{id}/notices/")).await;
    let letter = browser.wait_text(".letter", "Ada Mast").await;
    assert!(letter.contains("Harbour Bank"), "{letter}");
    browser.picture("notice").await;

    browser.go(&format!("/console/decisions/{id}")).await;
    browser.click("details:has(form[data-api*=review]) > summary").await;
    browser.choose("#review-decision", "approve").await;
    browser.fill("#code-0", "M01").await;
    browser.fill("#text-0", "Income was verified in person").await;
    browser.fill("#note", "Payslips seen").await;
    browser.click("form[data-api*=review] button[type=submit]").await;
    let page = browser.wait_text("#main", "overrides the system’s decision").await;
    assert!(page.contains("Stands after review") && page.contains("Payslips seen"), "{page}");
    assert_eq!(browser.faults().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_decision_on_an_erased_person_still_proves() {
    let desk = Desk::with_decisions().await;
    let analyst = Browser::of(&desk, "analyst").await;
    analyst.go("/console/score").await;
    analyst.click("#example").await;
    analyst.wait_for("#verdict").await;
    analyst.fill("#applicant", "to-be-erased").await;
    analyst.click("#application button[type=submit]").await;
    let path = analyst.wait_path("/console/decisions/").await;
    let administrator = Browser::of(&desk, "administrator").await;
    let found = "return fetch('/api/v1/applicants?reference=to-be-erased').then((answer) => answer.json())";
    let found = administrator.script(found).await;
    let applicant = found["data"][0]["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned();
    let erased =
        asks(&administrator, "DELETE", &format!("/v1/applicants/{applicant}?reason=request"), &json!(null)).await;
    assert!([200, 202, 204].contains(&erased.as_u64().unwrap()), "{erased}");
    administrator.go(&path).await;
    if administrator.text("#main").await.contains("No checkpoint gathers this entry yet") {
        administrator.click("form[data-api*=proof] button").await;
    }
    let page = administrator.wait_text("#main", "In the ledger: proved.").await;
    assert!(page.contains("The person was erased") && page.contains("Not evaluated again"), "{page}");
    assert!(!page.contains("to-be-erased"), "{page}");
}
