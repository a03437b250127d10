//! What results look like: columns that fit what they hold, and names that join.

mod run;

use run::{Folder, applicants};

const CARD: &str = "card/scorecard.json";

#[test]
fn columns_are_as_wide_as_what_they_hold() {
    let folder = Folder::new();
    folder.write("data.csv", applicants(600));
    let out = "a-folder-with-a-name-that-is-rather-long/scorecard";
    let arguments = ["train", "data.csv", "--target", "bad", "--out", out, "--bootstrap", "0", "--sql", "postgresql"];
    let ran = folder.run(&arguments).done();
    let written: Vec<&str> = ran.out.lines().skip_while(|line| *line != "Written").skip(1).take(5).collect();
    let places: Vec<usize> = written.iter().map(|line| line.trim_start().find("  ").unwrap()).collect();
    let longest = written.iter().map(|line| line.trim().split("  ").next().unwrap().len()).max().unwrap();
    assert!(places.contains(&longest), "{written:?}");
    let starts = |line: &&str| line.len() - line.rsplit("  ").next().unwrap().len();
    assert!(written.iter().all(|line| starts(line) == starts(&written[0])), "{written:?}");
    let shown = folder.run(&["inspect", &format!("{out}/scorecard.json")]).done().out;
    let line = shown.lines().find(|line| line.starts_with("cross_validated_auc")).unwrap();
    assert!(line.starts_with("cross_validated_auc  0."), "{line}");
}

#[test]
fn explanations_join_with_the_points_of_scored_files() {
    let folder = Folder::trained();
    let explained = folder.run(&["explain", CARD, "german-credit.csv", "--row", "1", "--json"]).done().json();
    let scored = folder.run(&["score", CARD, "german-credit.csv", "--points"]).done().out;
    let header = scored.lines().next().unwrap();
    for line in explained["characteristics"].as_array().unwrap() {
        let name = line["name"].as_str().unwrap();
        assert!(header.contains(&format!(",points_{name}")), "{name}");
    }
}

#[test]
fn no_shift_has_no_sign() {
    let folder = Folder::trained();
    let ran = folder.run(&["monitor", CARD, "german-credit.csv"]);
    assert!(!ran.out.contains("-0.0\n") && !ran.out.contains("+0.0\n"), "{}", ran.out);
}
