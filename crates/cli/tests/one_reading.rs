//! What `train` reads from a file is what every other command reads from it, whatever the format.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod run;

use std::{fmt::Write, sync::Arc};

use parquet::{
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    file::{properties::WriterProperties, reader::FileReader, serialized_reader::SerializedFileReader, writer},
    schema::parser::parse_message_type,
};
use run::{Folder, QUICK};

const ROWS: i64 = 800;

/// One applicant: what decides the outcome is nearly all of it.
struct Applicant {
    flag: bool,
    code: i64,
    grade: f64,
    income: f64,
    word: &'static str,
    bad: i64,
}

fn applicants() -> impl Iterator<Item = Applicant> {
    let mut state = 7_u64;
    (0..ROWS).map(move |_| {
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let (flag, code, grade, income) = (draw(2) == 1, draw(4), draw(3), draw(10));
        let word = draw(6);
        let risk = 10 + 25 * u64::from(flag) + 8 * code + 10 * grade + 3 * income + 5 * word;
        Applicant {
            flag,
            code: i64::try_from(code).unwrap(),
            grade: grade as f64,
            income: if income == 9 { -999.0 } else { 100.0 * income as f64 },
            word: ["yes", " yes ", "no", "NA", "", "unknown"][usize::try_from(word).unwrap()],
            bad: i64::from(draw(140) < risk),
        }
    })
}

/// The same applicants in three formats, as other programs write them; Parquet with a date and a nested column too.
fn folder() -> Folder {
    let folder = Folder::new();
    let (mut csv, mut ndjson) = (String::from("id,flag,code,grade,income,word,bad\n"), String::new());
    for (id, Applicant { flag, code, grade, income, word, bad }) in applicants().enumerate() {
        let capital = if flag { "True" } else { "False" };
        writeln!(csv, "{id},{capital},{code},{grade:?},{income:?},{word},{bad}").unwrap();
        writeln!(
            ndjson,
            r#"{{"id":{id},"flag":{flag},"code":{code},"grade":{grade:?},"income":{income:?},"word":"{word}","bad":{bad}}}"#
        )
        .unwrap();
    }
    folder.write("data.csv", csv);
    folder.write("data.ndjson", ndjson);
    folder.write("data.parquet", parquet());
    folder
}

fn parquet() -> Vec<u8> {
    let schema = "message t {
        required int64 id; required boolean flag; optional int64 code; optional double grade; optional double income;
        optional binary word (STRING); required int64 bad; optional int32 day (DATE);
        optional group tags (LIST) { repeated group list { optional int64 element; } } }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = writer::SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = file.next_row_group().unwrap();
    let there = vec![1_i16; applicants().count()];
    macro_rules! column {
        ($kind:ty, $values:expr, $levels:expr) => {{
            let mut column = group.next_column().unwrap().unwrap();
            let values: Vec<_> = $values.collect();
            column.typed::<$kind>().write_batch(&values, $levels, None).unwrap();
            column.close().unwrap();
        }};
    }
    column!(Int64Type, 0..ROWS, None);
    column!(BoolType, applicants().map(|a| a.flag), None);
    column!(Int64Type, applicants().map(|a| a.code), Some(&there));
    column!(DoubleType, applicants().map(|a| a.grade), Some(&there));
    column!(DoubleType, applicants().map(|a| a.income), Some(&there));
    column!(ByteArrayType, applicants().map(|a| ByteArray::from(a.word)), Some(&there));
    column!(Int64Type, applicants().map(|a| a.bad), None);
    column!(Int32Type, applicants().map(|_| 19_753), Some(&there));
    let mut tags = group.next_column().unwrap().unwrap();
    let nothing = vec![0_i16; there.len()];
    tags.typed::<Int64Type>().write_batch(&[], Some(&nothing), Some(&nothing)).unwrap();
    tags.close().unwrap();
    group.close().unwrap();
    file.into_inner().unwrap()
}

fn train(folder: &Folder, data: &str, more: &[&str]) -> run::Ran {
    let all = ["--target", "bad", "--exclude", "id", "--selection", "none", "--min-iv", "0", "--allow-negative"];
    let told = ["--categorical", "flag,code,grade", "--missing", "-999", "--missing", "unknown", "--out", "card"];
    folder.run(&[&["train", data, "--name", "x"], &all[..], &told, &QUICK, more].concat())
}

const CARD: &str = "card/scorecard.json";

/// Identifier, score and reasons of each row.
fn scores(folder: &Folder, data: &str) -> String {
    folder.run(&["score", CARD, data, "--keep", "id", "--format", "csv", "-q"]).done().out
}

