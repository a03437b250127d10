//! The report: complete, self-contained, deterministic, and deaf to what the data would like it to say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod applicants;

use applicants::report;
use proptest::prelude::*;
use training::report::{ReportData, html};

/// Every element that is opened is closed, in order; nothing but markup of the report's own is in it.
fn check_well_formed(html: &str) {
    const VOID: [&str; 2] = ["meta", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').expect("an element that does not end");
        let inside = &rest[..end];
        let name = inside.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        if inside.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "closed out of order");
        } else if !inside.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn count(html: &str, what: &str) -> usize {
    html.matches(what).count()
}

#[test]
fn the_report_is_one_whole_file_and_the_same_every_time() {
    let data = report("german-credit");
    let page = html(&data);
    std::fs::write(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.html"), &page).unwrap();
    assert_eq!(page, html(&data));
    check_well_formed(&page);
    for chapter in
        ["summary", "card", "data", "discrimination", "calibration", "scores", "characteristics", "selection"]
            .into_iter()
            .chain(["regression", "scaling", "stability", "fairness", "reasons", "notes"])
    {
        assert!(page.contains(&format!("<a href=\"#{chapter}\">")) && page.contains(&format!("id=\"{chapter}\"")));
    }
    for loaded in ["<script", "<link", "<img", "src=", "http://", "https://", "@import", "url("] {
        assert!(!page.contains(loaded), "{loaded}");
    }
    assert!(page.len() < 1_000_000, "{}", page.len());
}

#[test]
fn every_plot_has_a_title_and_a_description_and_every_table_a_caption() {
    let page = html(&report("german-credit"));
    let plots = count(&page, "<svg");
    assert!(plots >= 14, "{plots}");
    assert_eq!(plots, count(&page, "role=\"img\""));
    assert_eq!(plots, count(&page, "<desc id="));
    assert_eq!(plots, count(&page, "<title id="));
    assert_eq!(count(&page, "<table"), count(&page, "<caption>"));
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id is there twice");
    let missing: Vec<&str> = page
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|target| ids.binary_search(target).is_err())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn figures_of_the_data_are_on_the_page() {
    let data = report("german-credit");
    let page = html(&data);
    let test = &data.samples[1];
    assert!(page.contains(&format!("test: AUC {:.3}", test.measures.auc.value)));
    let row = &test.cut_offs[5];
    assert!(page.contains(&format!("<td class=\"figure\">{:.1}%</td>", 100.0 * row.approval_rate)));
    let air = data.fairness[0].groups[1].air.unwrap().value;
    assert!(page.contains(&format!("<td class=\"figure\">{air:.3}</td>")));
    assert!(page.contains("29 CFR 1607.4(D)"));
}

#[test]
fn the_data_survives_json_and_chapters_without_data_are_left_out() {
    let data = report("german-credit");
    let json = serde_json::to_string(&data).unwrap();
    assert_eq!(serde_json::from_str::<ReportData>(&json).unwrap(), data);
    let mut bare = data;
    bare.samples.clear();
    bare.characteristics.clear();
    (bare.regression, bare.scaling, bare.reasons, bare.cross_validation) = (None, None, None, None);
    bare.fairness.clear();
    bare.stability.clear();
    bare.selection.clear();
    let page = html(&bare);
    check_well_formed(&page);
    assert!(!page.contains("#fairness") && page.contains("#card"));
}

#[test]
fn figures_that_are_no_numbers_break_nothing() {
    let mut data = report("x");
    for bin in &mut data.characteristics[0].bins {
        (bin.woe, bin.points, bin.share) = (f64::NAN, Some(f64::INFINITY), f64::NEG_INFINITY);
    }
    for point in &mut data.samples[1].curve {
        (point.score, point.goods) = (Some(f64::NAN), f64::INFINITY);
    }
    data.samples[1].gains[0].lift = f64::INFINITY;
    data.samples[1].distribution[0].to = f64::INFINITY;
    data.stability[0].stability.index = f64::INFINITY;
    let page = html(&data);
    check_well_formed(&page);
    let drawn: Vec<&str> = page.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(drawn.iter().all(|path| !path.contains("NaN") && !path.contains("inf")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the data calls itself, the elements of the page are the ones that a harmless name gives.
    #[test]
    fn names_never_become_markup(name in "(?s).{0,40}|[<>&\"'/ =a-z!-]{0,40}|</style><script>alert\\(1\\)</script>|\\]\\]>--><svg onload=x>") {
        let elements = |page: &str| -> Vec<String> {
            let starts = page.split('<').skip(1);
            starts.map(|part| part.split([' ', '>']).next().unwrap_or_default().to_owned()).collect()
        };
        // Facts without a value are left out, and so is a name of nothing.
        let page = html(&report(&format!("n{name}")));
        check_well_formed(&page);
        // Only the shortening of long labels in plots, which adds a tooltip, and names between backticks may differ.
        let known = ["title", "/title", "code", "/code"];
        let without = |page: &str| elements(page).into_iter().filter(|e| !known.contains(&e.as_str())).collect::<Vec<_>>();
        prop_assert_eq!(without(&page), without(&html(&report("harmless"))));
    }
}
