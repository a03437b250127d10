//! Logging in and out, ways, the theme.

use crate::{
    axe,
    browser::Browser,
    desk::{Desk, PASSWORD},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_logs_in_where_they_wanted_to_go_and_out_again() {
    let desk = Desk::open().await;
    let browser = Browser::at(&desk).await;
    browser.go("/").await;
    assert_eq!(browser.path().await, "/console/login");
    assert!(axe::violations(&browser).await.is_empty(), "{:?}", axe::violations(&browser).await);
    browser.picture("login").await;

    browser.go("/console/login?next=%2Fconsole%3Fday%3D1").await;
    browser.fill("#name", "analyst").await;
    browser.fill("#password", "something-else-entirely").await;
    browser.click("button[type=submit]").await;
    browser.wait_text("#fault", "password is wrong").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("button[type=submit]").await;
    browser.wait_for("nav.ways").await;
    assert_eq!(browser.path().await, "/console?day=1");
    assert!(browser.text(".who").await.contains("An analyst"));

    browser.click("#log-out").await;
    browser.wait_path("/console/login").await;
    browser.go("/console").await;
    assert_eq!(browser.path().await, "/console/login", "a page after the session's end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_login_leads_nowhere_else() {
    let desk = Desk::open().await;
    let browser = Browser::at(&desk).await;
    for next in ["https://elsewhere.example/", "//elsewhere.example/console", "/console.elsewhere.example", "/docs"] {
        let next: String = next.bytes().map(|byte| format!("%{byte:02X}")).collect();
        browser.go(&format!("/console/login?next={next}")).await;
        let leads = browser.script("return document.getElementById('login').dataset.next").await;
        assert_eq!(leads, "/console", "{next}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn light_or_dark_is_chosen_and_kept() {
    let desk = Desk::open().await;
    let browser = Browser::of(&desk, "viewer").await;
    let paper = "return getComputedStyle(document.body).backgroundColor";
    browser.prefer("light").await;
    let light = browser.script(paper).await;
    browser.click("#theme").await;
    let dark = browser.script(paper).await;
    assert_ne!(light, dark);
    browser.go("/console").await;
    assert_eq!(browser.script(paper).await, dark, "kept over pages");
    browser.prefer("dark").await;
    browser.click("#theme").await;
    assert_eq!(browser.script(paper).await, light, "chosen over what is preferred");
}
