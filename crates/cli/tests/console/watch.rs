//! Batches, applicants, keys, users, the ledger, and who is refused where.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use load::{Book, Pace, Plan};

use crate::{browser::Browser, desk::Desk, instance::applications};

/// Pages, each with a role that may not see it.
const REFUSED: &[(&str, &str)] = &[
    ("viewer", "/console/applicants"),
    ("viewer", "/console/keys"),
    ("viewer", "/console/users"),
    ("viewer", "/console/webhooks"),
    ("viewer", "/console/settings"),
    ("analyst", "/console/keys"),
    ("analyst", "/console/users"),
    ("approver", "/console/settings"),
];

/// The ids that stand in links to pages below an address.
async fn first_below(browser: &Browser, address: &str) -> String {
    let script = format!(
        "return [...document.querySelectorAll('main a[href^=\"{address}/\"]')].map((a) => a.pathname)[0] ?? ''"
    );
    browser.script(&script).await.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_sent_scored_and_taken_home() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "analyst").await;
    let mut text = String::new();
    for number in 0..30 {
        let mut request = Vec::new();
        applications().write("b", number, &mut request);
        let mut request: serde_json::Value = serde_json::from_slice(&request).unwrap();
        let mut application = request["application"].take();
        application["customer"] = request["applicant"].take();
        text.push_str(&format!("{application}\n"));
    }
    text.push_str("no JSON\n");
    let file = desk.place.data().join("applications.ndjson");
    std::fs::write(&file, text).unwrap();

    browser.go("/console/batches").await;
    browser.upload("#file", &file).await;
    browser.fill("#reference", "customer").await;
    browser.click("form[data-api^=POST] button[type=submit]").await;
    let path = browser.wait_path("/console/batches/").await;
    // Without a reload: the page follows.
    let text = browser.wait_text("main", "completed").await;
    assert!(text.contains("30") && text.contains("What could not be scored"), "{text}");
    browser.picture("batch-completed").await;

    browser.click("a[href$='only=failed']").await;
    let began = Instant::now();
    let failed = loop {
        let found = std::fs::read_dir(&browser.downloads).unwrap().filter_map(Result::ok);
        let done = found.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "ndjson"));
        if let Some(done) = done {
            break std::fs::read_to_string(done).unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nothing was downloaded");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(failed.lines().count() == 1 && failed.contains("\"line\":31"), "{failed}");
    let (_, found) = desk.ask("/v1/scores?applicant=b-7").await;
    assert_eq!(found["data"].as_array().unwrap().len(), 1, "found by the reference in the file");

    // A viewer sees it and cannot send one.
    browser.log_in("viewer").await;
    browser.go(&path).await;
    browser.wait_text("main", "completed").await;
    browser.go("/console/batches").await;
    assert_eq!(browser.count("#file").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_is_erased_by_typing_the_reference() {
    let desk = Desk::with_decisions().await;
    let browser = Browser::of(&desk, "administrator").await;
    browser.go("/console/applicants").await;
    let person = first_below(&browser, "/console/applicants").await;
    browser.go(&person).await;
    let name = browser.script("return document.querySelector('form[data-confirm]').dataset.name").await;
    let name = name.as_str().unwrap().to_owned();
    browser.choose("#reason", "order").await;
    browser.click("button.danger").await;
    browser.wait_for("dialog[open]").await;
    browser.fill("dialog[open] input", "somebody else").await;
    let is_closed = browser.script("return document.querySelector('dialog button.danger').disabled").await;
    assert_eq!(is_closed, true, "another name does not do");
    browser.mean_it(Some(&name)).await;
    browser.wait_text("#announcements", "erased").await;
    browser.go(&person).await;
    browser.wait_text("main", "erased").await;
    let status = browser.script("return performance.getEntriesByType('navigation')[0].responseStatus").await;
    assert_eq!(status, 410);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_made_used_and_revoked() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "administrator").await;
    browser.go("/console/keys").await;
    if browser.count("details:not([open]) > summary").await > 0 {
        browser.click("summary").await;
    }
    browser.fill("#name", "web shop").await;
    browser.click("input[value='monitoring:read']").await;
    browser.click("form[data-secret] button[type=submit]").await;
    browser.wait_for("dialog[open] #secret").await;
    let secret = browser.script("return document.querySelector('#secret').value").await;
    let secret = secret.as_str().unwrap().to_owned();
    assert!(secret.starts_with("plim_"), "{secret}");
    let status = async |path: &str| {
        let script = format!(
            "return (await fetch('/api{path}', {{ credentials: 'omit', headers: {{ Authorization: 'Bearer {secret}' }} }})).status"
        );
        browser.script(&script).await
    };
    assert_eq!(status("/v1/monitoring").await, 200);
    assert_eq!(status("/v1/users").await, 403);
    browser.click("dialog[open] button[value=done]").await;
    browser.wait_text("main table", "web shop").await;
    assert!(!browser.driver().source().await.unwrap().contains(&secret), "it is shown once");

    let key = browser
        .script(
            "return [...document.querySelectorAll('main tbody a')].find((a) => a.textContent === 'web shop').pathname",
        )
        .await;
    browser.go(key.as_str().unwrap()).await;
    browser.click("button.danger").await;
    browser.mean_it(Some("web shop")).await;
    browser.wait_text("#announcements", "revoked").await;
    assert_eq!(status("/v1/monitoring").await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_made_and_logs_in() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "administrator").await;
    browser.go("/console/users").await;
    browser.click("summary").await;
    browser.fill("#login", "ada").await;
    browser.fill("#name", "Ada Lovelace").await;
    browser.choose("#role", "analyst").await;
    browser.fill("#password", crate::desk::PASSWORD).await;
    browser.click("form[data-api='POST /v1/users'] button[type=submit]").await;
    let page = browser.wait_path("/console/users/").await;
    browser.wait_text("h1", "Ada Lovelace").await;
    browser.log_in("ada").await;
    assert!(browser.text(".who").await.contains("analyst"));
    browser.go("/console/account").await;
    assert!(browser.text("main").await.contains("scores:write"));

    browser.log_in("administrator").await;
    browser.go(&page).await;
    browser.choose("#disabled", "true").await;
    browser.click("form[data-api^=PATCH] button[type=submit]").await;
    browser.wait_text("#announcements", "changed").await;
    browser.wait_text("main", "disabled").await;
    browser.go("/console/login").await;
    browser.fill("#name", "ada").await;
    browser.fill("#password", crate::desk::PASSWORD).await;
    browser.click("button[type=submit]").await;
    browser.wait_text("#fault", "disabled").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_is_verified_in_the_page() {
    let desk = Desk::with_decisions().await;
    let browser = Browser::of(&desk, "viewer").await;
    browser.go("/console/ledger").await;
    browser.click("#verify-all").await;
    let text = browser.wait_text("#verify-result", "Sound.").await;
    browser.picture("ledger-verified").await;
    let entries: u64 = desk.ask("/v1/ledger/heads").await.1["heads"][0]["size"].as_u64().unwrap();
    let said: String = text.chars().take_while(|c| *c != 'e').filter(char::is_ascii_digit).collect();
    assert!(said.parse::<u64>().unwrap() >= entries.min(10), "{text}");
    let entry = first_below(&browser, "/console/ledger").await;
    browser.go(&entry).await;
    browser.wait_for("main table, main pre").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_not_is_refused_by_the_service() {
    let desk = Desk::open().await;
    let browser = Browser::at(&desk).await;
    for role in ["viewer", "analyst", "approver"] {
        browser.log_in(role).await;
        for (_, path) in REFUSED.iter().filter(|(refused, _)| *refused == role) {
            assert_eq!(browser.count(&format!("nav a[href='{path}']")).await, 0, "{role} sees the way to {path}");
            browser.go(path).await;
            let status = browser.script("return performance.getEntriesByType('navigation')[0].responseStatus").await;
            assert_eq!(status, 403, "{role} {path}");
            browser.wait_text("main", "needs the right").await;
            browser.go("/console").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_overview_follows_what_happens() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "viewer").await;
    browser.go("/console").await;
    browser.wait_text("#live-figures", "nothing yet").await;
    let plan = Plan {
        target: desk.place.scores(desk.instance.address),
        connections: 1,
        pace: Pace::Closed,
        duration: Duration::from_millis(200),
        only_unanswered: false,
    };
    load::run(plan, &applications(), &Arc::new(Book::keeping("live"))).await;
    browser.wait_text("#live-figures .tiles", "(this instance)").await;
    browser.picture("overview-live").await;
}
