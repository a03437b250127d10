//! `convert`: what goes from one format into another, and what is said about it.

mod run;

use run::Folder;

const OUTPUTS: &str = include_str!("../../scorecard/tests/pmml/outputs.pmml");

#[test]
fn output_fields_go_into_sql_unless_they_are_left_out() {
    let folder = Folder::new();
    folder.write("model.pmml", OUTPUTS);
    let to_sql = ["convert", "model.pmml", "--to", "sql", "--dialect", "duckdb"];
    let with = folder.run(&to_sql).done().out;
    let without = folder.run(&[to_sql.as_slice(), &["--no-outputs"]].concat()).done().out;
    assert!(with.contains("AS \"verdict\"") && !without.contains("verdict"), "{without}");
    for statement in [with, without] {
        let ends_once = statement.ends_with('\n') && !statement.ends_with("\n\n");
        assert!(ends_once && statement.lines().all(|line| line.trim_end() == line), "{statement}");
    }
    // What SQL cannot say is named, with the flag that leaves it out.
    folder.write("model.pmml", OUTPUTS.replace("<p:Apply function=\"*\">", "<p:Apply function=\"pow\">"));
    let refused = folder.run(&to_sql);
    assert_eq!(refused.code, 3);
    for part in ["output_fields[half]", "`--inexact-functions`", "`--no-outputs`"] {
        assert!(refused.err.contains(part), "{}", refused.err);
    }
    folder.run(&[to_sql.as_slice(), &["--no-outputs"]].concat()).done();
    let misplaced = folder.run(&["convert", "model.pmml", "--to", "json", "--no-outputs"]);
    assert!(misplaced.code == 2 && misplaced.err.contains("--no-outputs"), "{}", misplaced.err);
}

#[test]
fn a_model_without_any_reasons_is_read_and_said() {
    let folder = Folder::new();
    let bare = OUTPUTS
        .replace(" reasonCode=\"TURNOVER\" baselineScore=\"30\"", "")
        .replace(" reasonCode=\"BRANCH\" baselineScore=\"8\"", "");
    let (start, rest) = bare.split_once("<p:Output>").unwrap();
    let bare = format!("{start}{}", rest.split_once("</p:Output>").unwrap().1);
    folder.write("model.pmml", bare);
    for command in [vec!["convert", "model.pmml", "--out", "card.json"], vec!["inspect", "model.pmml"]] {
        let ran = folder.run(&command).done();
        assert!(ran.err.contains("neither codes nor baselines"), "{}", ran.err);
    }
    let inspected = folder.run(&["inspect", "model.pmml", "--json"]).done().json();
    assert_eq!(inspected["remarks"].as_array().map(Vec::len), Some(1), "{inspected}");
    assert_eq!(folder.json("card.json")["reasons"]["enabled"], false);
}

#[test]
fn reasons_that_pmml_cannot_say_are_remarked() {
    let folder = Folder::new();
    folder.write("model.pmml", OUTPUTS);
    folder.run(&["convert", "model.pmml", "--out", "card.json"]).done();
    let mut card = folder.json("card.json");
    let said = |card: &serde_json::Value| {
        folder.write("card.json", card.to_string());
        folder.run(&["convert", "card.json", "--out", "again.pmml"]).done().err
    };
    assert!(!said(&card).contains("PMML cannot say"));
    card["reasons"]["mode"] = "notice".into();
    let remark = said(&card);
    assert!(remark.contains("cost nothing is no reason") && remark.contains("the mode `pmml`"), "{remark}");
    assert!(!folder.run(&["convert", "card.json", "--to", "json"]).done().err.contains("PMML"));
}
