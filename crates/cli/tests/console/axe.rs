//! axe-core, which finds what keeps people with disabilities out; from npm, by `cargo xtask setup`.

use std::{fs, path::Path};

use crate::browser::Browser;

/// Rules of WCAG 2.0 to 2.2, levels A and AA, and what axe calls best practice.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then((found) => done(found.violations.map((one) =>
        `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html.slice(0, 160) + ' ' + node.any.concat(node.all).map((c) => c.message).join('; ')).slice(0, 3).join(' | ')}`)))
      .catch((error) => done([String(error)]));";

/// What axe finds wrong with the page at hand.
pub(crate) async fn violations(browser: &Browser) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/axe/package/axe.min.js");
    let source = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask setup` fetches it", file.display()));
    // By the driver, which the page's content policy does not hold for.
    browser.driver().execute(&source, Vec::new()).await.unwrap();
    let found = browser.driver().execute_async(RUN, Vec::new()).await.unwrap();
    serde_json::from_value(found).unwrap()
}