#[test]
fn a_card_scores_its_own_file_in_every_format() {
    let folder = folder();
    let mut seen = Vec::new();
    for data in ["data.csv", "data.parquet"] {
        let more: &[&str] = if data == "data.parquet" { &["--exclude", "tags"] } else { &[] };
        let ran = train(&folder, data, more).done();
        assert!(!ran.out.contains("could not be scored"), "{}", ran.out);
        let card = folder.json(CARD);
        let field = |name: &str| card["fields"].as_array().unwrap().iter().find(|f| f["name"] == name).unwrap().clone();
        assert_eq!(field("income")["missing_values"], serde_json::json!([-999]));
        let words = field("word")["missing_values"].clone();
        let empty = if data == "data.parquet" { vec![""] } else { vec![] };
        assert_eq!(words, serde_json::json!([empty, vec!["NA", "unknown"]].concat()));
        let of_training = folder.run(&[
            "score",
            CARD,
            data,
            "--keep",
            "id",
            "--format",
            "csv",
            "-q",
            "--missing",
            "-999",
            "--missing",
            "unknown",
        ]);
        assert_eq!(of_training.done().out.lines().count(), 801);
        seen.extend(["data.csv", "data.parquet", "data.ndjson"].map(|other| scores(&folder, other)));
        let auc = |data: &str| {
            folder.run(&["validate", CARD, data, "--bootstrap", "0", "--json"]).done().json()["samples"][0]["measures"]
                .clone()
        };
        assert_eq!(auc("data.csv"), auc("data.parquet"));
        let drift =
            |data: &str| folder.run(&["monitor", CARD, data, "--json"]).done().json()["characteristics"].clone();
        assert_eq!(drift("data.csv"), drift("data.parquet"));
        assert_eq!(drift("data.csv"), drift("data.ndjson"));
        for row in ["1", "2", "3", "4", "5", "6", "7"] {
            let explained = |data: &str| folder.run(&["explain", CARD, data, "--row", row, "--json"]).done().json();
            assert_eq!(explained("data.parquet")["score"], explained("data.ndjson")["score"]);
            let told = explained("data.csv")["score"].to_string();
            let line = seen[0].lines().nth(row.parse().unwrap()).unwrap();
            assert_eq!(line.split(',').nth(1), Some(told.trim_matches('"')));
        }
    }
    let first = &seen[0];
    assert_eq!(first.lines().count(), 801);
    assert!(seen.iter().all(|scores| scores == first));
}

#[test]
fn a_missing_value_that_is_nowhere_is_remarked_on() {
    let folder = folder();
    let told = train(&folder, "data.csv", &["--missing", "-998"]).done().err;
    assert!(told.contains("--missing -998: no cell of data.csv is that"), "{told}");
    assert!(!told.contains("-999"), "{told}");
    let told = folder.run(&["validate", CARD, "data.parquet", "--missing", "-9", "--bootstrap", "0"]).done().err;
    assert!(told.contains("--missing -9: no cell"), "{told}");
}

#[test]
fn a_text_among_numbers_has_to_be_named_again_and_that_is_said() {
    let folder = folder();
    folder.write("data.csv", folder.read("data.csv").replace(",-999.0,", ",n/k,"));
    let told = train(&folder, "data.csv", &["--missing", "n/k"]).done().err;
    assert!(told.contains("`income`: a field of numbers cannot hold \"n/k\"; say `--missing 'n/k'` again"), "{told}");
    assert_eq!(folder.run(&["score", CARD, "data.csv", "--out", "s.csv"]).code, 4);
    folder.run(&["score", CARD, "data.csv", "--out", "s.csv", "--missing", "n/k"]).done();
}

#[test]
fn only_ascii_space_around_a_cell_is_left_off() {
    let folder = folder();
    folder.write("data.csv", folder.read("data.csv").replace(", yes ,", ",\u{a0}yes,"));
    train(&folder, "data.csv", &[]).done();
    assert!(folder.read(CARD).contains("\u{a0}yes"));
    let validated = folder.run(&["validate", CARD, "data.csv", "--bootstrap", "0", "--json"]).done().json();
    let trained = folder.json("card/report.json");
    assert_eq!(validated["row_errors"], 0);
    assert_eq!(trained["samples"][0]["measures"]["rows"], 560);
    let drift = folder.run(&["monitor", CARD, "data.csv", "--bins", "--json"]).done().json();
    let word = drift["characteristics"].as_array().unwrap().iter().find(|c| c["name"] == "word").unwrap().to_string();
    assert!(word.contains("\u{a0}yes"), "{word}");
}

