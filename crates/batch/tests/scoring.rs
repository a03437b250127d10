//! Files in, scored files out: formats, order, bad rows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Cursor, Write};

use batch::{Format, Input, Keep, Options, Output, Summary, score};
use scorecard::Evaluator;

fn evaluator() -> Evaluator {
    Evaluator::new(scorecard::from_json(include_bytes!("card.json")).unwrap()).unwrap()
}

struct Ran {
    outcome: batch::Result<Summary>,
    output: Vec<u8>,
    errors: String,
}

impl Ran {
    fn text(&self) -> String {
        String::from_utf8(self.output.clone()).unwrap()
    }
}

fn text_input(text: &[u8], format: Format) -> Input {
    Input::Text { stream: Box::new(Cursor::new(text.to_vec())), name: "in".into(), format }
}

fn run(input: Input, format: Format, options: &Options) -> Ran {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let to = Output { stream: &mut output, name: "out", format, errors: &mut errors, errors_name: "errors" };
    let outcome = score(&evaluator(), input, to, options, &mut |_| {});
    Ran { outcome, output, errors: String::from_utf8(errors).unwrap() }
}

fn csv(text: &str) -> Ran {
    run(text_input(text.as_bytes(), Format::Csv), Format::Csv, &Options::default())
}

#[test]
fn csv_carries_rows_through_and_adds_scores() {
    let ran = csv("id,age,housing\n1,20,own\n2,40,\"say \"\"rent\"\", or so\"\n3,30,NA\n");
    assert_eq!(
        ran.text(),
        "id,age,housing,score,odds,pd,reason_1,reason_2,reason_3,reason_4\n\
         1,20,own,530,4.419417382415922,0.1845216799954629,R1,,,\n\
         2,40,\"say \"\"rent\"\", or so\",550,8.838834764831844,0.10163805205616654,,,,\n\
         3,30,NA,530,4.419417382415922,0.1845216799954629,R2,,,\n"
    );
    assert_eq!(ran.outcome.unwrap(), Summary { scored: 3, ..Summary::default() });
    assert_eq!(ran.errors, "");
}

#[test]
fn bad_rows_go_to_the_errors_file_with_their_lines() {
    let ran = csv("id,age,housing\r\n1,abc,own\r\n\"2\nlonger\",40,own\r\n3,,own\r\n4,20\r\n5,1e999,own\r\n6,20,x\r\n");
    let summary = ran.outcome.as_ref().unwrap();
    assert_eq!((summary.scored, summary.errors), (2, 4));
    assert_eq!(summary.first_error.as_deref(), Some("line 2: `age`: \"abc\" where a number is expected"));
    assert_eq!(
        ran.errors,
        "line,field,problem\n2,age,\"\"\"abc\"\" where a number is expected\"\n\
         5,age,required, but missing; expected a number\n6,,2 fields where the header has 3\n\
         7,age,\"\"\"1e999\"\" is not a finite number\"\n"
            .replace("required, but missing; expected a number", "\"required, but missing; expected a number\"")
    );
    assert!(ran.text().contains("\"2\nlonger\",40,own,550"));
    let limited = Options { max_errors: Some(1), ..Options::default() };
    let ran = run(text_input(b"age\nx\ny\n", Format::Csv), Format::Csv, &limited);
    assert!(ran.outcome.unwrap_err().to_string().starts_with("2 rows could not be scored, more than the 1 allowed"));
}

#[test]
fn what_cannot_be_scored_at_all_is_said_before_anything_is_written() {
    let problem = |text: &[u8]| {
        run(text_input(text, Format::Csv), Format::Csv, &Options::default()).outcome.unwrap_err().to_string()
    };
    assert_eq!(problem(b""), "in, line 1: is empty; the first line must name the columns");
    assert_eq!(
        problem(b"Age,housing\n1,own\n"),
        "in, line 1: the scorecard needs a column `age`, which is not there; did you mean `Age`?"
    );
    assert_eq!(problem(b"age,age\n1,2\n"), "in, line 1: two columns are named `age`; rename one");
    assert!(problem(b"\xff\xfea\0g\0e\0").contains("UTF-16"));
    assert!(problem(b"age,score\n1,2\n").contains("already has a column `score`"));
    let keep = Options { keep: Keep::Named(vec!["agee".into()]), ..Options::default() };
    let error = run(text_input(b"age\n1\n", Format::Csv), Format::Csv, &keep).outcome.unwrap_err();
    assert_eq!(error.to_string(), "--keep: there is no column `agee`; did you mean `age`?");
}

