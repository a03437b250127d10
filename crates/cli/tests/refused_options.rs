//! Options that would do nothing, or cannot mean what they say: refused with the option's name and the reason.

mod run;

use run::{Folder, applicants, train};

const CARD: &str = "card/scorecard.json";

#[test]
fn options_of_another_format_are_not_passed_over() {
    let folder = Folder::trained();
    let with = |arguments: &[&str]| folder.run(&[&["convert", CARD], arguments].concat());
    with(&["--to", "json", "--pdo", "20", "--points", "600", "--odds", "50", "--name", "zz", "--refuse-unlisted"])
        .fails(2, &["--name, --pdo, --points, --odds, --refuse-unlisted: only with `--from`"]);
    with(&["--to", "json", "--type", "a=numeric"]).fails(2, &["--type: only with `--from`"]);
    with(&["--to", "json", "--keys", "id", "--table", "t"])
        .fails(2, &["--table, --keys: only with `--to sql`", "JSON"]);
    with(&["--out", "x.pmml", "--dialect", "postgresql"]).fails(2, &["--dialect: only with `--to sql`", "PMML"]);
    assert!(!folder.path("x.pmml").exists());
    let sql = with(&["--to", "sql", "--dialect", "sqlite", "--keys", "id"]).done();
    assert!(sql.out.contains("applications"), "{}", sql.out);
}

#[test]
fn inspect_shows_one_thing_at_a_time() {
    let folder = Folder::trained();
    folder.copy_data("german-credit.policy.json");
    let policy = "german-credit.policy.json";
    let with = |arguments: &[&str]| folder.run(&[&["inspect"], arguments].concat());
    with(&[CARD, "--policy", policy, "--points"]).fails(2, &["--points: not together with `--policy`"]);
    with(&[CARD, "--policy", policy, "--schema"]).fails(2, &["--schema: not together with `--policy`"]);
    with(&[CARD, "--schema", "--points"]).fails(2, &["--points: not together with `--schema`"]);
    with(&[policy, "--points"]).fails(2, &["--points: german-credit.policy.json is a policy"]);
    with(&[CARD, "--policy", policy]).done();
}

#[test]
fn a_trend_is_for_numbers() {
    let folder = Folder::new();
    folder.write("data.csv", applicants(400));
    let with = |arguments: &[&str]| folder.run(&train("data.csv", arguments));
    with(&["--trend", "region=descending"]).fails(3, &["--trend: column `region`", "for numbers", "is categorical"]);
    with(&["--trend", "region=auto", "--trend", "income=descending"]).done();
    with(&["--trend", "income=descending", "--exclude", "income"])
        .fails(3, &["--trend: column `income` is not scored"]);
    folder.write("d.json", "{\"columns\": {\"region\": {\"trend\": \"peak\"}}}");
    with(&["--dictionary", "d.json"]).fails(3, &["d.json: column `region`", "for numbers"]);
}

#[test]
fn negative_numbers_reach_the_option_they_follow() {
    let folder = Folder::trained();
    for (flag, said) in [
        ("--ridge", "--ridge: -1 is not"),
        ("--holdout", "--holdout: -1 is not"),
        ("--min-iv", "--min-iv: -1"),
        ("--min-class", "--min-class: -1"),
        ("--pdo", "--pdo: -1"),
        ("--odds", "--odds: -1"),
        ("--max-vif", "--max-vif: -1"),
    ] {
        folder.run(&["train", "german-credit.csv", flag, "-1"]).fails(3, &[said]);
    }
    let monitor = |flag| folder.run(&["monitor", CARD, "german-credit.csv", flag, "-1"]);
    monitor("--amber").fails(3, &["--amber", "-1"]);
    monitor("--red").fails(3, &["--red", "-1"]);
    for arguments in [
        ["train", "german-credit.csv", "--max-bins", "-1"].as_slice(),
        &["train", "german-credit.csv", "--seed", "-1"],
        &["validate", CARD, "german-credit.csv", "--bootstrap", "-1"],
        &["score", CARD, "german-credit.csv", "--threads", "-1"],
        &["explain", CARD, "german-credit.csv", "--row", "-1"],
        &["train", "german-credit.csv", "--decimals", "-1"],
    ] {
        let flag = arguments[arguments.len() - 2];
        folder.run(arguments).fails(2, &["invalid value '-1'", flag, "write a whole number of at least 0"]);
    }
}

#[test]
fn standard_input_is_read_once() {
    let folder = Folder::trained();
    for command in ["score", "explain", "validate", "monitor"] {
        folder.run_with(&[command, "-", "-"], "").fails(2, &["cannot both come from standard input"]);
    }
    folder.run_with(&["explain", CARD, "-", "--policy", "-"], "").fails(2, &["application and policy"]);
    folder.run_with(&["inspect", "-", "--policy", "-"], "").fails(2, &["scorecard and policy"]);
}

#[test]
fn columns_and_values_that_are_not_there_name_their_flag() {
    let folder = Folder::trained();
    let trains = |flag, value| folder.run(&["train", "german-credit.csv", flag, value]);
    trains("--bad", "late").fails(3, &["--bad: no row has the bad value `late` in column `creditability`"]);
    trains("--max-bins", "1").fails(3, &["--max-bins: with 1 bin"]);
    trains("--max-iterations", "1").fails(3, &["in 1 step;", "`--max-iterations`", "`--ridge`"]);
    for flag in ["--exclude", "--protected", "--weight", "--numeric", "--categorical", "--holdout-by"] {
        trains(flag, "purpse").fails(3, &[&format!("{flag}: column `purpse`"), "did you mean `purpose`?"]);
    }
    let validates = |flag, value| folder.run(&["validate", CARD, "german-credit.csv", flag, value]);
    validates("--bad", "late").fails(3, &["--bad: no row"]);
    for flag in ["--target", "--weight", "--protected"] {
        validates(flag, "purpse").fails(3, &[&format!("{flag}: column `purpse`")]);
    }
}

#[test]
fn a_table_is_not_taken_for_a_scorecard_nor_json_for_a_table() {
    let folder = Folder::trained();
    folder
        .run(&["convert", "german-credit.csv", "--to", "json"])
        .fails(3, &["german-credit.csv: is no scorecard", "--from"]);
    folder.run(&["inspect", "-"]).fails(3, &["is empty"]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, b"{\"age_years\": 31, \"creditability\": \"bad\"}\n").unwrap();
    folder.write("labelled.ndjson.gz", packed.finish().unwrap());
    folder.run(&["validate", CARD, "labelled.ndjson.gz"]).fails(3, &["labelled.ndjson.gz: is JSON, not a table"]);
}