#[test]
fn columns_of_parquet_keep_their_types_and_nested_ones_are_left_out() {
    let folder = folder();
    train(&folder, "data.parquet", &[]).fails(3, &["column `tags", "nested", "exclude it"]);
    train(&folder, "data.parquet", &["--exclude", "tags"]).done();
    let told = folder.run(&["score", CARD, "data.parquet", "--out", "s.parquet"]).done();
    assert!(told.err.contains("column `tags` is nested and was left out"), "{}", told.err);
    let schema = |name: &str| {
        let reader = SerializedFileReader::new(std::fs::File::open(folder.path(name)).unwrap()).unwrap();
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let columns = schema.columns().iter().filter(|column| column.max_rep_level() == 0);
        columns.map(|column| format!("{:?}", column.self_type())).collect::<Vec<_>>()
    };
    assert_eq!(schema("s.parquet")[..8], schema("data.parquet"));
    let rows = |name: &str| {
        let told = ["--keep", "id,flag,code,grade,income,word,bad,day", "--prefix", "n_", "--format", "ndjson"];
        folder.run(&[&["score", CARD, name][..], &told].concat()).done().out
    };
    assert_eq!(rows("s.parquet"), rows("data.parquet"));
    assert!(rows("s.parquet").contains(r#""id":0,"flag":"#) && rows("s.parquet").contains(r#""day":"2024-01-31""#));
    folder.run(&["score", CARD, "data.parquet", "--keep", "tags"]).fails(3, &["--keep", "`tags` is nested"]);
    folder.run(&["validate", CARD, "data.parquet", "--bootstrap", "0"]).done();
    folder.run(&["explain", CARD, "data.parquet", "--row", "1"]).done();
}

#[test]
fn output_that_would_not_be_what_it_is_called_is_refused() {
    let folder = folder();
    train(&folder, "data.csv", &[]).done();
    folder.run(&["score", CARD, "data.csv", "--keep", "id,id"]).fails(3, &["--keep", "`id` is named twice"]);
    folder.run(&["score", CARD, "data.ndjson", "--keep", "id,id"]).fails(3, &["--keep", "`id` is named twice"]);
    folder.run(&["score", CARD, "data.csv", "-o", "x.xlsx"]).fails(2, &["x.xlsx", "`.xlsx` is no format", "--format"]);
    folder.run(&["score", CARD, "data.csv", "-o", "x.dat", "--format", "csv"]).done();
    folder.run(&["score", CARD, "data.csv", "-o", "plain"]).done();
}

#[test]
fn members_of_an_object_that_are_no_fields() {
    let folder = folder();
    train(&folder, "data.csv", &[]).done();
    let object = r#"{"id": 7, "flag": true, "code": 1, "grade": 2.0, "income": null, "word": " yes "}"#;
    let ran = folder.run_with(&["explain", CARD, "-", "--json"], object).done();
    assert!(ran.err.contains("not looked at: id"), "{}", ran.err);
    let misspelt = object.replace("\"word\"", "\"wrod\"");
    folder.run_with(&["explain", CARD, "-"], misspelt).fails(3, &["wrod", "did you mean `word`?"]);
    let twice = object.replace("\"id\": 7", "\"code\": 7");
    folder.run_with(&["explain", CARD, "-"], twice.clone()).fails(3, &["the member `code` stands there twice"]);
    let ran = folder.run_with(&["score", CARD, "-", "--from", "ndjson"], twice);
    assert!(ran.code == 4 && ran.err.contains("the member `code` stands there twice"), "{}", ran.err);
}

#[test]
fn scores_have_as_many_decimals_as_points() {
    let folder = folder();
    train(&folder, "data.csv", &["--decimals", "2", "--json"]).done();
    let scaling = folder.json("card/report.json")["scaling"].clone();
    for end in ["lowest", "highest"] {
        let digits = scaling[end].to_string();
        assert!(digits.split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 2), "{digits}");
    }
}

/// A card that knows `NA` and ` x ` as categories, and a truth value.
const KNOWING: &str = r#"{ "format": "plimsoll-scorecard", "format_version": 1, "name": "knowing",
  "fields": [ { "name": "region", "type": "categorical" }, { "name": "owner", "type": "boolean" } ],
  "initial_score": 0, "reasons": { "method": "maximum", "at_most": 2 },
  "provenance": { "target": "bad", "bad_values": ["1"] },
  "characteristics": [
    { "name": "region", "field": "region", "reason": { "code": "R1", "text": "Region" }, "baselines": { "maximum": 4 },
      "attributes": [ { "when": "missing", "points": 1 }, { "when": { "values": ["NA"] }, "points": 2 },
        { "when": { "values": [" x "] }, "points": 3 }, { "when": "otherwise", "points": 4 } ] },
    { "name": "owner", "field": "owner", "reason": { "code": "R2", "text": "Owner" }, "baselines": { "maximum": 30 },
      "attributes": [ { "when": "missing", "points": 10 }, { "when": { "values": [true] }, "points": 20 },
        { "when": { "values": [false] }, "points": 30 } ] } ] }"#;

#[test]
fn what_the_scorecard_knows_is_so_for_validate_too() {
    let folder = Folder::new();
    folder.write("card.json", KNOWING);
    let rows = "NA,true,0\n x ,FALSE,1\nx,1,0\nNULL,0,1\n N/A ,,1\n".repeat(10);
    folder.write("data.csv", format!("region,owner,bad\n{rows}"));
    let scored = folder.run(&["score", "card.json", "data.csv", "--keep", "bad"]).done().out;
    let scores: Vec<f64> =
        scored.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().parse().unwrap()).take(5).collect();
    assert_eq!(scores, [22.0, 33.0, 24.0, 31.0, 11.0]);
    let ran = folder.run(&["validate", "card.json", "data.csv", "--bootstrap", "0", "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let report = ran.json();
    let counts = |name: &str| {
        let all = report["characteristics"].as_array().unwrap();
        let bins = all.iter().find(|c| c["name"] == name).unwrap()["bins"].as_array().unwrap().clone();
        bins.iter().map(|bin| bin["count"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((counts("region"), counts("owner")), (vec![20.0, 10.0, 10.0, 10.0], vec![10.0, 20.0, 20.0]));
}
