//! Rows that cannot be read or scored: counted, the first named with its line, and in no figure.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run;

use run::Folder;

const CARD: &str = "card/scorecard.json";
const VALIDATE: [&str; 4] = ["validate", CARD, "broken.csv", "--bootstrap"];

/// German Credit with a cell that is no number on line 3, a row too short on line 5, and, on line 6, an empty cell that
/// the scorecard refuses.
fn broken() -> Folder {
    let folder = Folder::trained();
    let text = folder.read("german-credit.csv");
    let duration = text.lines().next().unwrap().split(',').position(|name| name == "duration_months").unwrap();
    let with = |line: &str, cell: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[duration] = cell;
        cells.join(",")
    };
    let lines = (1..).zip(text.lines()).map(|(number, line)| match number {
        3 => with(line, "abc"),
        5 => line.rsplit_once(',').unwrap().0.to_owned(),
        6 => with(line, ""),
        _ => line.to_owned(),
    });
    folder.write("broken.csv", lines.collect::<Vec<_>>().join("\n"));
    folder
}

#[test]
fn validate_measures_the_rows_that_can_be_scored() {
    let folder = broken();
    let dictionary = folder.read("german-credit.dictionary.json");
    folder.write("broken.dictionary.json", dictionary);
    let ran = folder.run(&[&VALIDATE[..], &["0"]].concat());
    assert_eq!(ran.code, 4, "{}", ran.err);
    for said in [
        "broken.csv: 997 of 1,000 applicants",
        "3 rows could not be scored and are in no figure; the first: line 3: `duration_months`: \"abc\" where a number is",
    ] {
        assert!(ran.out.contains(said), "`{said}` is not in\n{}", ran.out);
    }
    let json = folder.run(&[&VALIDATE[..], &["0", "--json"]].concat()).json();
    assert_eq!((&json["row_errors"], &json["data"]["rows"]), (&3.into(), &997.into()));
    assert_eq!(json["samples"][0]["measures"]["rows"], 997);
    assert!(json["first_error"].as_str().unwrap().starts_with("line 3: "));
    let causes = json["data"]["left_out"].as_array().unwrap();
    assert_eq!((&causes[0]["rows"], &causes[1]["rows"]), (&2.into(), &1.into()));
    // The same rows that `score` refuses.
    let scored = folder.run(&["score", CARD, "broken.csv", "--out", "scored.csv"]);
    assert!(scored.out.contains("997 rows scored, 3 rows could not be"), "{}", scored.out);
    assert_eq!(folder.run(&[&VALIDATE[..], &["0", "--max-errors", "3"]].concat()).code, 4);
    folder
        .run(&[&VALIDATE[..], &["0", "--max-errors", "2"]].concat())
        .fails(3, &["3 rows could not be scored, more than the 2 allowed; the first: line 3"]);
}

#[test]
fn validate_needs_one_row_that_can_be_scored() {
    let folder = broken();
    let text = folder.read("broken.csv");
    let lines: Vec<&str> = text.lines().collect();
    folder.write("broken.csv", format!("{}\n\n{}\n{}\n", lines[0], lines[2], lines[4]));
    folder
        .run(&[&VALIDATE[..], &["0", "--target", "creditability", "--bad", "bad"]].concat())
        .fails(3, &["broken.csv: no row could be read; the first: line 3: `duration_months`"]);
}

#[test]
fn a_sample_without_faults_says_so() {
    let folder = Folder::trained();
    let arguments = ["validate", CARD, "german-credit.csv", "--bootstrap", "0", "--json"];
    let json = folder.run(&arguments).done().json();
    assert_eq!((&json["row_errors"], json.get("first_error")), (&0.into(), None));
    let text = folder.run(&arguments[..5]).done().out;
    assert!(text.contains("german-credit.csv: 1,000 applicants"), "{text}");
}

#[test]
fn score_tells_faults_in_one_document_where_nobody_reads_but_a_script() {
    let folder = broken();
    let ran = folder.run(&["score", CARD, "broken.csv", "--json"]);
    assert_eq!((ran.code, ran.out.lines().count(), ran.err.lines().count()), (4, 998, 1), "{}", ran.err);
    let said: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!((&said["scored"], &said["row_errors"]), (&997.into(), &3.into()));
    let faults = said["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 3);
    assert_eq!((&faults[0]["line"], &faults[0]["field"]), (&3.into(), &"duration_months".into()));
    assert_eq!(faults[0]["problem"], "\"abc\" where a number is expected");
    let ran = folder.run(&["score", CARD, "broken.csv", "--json", "--errors", "faults.csv"]);
    assert!(ran.err.contains("\"errors\":\"faults.csv\"") && !ran.err.contains("\"faults\":"), "{}", ran.err);
}