#[test]
fn delimiters_are_found_and_kept_columns_chosen() {
    let keep =
        Options { keep: Keep::Named(vec!["id".into()]), prefix: "p_".into(), points: true, ..Options::default() };
    let ran = run(text_input(b"\xef\xbb\xbfid;age;housing\n7;20;own", Format::Csv), Format::Csv, &keep);
    assert_eq!(
        ran.text(),
        "id;p_score;p_odds;p_pd;p_reason_1;p_reason_2;p_reason_3;p_reason_4;p_points_age;p_points_housing\n\
         7;530;4.419417382415922;0.1845216799954629;R1;;;;10;20\n"
    );
}

#[test]
fn ndjson_carries_objects_through() {
    let text =
        "{\"id\": {\"deep\": 1}, \"age\": 20}\n\n[1]\n{\"age\": \"x\"}\n{\"age\": 40, \"score\": 1}\n{\"age\": [1]}\n";
    let ran = run(text_input(text.as_bytes(), Format::Ndjson), Format::Ndjson, &Options::default());
    assert_eq!(
        ran.text(),
        "{\"id\": {\"deep\": 1}, \"age\": 20,\"score\":510,\"odds\":2.209708691207961,\"pd\":0.31155475347005834,\
         \"reason_1\":\"R1\",\"reason_2\":\"R2\",\"reason_3\":null,\"reason_4\":null}\n"
    );
    assert_eq!(ran.errors.lines().count(), 5, "{}", ran.errors);
    let table = run(text_input(b"{\"age\": 20, \"id\": 1}\n", Format::Ndjson), Format::Csv, &Options::default());
    assert!(table.text().starts_with("age,housing,score,odds,pd,"), "{}", table.text());
    let back = run(text_input(b"age,housing\n20,a \"b\"\n", Format::Csv), Format::Ndjson, &Options::default());
    assert!(back.text().starts_with("{\"age\":20.0,\"housing\":\"a \\\"b\\\"\",\"score\":515,"), "{}", back.text());
}

#[test]
fn parquet_out_reads_back_in_and_scores_alike() {
    let text = "id,age,housing\n1,20,own\n2,40,\n3,31,rent\n";
    let parquet = run(text_input(text.as_bytes(), Format::Csv), Format::Parquet, &Options::default());
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&parquet.output).unwrap();
    let again = Options { keep: Keep::Named(vec!["id".into()]), ..Options::default() };
    let from_parquet = run(Input::Parquet { file, name: "in".into() }, Format::Csv, &again);
    let from_csv = run(text_input(text.as_bytes(), Format::Csv), Format::Csv, &again);
    assert_eq!(from_parquet.text(), from_csv.text());
    assert!(from_parquet.text().contains("\n2,530,"), "{}", from_parquet.text());
}

/// 60,000 rows, several chunks, quotes and line breaks among them.
fn large() -> Vec<u8> {
    let mut text = b"id,age,housing,note\n".to_vec();
    for row in 0..60_000_u32 {
        let note = if row % 97 == 0 { "\"two\nlines, and more\"" } else { "plain text that fills the row" };
        let age = if row % 1001 == 0 { "old".to_owned() } else { (row % 80).to_string() };
        writeln!(text, "{row},{age},own,{note}").unwrap();
    }
    text
}

