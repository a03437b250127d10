//! What holds for every page that somebody can walk to: found by following the links, so that none is forgotten.

use std::collections::{BTreeSet, VecDeque};

use crate::{axe, browser::Browser, desk::Desk};

/// Pages of one address with another id are alike: so many of each are looked at.
const ALIKE: usize = 1;
/// Width of a small telephone, in CSS pixels.
const SMALL: u32 = 360;

/// An address without its ids and its query: what kind of page it is.
fn kind(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let is_id = |part: &str| part.len() >= 20 && part.chars().all(|c| c.is_ascii_hexdigit() || c == '-' || c == ':');
    let is_place =
        |part: &str| part.split('-').all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    path.split('/').map(|part| if is_id(part) || is_place(part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

async fn links(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('a[href]')]
        .filter((a) => a.origin === location.origin && a.pathname.startsWith('/console') && !a.hasAttribute('download'))
        .map((a) => a.pathname + a.search);";
    serde_json::from_value(browser.script(script).await).unwrap()
}

/// Walks through all that a role can reach and gives what is wrong there.
async fn walk(desk: &Desk, role: &str) -> (BTreeSet<String>, Vec<String>) {
    let browser = Browser::of(desk, role).await;
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    let mut ahead = VecDeque::from(["/console".to_owned()]);
    let mut alike = std::collections::BTreeMap::<String, usize>::new();
    while let Some(path) = ahead.pop_front() {
        let count = alike.entry(kind(&path)).or_default();
        if *count >= ALIKE {
            continue;
        }
        *count += 1;
        seen.insert(kind(&path));
        browser.resize(1280, 900).await;
        browser.prefer("light").await;
        browser.go(&path).await;
        let mut say = |what: String| wrong.push(format!("{role} at {path}: {what}"));
        let status = browser.script("return performance.getEntriesByType('navigation')[0].responseStatus").await;
        if status != 200 {
            say(format!("status {status}"));
            continue;
        }
        let weight = browser.script(
            "return performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
                .filter((one) => !one.name.includes('/events')).reduce((sum, one) => sum + one.transferSize, 0)",
        );
        let weight = weight.await.as_f64().unwrap();
        if weight > 100_000.0 {
            say(format!("the first view weighs {weight} bytes"));
        }
        if browser.script("return document.querySelectorAll('h1').length").await != 1 {
            say("has not exactly one h1".to_owned());
        }
        let name = format!("{role}{}", kind(&path).replace('/', "-").replace('*', "one"));
        browser.picture(&name).await;
        for scheme in ["light", "dark"] {
            browser.prefer(scheme).await;
            for violation in axe::violations(&browser).await {
                say(format!("{scheme}: {violation}"));
            }
        }
        browser.picture(&format!("{name}-dark")).await;
        browser.resize(SMALL, 740).await;
        let sideways =
            browser.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        if sideways.as_f64().unwrap() > 0.0 {
            say(format!("is {sideways} pixels wider than a small telephone"));
        }
        for violation in axe::violations(&browser).await {
            say(format!("{SMALL} px: {violation}"));
        }
        browser.picture(&format!("{name}-small")).await;
        for fault in browser.faults().await {
            say(fault);
        }
        ahead.extend(links(&browser).await);
    }
    (seen, wrong)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_open_to_everybody_narrow_wide_light_and_dark() {
    let desk = Desk::with_decisions().await;
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for role in ["analyst", "administrator", "approver", "viewer"] {
        let (pages, faults) = walk(&desk, role).await;
        println!("{role}: {pages:?}");
        seen.extend(pages);
        wrong.extend(faults);
    }
    assert!(seen.contains("/console"), "{seen:?}");
    assert!(wrong.is_empty(), "{} faults on {} kinds of pages:\n{}", wrong.len(), seen.len(), wrong.join("\n"));
}
