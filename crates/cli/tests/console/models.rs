//! Models, trainings and policies: uploaded, trained, compared, tried on the past, put in force by two.

use serde_json::Value;

use crate::{axe, browser::Browser, desk::Desk, instance::data};

/// The office, where nothing comes into force without a second person.
async fn of_four_eyes() -> Desk {
    let Desk { place, instance } = Desk::open().await;
    drop(instance);
    let settings = [("PLIMSOLL_RATE_LIMIT_ADDRESS", "0".to_owned()), ("PLIMSOLL_FOUR_EYES", "on".to_owned())];
    let instance = place.start_with(&settings);
    Desk { place, instance }
}

/// What the API answers whoever is logged in.
async fn ask(browser: &Browser, path: &str) -> Value {
    browser.script(&format!("return fetch('/api{path}').then((answer) => answer.json())")).await
}

/// The id of the model in force.
async fn champion(browser: &Browser) -> String {
    let deployment = ask(browser, "/v1/deployment").await;
    deployment["champion"]["model"]["id"].as_str().unwrap_or_else(|| panic!("{deployment}")).to_owned()
}

/// Uploads the office's own model under another name; gives its path.
async fn uploaded(browser: &Browser, name: &str) -> String {
    let id = champion(browser).await;
    let mut document = ask(browser, &format!("/v1/models/{id}/document")).await;
    document["name"] = name.into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.json");
    std::fs::write(&file, document.to_string()).unwrap();
    browser.go("/console/models").await;
    browser.upload("#file", &file).await;
    browser.fill("#label", "first").await;
    browser.click("form[data-api^='POST /v1/models'] button").await;
    browser.wait_text("h1", name).await;
    browser.path().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_uploaded_by_one_proposed_by_another_and_approved_by_a_third() {
    let desk = of_four_eyes().await;
    let browser = Browser::of(&desk, "analyst").await;
    let path = uploaded(&browser, "spring").await;
    assert!(path.starts_with("/console/models/"), "{path}");
    assert!(browser.text("main").await.contains("first"), "the version label");
    assert_eq!(browser.count("form[data-api$='/activate']").await, 0, "an analyst puts nothing in force");
    assert!(browser.count("figure svg").await > 2, "bins are drawn");

    let before = champion(&browser).await;
    browser.log_in("approver").await;
    browser.go(&path).await;
    browser.click("form[data-api$='/activate'] button").await;
    browser.wait_for("dialog[open]").await;
    let enabled = browser.script("return !document.querySelector('dialog button[value=yes]').disabled").await;
    assert_eq!(enabled, false, "its name has to be typed");
    browser.mean_it(Some("spring first")).await;
    browser.wait_text("main", "Proposed by").await;
    assert_eq!(champion(&browser).await, before, "nothing changed yet");
    assert_eq!(browser.count("form[data-api$='/approve']").await, 0, "nobody approves what they proposed");

    browser.log_in("approver-2").await;
    browser.go("/console/models").await;
    browser.click("form[data-api$='/approve'] button").await;
    browser.mean_it(Some("spring first")).await;
    browser.wait_text("#announcements", "is in force").await;
    assert!(path.ends_with(&champion(&browser).await), "it is in force");
    assert!(browser.text("#main").await.contains("Another approver"), "the history names who approved");
    assert_eq!(browser.faults().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_model_is_refused_with_its_fault() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "analyst").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.pmml");
    std::fs::write(&file, "<PMML>\n<x></PMML>").unwrap();
    browser.go("/console/models").await;
    browser.upload("#file", &file).await;
    browser.click("form[data-api^='POST /v1/models'] button").await;
    browser.wait_text(".refusal", "line 2").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_trained_into_a_model_with_its_report_and_compared() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "analyst").await;
    browser.go("/console/train").await;
    browser.upload("#table", &data("german-credit.csv")).await;
    browser.wait_for("#columns-table tbody tr").await;
    let target = browser.script("return document.getElementById('target').value").await;
    assert_eq!(target, "creditability", "the likeliest outcome is chosen");
    let bad =
        browser.script("return [...document.querySelectorAll('#bad input:checked')].map((box) => box.value)").await;
    assert_eq!(bad, serde_json::json!(["bad"]));
    browser.choose("[data-column=telephone]", "exclude").await;
    browser.choose("[data-column=age_years]", "protected").await;
    browser.fill("#name", "trained in the browser").await;
    assert_eq!(axe::violations(&browser).await, Vec::<String>::new());
    browser.picture("train-columns").await;
    browser.click("#choices button[type=submit]").await;
    browser.wait_path("/console/train/").await;
    // A debug build learns for a while.
    for _ in 0..6 {
        if browser.text("main").await.contains("The table is gone") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    }
    browser.wait_text("main", "The table is gone").await;
    browser.click("main a[href$='/report']").await;
    browser.wait_text("h1", "trained in the browser").await;
    assert!(browser.text("main").await.contains("Discrimination"));
    let styled = browser.script("return getComputedStyle(document.querySelector('.page')).display").await;
    assert_ne!(styled, "inline", "its style is let in by its hash");
    assert_eq!(browser.faults().await, Vec::<String>::new());
    browser.picture("report").await;

    browser.driver().back().await.unwrap();
    browser.click("main a[href^='/console/models/']:not(.main)").await;
    browser.wait_text("h1", "trained in the browser").await;
    assert!(browser.text("main").await.contains("draft"));
    browser.click("form[action='/console/models/compare'] button").await;
    browser.wait_path("/console/models/compare").await;
    let said = browser.text("main").await;
    assert!(said.contains("AUC") && said.contains("telephone") == said.contains("not in it"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_tried_on_the_past_before_it_decides() {
    let desk = Desk::with_decisions().await;
    let browser = Browser::of(&desk, "analyst").await;
    browser.go("/console/policies").await;
    browser.click("tbody th a").await;
    browser.wait_for("#backtest-form").await;
    browser.fill("#limit", "500").await;
    browser.click("#backtest-form button").await;
    let found = browser.wait_text("#backtest-result", "Approval rate").await;
    assert!(found.contains("are compared") && found.contains("got no credit"), "{found}");
    assert!(browser.count("#backtest-result table").await == 2 && browser.count("#backtest-result .flag").await >= 2);
    assert_eq!(axe::violations(&browser).await, Vec::<String>::new());
    browser.picture("backtest").await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outcomes.csv");
    std::fs::write(&file, "applicant,bad\nx,maybe\n").unwrap();
    browser.upload("#outcomes", &file).await;
    browser.click("#backtest-form button").await;
    browser.wait_text(".refusal", "Row 2").await;
}