#[test]
fn the_output_does_not_depend_on_threads_nor_on_gzip() {
    let text = large();
    let with = |threads: usize, text: &[u8]| {
        run(text_input(text, Format::Csv), Format::Csv, &Options { threads, ..Options::default() })
    };
    let one = with(1, &text);
    assert_eq!((one.outcome.as_ref().unwrap().scored, one.outcome.as_ref().unwrap().errors), (59_940, 60));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&text).unwrap();
    for other in [with(7, &text), with(2, &packed.finish().unwrap())] {
        assert!(one.output == other.output && one.errors == other.errors);
    }
    // The line of a bad row is that of the file, line breaks within quotes counted.
    let last = one.errors.lines().last().unwrap();
    let expected = 2 + 59_059 + (0..59_059).filter(|row| row % 97 == 0).count();
    assert!(last.starts_with(&format!("{expected},age,")), "{last} {expected}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), json in proptest::prelude::any::<bool>()) {
        let format = if json { Format::Ndjson } else { Format::Csv };
        let mut with_header = if json { Vec::new() } else { b"age,housing\n".to_vec() };
        with_header.extend(bytes);
        let _ = run(text_input(&with_header, format), Format::Csv, &Options::default());
    }
}

/// A card whose output fields are a score, a reason, a computed number and truth value, and a step between.
fn with_output_fields() -> Evaluator {
    let mut card = scorecard::from_json(include_bytes!("card.json")).unwrap();
    card.output_fields = serde_json::from_value(serde_json::json!([
        {"name": "Score", "value": "score"},
        {"name": "reason_1", "value": {"reason": 2}},
        {"name": "step", "internal": true, "type": "numeric", "value": {"expression": {"apply": {
            "function": "*", "arguments": [{"field": {"name": "age"}}, {"constant": 0.5}]}}}},
        {"name": "half", "type": "numeric", "value": {"expression": {"field": {"name": "step"}}}},
        {"name": "old", "type": "boolean", "value": {"expression": {"apply": {
            "function": "greaterThan", "arguments": [{"field": {"name": "half"}}, {"constant": 15}]}}}}
    ]))
    .unwrap();
    Evaluator::new(card).unwrap()
}

#[test]
fn output_fields_are_columns_of_their_own_names() {
    let input = "age,housing\n20,own\n41,own\n,own\n";
    let scored = |format| {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let to = Output { stream: &mut output, name: "out", format, errors: &mut errors, errors_name: "errors" };
        let options = Options { keep: Keep::Named(Vec::new()), ..Options::default() };
        let input = text_input(input.as_bytes(), Format::Csv);
        score(&with_output_fields(), input, to, &options, &mut |_| {}).unwrap();
        output
    };
    let text = String::from_utf8(scored(Format::Csv)).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("score,odds,pd,reason_1,reason_2,reason_3,reason_4,Score,half,old"));
    let first: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!((first[0], first[3], first[7], first[8], first[9]), ("530", "", "530", "10.0", "false"));
    assert!(lines.next().unwrap().ends_with(",20.5,true"));
    assert!(String::from_utf8(scored(Format::Ndjson)).unwrap().contains("\"half\":10.0,\"old\":false"));
    assert!(!scored(Format::Parquet).is_empty());
}

#[test]
fn headers_that_are_none() {
    let error = |text: Vec<u8>| {
        run(text_input(&text, Format::Csv), Format::Csv, &Options::default()).outcome.unwrap_err().to_string()
    };
    assert!(error(b"id,age,housing\r1,20,own\r".to_vec()).starts_with("in, line 1: lines end with CR alone"));
    let mut open = b"id,\"age,housing\n".to_vec();
    open.extend(b"1,20,own\n".repeat(1_500_000));
    assert_eq!(error(open), "in, line 1: the header is longer than 8 MiB; is a quote left open?");
    assert_eq!(error(vec![b','; 1_000_000]), "in, line 1: 1000001 columns; the limit is 10000");
    assert_eq!(error(b"id,age,housing,age\n1,2,3,4\n".to_vec()), "in, line 1: two columns are named `age`; rename one");
}

#[test]
fn ten_thousand_columns_are_carried_through() {
    let names: Vec<String> = (0..9_998).map(|index| format!("c{index}")).collect();
    let row = vec!["x"; 9_998].join(",");
    let ran = csv(&format!("{},age,housing\n{row},20,own\n", names.join(",")));
    assert_eq!(ran.outcome.as_ref().unwrap().scored, 1);
    assert!(ran.text().lines().last().unwrap().starts_with(&format!("{row},20,own,530,")));
}
