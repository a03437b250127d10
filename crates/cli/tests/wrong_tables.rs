//! Whatever a table may be: one clear error that says where and what to do, and an exit code as documented; never a panic.

mod run;

use run::{Folder, applicants, train};

/// Trains on a table of these bytes.
#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, code: i32, says: &[&str]) {
    let folder = Folder::new();
    folder.write("data.csv", bytes);
    folder.run(&train("data.csv", &[])).fails(code, says);
    assert!(!folder.path("card/scorecard.json").exists());
}

#[test]
fn files_that_are_no_tables() {
    let folder = Folder::new();
    folder.run(&train("absent.csv", &[])).fails(1, &["absent.csv", "No such file"]);
    assert_eq!(folder.names(), [""; 0], "nothing is made for data that are not there");
    std::fs::create_dir(folder.path("folder")).unwrap();
    folder.run(&train("folder", &[])).fails(3, &["folder", "is a folder"]);
    refused("", 3, &["data.csv", "is empty"]);
    refused("\n\n  \n", 3, &["is empty"]);
    refused("income,bad\n", 3, &["has a header but no rows"]);
    refused(b"\x89PNG\r\n\x1a\n....", 3, &["PNG picture"]);
    refused(b"PK\x03\x04abc", 3, &["ZIP archive or a spreadsheet"]);
    refused(b"\xff\xfei\0n\0", 3, &["UTF-16", "save the file as UTF-8"]);
    refused(b"a,bad\n\0\0,1\n", 3, &["line 2", "zero byte"]);
    refused(b"\x1f\x8b\x08\x00trash", 3, &["gzip"]);
}

#[test]
fn rows_that_do_not_fit() {
    refused("income,bad\n1,0\n2,1,7\n", 3, &["data.csv, line 3", "3 fields where the header has 2"]);
    refused("income,bad\n1,0\n2\n", 3, &["line 3", "1 field where the header has 2"]);
    refused("income,bad,income\n1,0,2\n", 3, &["line 1", "two columns are named `income`", "rename one"]);
    refused("income,,bad\n1,2,0\n", 3, &["line 1", "column 2 has no name"]);
    refused(b"name,bad\nM\xfcller,0\n", 3, &["line 2", "column `name`", "not UTF-8", "iconv"]);
    refused("income,bad\n1,0\n1e999,1\n", 3, &["line 3", "column `income`", "too large for a number"]);
    refused("income,bad\ninf,0\n2,1\n", 3, &["line 2", "column `income`", "infinite"]);
}

#[test]
fn targets_that_do_not_serve() {
    let folder = Folder::new();
    folder.write("data.csv", applicants(400));
    let with = |arguments: &[&str]| folder.run(&[&["train", "data.csv", "--out", "card"], arguments].concat());
    with(&["--target", "badd"]).fails(3, &["--target", "column `badd`", "did you mean `bad`?"]);
    with(&["--target", "region"]).fails(3, &["column `region`", "has 4 values", "--bad VALUE"]);
    with(&["--target", "bad", "--bad", "7"]).fails(3, &["no row has the bad value `7`", "`0`, `1`"]);
    with(&["--target", "bad", "--bad", "0", "--bad", "1"]).fails(3, &["all values are named as bad"]);
    with(&["--target", "bad", "--exclude", "bad"]).fails(3, &["column `bad`", "is the target"]);
    with(&[]).fails(2, &["which column holds the outcome?", "`--target bad`", "`bad` (0, 1)"]);
    refused("income,bad\n1,0\n2,0\n", 3, &["column `bad`", "one class only"]);
    refused("income,bad\n1,good\n2,fine\n", 3, &["not clear which of `fine`, `good` is bad", "--bad"]);
    refused("income,bad\n1,0\n2,1\n3,\n", 3, &["column `bad`", "1 of 3 rows has no outcome"]);
    let quick = ["--target", "region", "--bad", "north", "--bad", "west", "--bootstrap", "0", "--folds", "0"];
    with(&quick).done();
}

#[test]
fn columns_that_cannot_be_scored_are_left_out_and_said() {
    let folder = Folder::new();
    let text: String = applicants(600)
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},same,void,id\n"),
            _ => format!("{line},7,,applicant-{row}\n"),
        })
        .collect();
    folder.write("data.csv", &text);
    let ran = folder.run(&train("data.csv", &["--json"])).done().json();
    let column = |name: &str| ran["columns"].as_array().unwrap().iter().find(|c| c["name"] == name).unwrap().clone();
    assert_eq!(
        (column("same")["used_as"].as_str(), column("void")["used_as"].as_str()),
        (Some("left out"), Some("left out"))
    );
    assert!(column("same")["why"].as_str().unwrap().contains("same value in every row"));
    assert!(column("void")["why"].as_str().unwrap().contains("no value in any row"));
    assert_ne!(column("id")["used_as"], "scored");
    folder.write("data.csv", "same,bad\n7,0\n7,1\n7,0\n7,1\n");
    folder.run(&train("data.csv", &[])).fails(3, &["no column of data.csv is left to score"]);
}

