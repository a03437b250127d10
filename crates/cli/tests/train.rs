//! `train`: what it writes, says and infers, and that equal inputs give equal bytes.

mod run;

use run::{Folder, applicants, train};

#[test]
fn german_credit_needs_nothing_but_its_name() {
    let folder = Folder::new();
    folder.copy_data("german-credit.csv");
    folder.copy_data("german-credit.dictionary.json");
    let ran = folder.run(&["train", "german-credit.csv"]).done();
    for said in [
        "1,000 applicants; bad where `creditability` is bad",
        "dictionary: german-credit.dictionary.json",
        "german-credit-scorecard/report.html",
        "1,000 applicants scored, with reasons",
        "protected",
        "5 folds, mean",
    ] {
        assert!(ran.out.contains(said), "`{said}` is not in\n{}", ran.out);
    }
    let scores = folder.read("german-credit-scorecard/scores.csv");
    assert_eq!(scores.lines().count(), 1001);
    assert!(
        scores.lines().next().unwrap().ends_with("creditability,score,odds,pd,reason_1,reason_2,reason_3,reason_4")
    );
    assert!(folder.read("german-credit-scorecard/report.html").starts_with("<!DOCTYPE html>"));
    let report = folder.json("german-credit-scorecard/report.json");
    assert_eq!(report["created"], "2026-01-01T00:00:00Z");
    assert_eq!(report["cross_validation"]["folds"].as_array().unwrap().len(), 5);
    assert_eq!(report["fairness"].as_array().unwrap().len(), 3);
}

#[test]
fn equal_inputs_give_equal_files_and_another_seed_another_split() {
    let folder = Folder::new();
    folder.write("data.csv", applicants(800));
    let made = |out: &str, more: &[&str]| {
        folder
            .run(&[&["train", "data.csv", "--target", "bad", "--out", out, "--bootstrap", "20"], more].concat())
            .done();
        ["scorecard.json", "report.json", "report.html", "scores.csv"].map(|name| folder.read(&format!("{out}/{name}")))
    };
    let first = made("one", &[]);
    assert!(first == made("two", &[]));
    assert_ne!(first[0], made("three", &["--seed", "2"])[0]);
    // Run again into the same folder, files are replaced and nothing is left behind.
    std::fs::write(folder.path("one/notes.txt"), "mine").unwrap();
    assert!(first == made("one", &[]));
    let mut names: Vec<String> = std::fs::read_dir(folder.path("one"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["notes.txt", "report.html", "report.json", "scorecard.json", "scores.csv"]);
}

#[test]
fn flags_settle_roles_types_and_constraints() {
    let folder = Folder::new();
    let text: String = applicants(900)
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},when,w,postcode,sex\n"),
            _ => format!(
                "{line},20{:02}-0{}-01,{},{},{}\n",
                20 + row % 5,
                1 + row % 9,
                1 + row % 2,
                100 + row % 7,
                ["f", "m"][row % 2]
            ),
        })
        .collect();
    folder.write("data.csv", &text);
    let flags = [
        "--exclude",
        "noise",
        "--protected",
        "sex",
        "--weight",
        "w",
        "--categorical",
        "postcode",
        "--holdout-by",
        "when",
        "--holdout-from",
        "2023-06-01",
        "--trend",
        "none",
        "--trend",
        "income=descending",
        "--max-bins",
        "4",
        "--decimals",
        "1",
        "--base",
        "initial",
        "--reasons",
        "mean",
        "--special",
        "-9",
        "--author",
        "Risk",
        "--selection",
        "none",
        "--min-iv",
        "0",
        "--pmml",
        "--json",
    ];
    let ran = folder.run(&train("data.csv", &flags)).done().json();
    let used: Vec<(String, String)> = ran["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["name"].as_str().unwrap().to_owned(), c["used_as"].as_str().unwrap().to_owned()))
        .collect();
    for (name, role) in [
        ("noise", "excluded"),
        ("sex", "protected"),
        ("w", "weight"),
        ("when", "date"),
        ("income", "scored"),
        ("bad", "target"),
    ] {
        assert!(used.contains(&(name.to_owned(), role.to_owned())), "{name}: {used:?}");
    }
    let card = folder.json("card/scorecard.json");
    assert_eq!(card["provenance"]["author"], "Risk");
    assert_eq!(card["reasons"]["method"], "mean");
    let income = card["characteristics"].as_array().unwrap().iter().find(|c| c["name"] == "income").unwrap().clone();
    let rates: Vec<f64> = income["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|a| a["when"].get("interval").is_some())
        .map(|a| a["statistics"]["bad_rate"].as_f64().unwrap())
        .collect();
    assert!(rates.len() <= 4 && rates.windows(2).all(|pair| pair[0] >= pair[1]), "{rates:?}");
    assert!(income["attributes"].to_string().contains("-9"));
    let settings = folder.json("card/report.json")["options"].to_string();
    assert!(settings.contains("2023-06-01") && settings.contains("max_bins"), "{settings}");
    assert!(folder.read("card/scorecard.pmml").contains("http://www.dmg.org/PMML-4_4"));
}

#[test]
fn types_are_said_and_can_be_overridden() {
    let folder = Folder::new();
    let text: String = applicants(600)
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line},balance\n"),
            _ => format!("{line},{}\n", if row % 50 == 0 { "unknown".into() } else { (row % 90).to_string() }),
        })
        .collect();
    folder.write("data.csv", &text);
    let ran = folder.run(&train("data.csv", &[])).done();
    assert!(ran.out.contains("`balance` was read as categorical, though 588 of 600 cells are numbers"), "{}", ran.out);
    let ran = folder.run(&train("data.csv", &["--missing", "unknown", "--json"])).done().json();
    let balance = ran["columns"].as_array().unwrap().iter().find(|c| c["name"] == "balance").unwrap().clone();
    assert_eq!(balance["read_as"], "numeric");
    assert_eq!(ran["row_errors"], 0);
}

#[test]
fn tables_come_from_pipes_gzip_and_with_columns_named_like_scores() {
    let folder = Folder::new();
    let text = applicants(500).replacen("noise", "score", 1);
    let ran = folder.run_with(&train("-", &[]), text.as_bytes()).done();
    assert!(ran.out.contains("500 applicants scored"), "{}", ran.out);
    assert!(folder.read("card/scores.csv").lines().next().unwrap().contains(",plimsoll_score,"));
    let expected = folder.read("card/scores.csv");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
    folder.write("data.csv.gz", packed.finish().unwrap());
    folder.run(&train("data.csv.gz", &[])).done();
    assert_eq!(folder.read("card/scores.csv"), expected);
}