#[test]
fn a_column_that_tells_the_outcome_is_refused_by_name() {
    let folder = Folder::new();
    let text: String = applicants(600)
        .lines()
        .enumerate()
        .map(|(row, line)| match (row, line.ends_with('1')) {
            (0, _) => format!("{line},recovered\n"),
            (_, bad) => format!("{line},{}\n", if bad { 3.5 } else { 0.0 }),
        })
        .collect();
    folder.write("data.csv", &text);
    folder
        .run(&train("data.csv", &[]))
        .fails(3, &["column `recovered`", "tells good from bad in every row", "--exclude"]);
    folder.run(&train("data.csv", &["--exclude", "recovered"])).done();
}

#[test]
fn ten_thousand_categories_and_extreme_numbers_are_no_obstacle() {
    let folder = Folder::new();
    let text: String = applicants(10_000)
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},code,huge\n"),
            _ => format!("{line},c{row},{}\n", ["1e308", "-1e308", "NaN", "5e-324", "0"][row % 5]),
        })
        .collect();
    folder.write("data.csv", &text);
    folder.run(&train("data.csv", &[])).done();
    let scores = folder.read("card/scores.csv");
    assert_eq!(scores.lines().count(), 10_001);
}

#[test]
fn marks_line_ends_quotes_and_delimiters_make_no_difference() {
    let folder = Folder::new();
    let plain = applicants(500).replace("north", "\"far, north\"");
    folder.write("data.csv", &plain);
    folder.run(&train("data.csv", &["--name", "x"])).done();
    let expected = folder.json("card/scorecard.json")["characteristics"].clone();
    let semicolons =
        plain.replace("\"far, north\"", "far; north").replace(',', ";").replace("far; north", "\"far, north\"");
    let tabs = plain.replace("\"far, north\"", "N").replace(',', "\t").replace('N', "far, north");
    let marked = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    let blank = format!("\n\r\n{plain}");
    for text in [semicolons, tabs, marked, blank] {
        folder.write("data.csv", &text);
        let ran = folder.run(&train("data.csv", &["--name", "x"])).done();
        assert_eq!(folder.json("card/scorecard.json")["characteristics"], expected, "{}", &text[..40]);
        assert!(ran.out.contains("500 applicants scored"), "{}", ran.out);
    }
}

#[test]
fn settings_out_of_range_name_their_flag() {
    let folder = Folder::new();
    folder.write("data.csv", applicants(300));
    let with = |flag: &str, value: &str| folder.run(&train("data.csv", &[flag, value]));
    with("--max-bins", "0").fails(3, &["--max-bins: 0 is not between 1 and 100"]);
    with("--min-share", "0.9").fails(3, &["--min-share"]);
    with("--max-p-value", "0").fails(3, &["--max-p-value"]);
    with("--max-vif", "0.5").fails(3, &["--max-vif"]);
    with("--pdo", "0").fails(3, &["--pdo"]);
    with("--decimals", "9").fails(3, &["--decimals"]);
    with("--ridge", "inf").fails(3, &["--ridge"]);
    with("--holdout", "2").fails(3, &["--holdout: 2 is not between 0 and 0.9"]);
    with("--holdout-by", "region").fails(3, &["column `region`", "no ISO 8601 date"]);
    with("--weight", "region").fails(3, &["column `region`", "weights must be numbers"]);
    with("--trend", "upwards").fails_by_usage();
    with("--trend", "incom=peak").fails(3, &["column `incom`", "did you mean `income`?"]);
    with("--exclude", "nois").fails(3, &["column `nois`", "did you mean `noise`?"]);
    with("--numeric", "region").fails(3, &["line 2", "column `region`", "is not a number"]);
    with("--dictionary", "absent.json").fails(1, &["absent.json"]);
    folder.write("wrong.json", "{\"columns\": {\"incomes\": {}}}");
    with("--dictionary", "wrong.json").fails(3, &["wrong.json", "column `incomes`", "did you mean `income`?"]);
    folder.write("wrong.json", "{\"colums\": {}}");
    with("--dictionary", "wrong.json").fails(3, &["wrong.json, line 1", "unknown field `colums`"]);
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_computed() {
    let folder = Folder::new();
    folder.write("data.csv", applicants(300));
    folder.write("taken", "a file");
    folder.run(&["train", "data.csv", "--target", "bad", "--out", "taken"]).fails(1, &["taken"]);
    folder.run(&["train", "data.csv", "--target", "bad", "--out", "/proc/nowhere"]).fails(1, &["/proc/nowhere"]);
}

impl run::Ran {
    /// Refused by the reading of the command line itself.
    #[track_caller]
    fn fails_by_usage(&self) {
        assert_eq!(self.code, 2, "{}{}", self.out, self.err);
        assert!(self.err.contains("--trend") && self.err.contains("descending"), "{}", self.err);
    }
}
