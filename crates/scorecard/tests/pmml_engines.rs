//! The same documents and applications through JPMML and pmml4s: equal scores, reasons and output fields.
//!
//! Points of random cards are multiples of a quarter, so that doubles add up exactly and scores must be equal to the
//! last digit; elsewhere a sum of doubles may differ from the exact decimal in its last digits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cards;

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use proptest::{strategy::Strategy, strategy::ValueTree, test_runner::TestRunner};
use scorecard::{Evaluator, Literal, OutputValue, Points, Scorecard, Value, model::*, pmml};
use serde_json::{Value as Json, json};

const FIRST: &str = include_str!("pmml/first.pmml");
const OUTPUTS: &str = include_str!("pmml/outputs.pmml");
const TREATMENTS: &str = include_str!("pmml/treatments.pmml");
const REMARKS: &str = include_str!("pmml/remarks.pmml");

/// Relative difference of two sums of the same doubles in another order.
const ROUNDING: f64 = 1e-12;

type Row = BTreeMap<String, Option<Literal>>;

struct Task {
    name: String,
    document: String,
    /// What this crate reads of it, the standard's elements alone.
    card: Scorecard,
    rows: Vec<Row>,
}

/// An answer by output field; `None` where the engine refuses the application.
type Answer = Option<BTreeMap<String, Json>>;

/// Every answer of an engine, in the order of tasks and rows.
fn ask(engine: &str, tasks: &[Task]) -> Vec<Vec<Answer>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
    let python = peers.join("bin/python");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pmml/engines.py");
    let mut child = Command::new(&python)
        .arg(script)
        .arg(engine)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; run cargo xtask setup", python.display()));
    let lines: String = tasks.iter().map(|task| format!("{}\n", question(task))).collect();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let ended = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{engine} did not run; run cargo xtask setup\n{said}");
    let printed = String::from_utf8(ended.stdout).unwrap();
    let lines = printed.lines().filter_map(|line| line.strip_prefix("answers "));
    let answers: Vec<Vec<Answer>> = lines.map(|line| answers(&serde_json::from_str(line).unwrap())).collect();
    assert_eq!(answers.len(), tasks.len(), "{engine}: {said}");
    answers
}

fn question(task: &Task) -> Json {
    let value = |literal: &Option<Literal>| match literal {
        None => Json::Null,
        Some(Literal::Number(number)) => json!(number),
        Some(Literal::Text(text)) => json!(text),
        Some(Literal::Boolean(truth)) => json!(truth),
    };
    let rows: Vec<Json> = task
        .rows
        .iter()
        .map(|row| Json::Object(row.iter().map(|(name, literal)| (name.clone(), value(literal))).collect()))
        .collect();
    json!({"document": task.document, "rows": rows})
}

fn answers(line: &Json) -> Vec<Answer> {
    let rows = line.as_array().unwrap().iter();
    rows.map(|row| {
        let row = row.as_object().unwrap();
        let refused = row.contains_key("error") || row.values().all(Json::is_null);
        (!refused).then(|| row.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    })
    .collect()
}

/// What this crate answers.
fn own(evaluator: &Evaluator, row: &Row) -> Option<Vec<OutputValue>> {
    let values = values(evaluator.scorecard(), row);
    let evaluation = evaluator.evaluate(&values).ok()?;
    evaluator.outputs(&values, &evaluation).ok()
}

fn values<'r>(card: &Scorecard, row: &'r Row) -> Vec<Value<'r>> {
    let of = |field: &Field| row.get(&field.name).and_then(Option::as_ref).map_or(Value::Missing, Literal::as_value);
    card.fields.iter().map(of).collect()
}

fn agree(ours: &OutputValue, theirs: &Json) -> bool {
    let number = || match theirs {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    let close = |ours: f64| number().is_some_and(|theirs| (ours - theirs).abs() <= ROUNDING * ours.abs().max(1.0));
    match ours {
        OutputValue::Missing => theirs.is_null(),
        OutputValue::Score(amount) => close(amount.to_f64()),
        OutputValue::Number(number) => close(*number),
        OutputValue::Text(text) => theirs.as_str() == Some(text),
        OutputValue::Boolean(truth) => theirs.as_bool() == Some(*truth),
    }
}

/// pmml4s drops differences of zero, puts equal ones in reverse order of their codes, and repeats the last code.
fn codes_as_pmml4s(evaluator: &Evaluator, row: &Row) -> Vec<String> {
    let mut card = evaluator.scorecard().clone();
    card.reasons.mode = ReasonMode::Notice;
    card.reasons.at_most = u8::MAX;
    let evaluator = Evaluator::new(card).unwrap();
    let evaluation = evaluator.evaluate(&values(evaluator.scorecard(), row)).unwrap();
    let named = evaluation.reasons.iter();
    let mut codes: Vec<(f64, String)> = named
        .map(|reason| (reason.difference.to_f64(), evaluator.reason_codes()[reason.code as usize].code.clone()))
        .collect();
    codes.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.cmp(&a.1)));
    codes.into_iter().map(|(_, code)| code).collect()
}

/// Numbers, texts and truth values on and beside whatever the card compares with, missing, and of other kinds.
fn rows(card: &Scorecard, count: usize, seed: u64) -> Vec<Row> {
    let mut state = seed | 1;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let candidates: Vec<(String, Vec<Option<Literal>>)> =
        card.fields.iter().map(|field| (field.name.clone(), candidates(card, field))).collect();
    (0..count)
        .map(|_| candidates.iter().map(|(name, values)| (name.clone(), values[draw(values.len())].clone())).collect())
        .collect()
}

fn candidates(card: &Scorecard, field: &Field) -> Vec<Option<Literal>> {
    let mut found: Vec<Option<Literal>> = vec![None];
    let whole = field.field_type == FieldType::Integer;
    let around = |number: f64| {
        let near =
            if whole { [number - 1.0, number, number + 1.0] } else { [number.next_down(), number, number.next_up()] };
        near.map(|number| Some(Literal::Number(number)))
    };
    for attribute in card.characteristics.iter().filter(|c| c.field == field.name).flat_map(|c| &c.attributes) {
        match &attribute.when {
            Condition::Interval(interval) => {
                found.extend(interval.from.into_iter().chain(interval.to).flat_map(around))
            }
            Condition::Values(values) | Condition::Special(values) => found.extend(values.iter().cloned().map(Some)),
            _ => {}
        }
    }
    found.extend(field.values.iter().chain(&field.missing_values).chain(&field.invalid_values).cloned().map(Some));
    match field.field_type {
        FieldType::Numeric => found.extend([-3.0, 0.0, 0.25, 7.0, 64.0, 20480.0, 1e6].map(|n| Some(n.into()))),
        FieldType::Integer => found.extend([-3.0, 0.0, 1.0, 7.0, 64.0, 4096.0].map(|n| Some(n.into()))),
        FieldType::Boolean => found.extend([Some(true.into()), Some(false.into())]),
        _ => found.extend([Some("never seen".into()), Some("n".into())]),
    }
    found
}

/// The document of a random card whose points are multiples of a quarter.
fn random_card(runner: &mut TestRunner) -> Scorecard {
    let mut card = cards::scorecards().new_tree(runner).unwrap().current();
    let quarter = |points: Points| Points::rounded((points.to_f64() * 4.0).round() / 4.0, 2).unwrap();
    card.initial_score = quarter(card.initial_score);
    for characteristic in &mut card.characteristics {
        characteristic.attributes.iter_mut().for_each(|attribute| attribute.points = quarter(attribute.points));
        characteristic.baselines.maximum = characteristic.attributes.iter().map(|attribute| attribute.points).max();
    }
    card
}

fn without_extension(document: &str) -> String {
    let (before, rest) = document.split_once("<Extension").unwrap();
    let (_, after) = rest.split_once("</Extension>").unwrap();
    format!("{before}{after}")
}

fn written(name: &str, card: &Scorecard, count: usize) -> Task {
    let document = pmml::write(card).unwrap();
    let standard = pmml::read(without_extension(&document).as_bytes()).unwrap();
    Task { name: name.to_owned(), document, rows: rows(card, count, 11), card: standard }
}

fn published(name: &str, document: &str) -> Task {
    let card = pmml::read(document.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
    // JPMML knows the namespace in one of its printed forms alone.
    let document = document.replace("https://www.dmg.org", "http://www.dmg.org");
    Task { name: name.to_owned(), document, rows: rows(&card, 300, 5), card }
}

const REMARKED: [&str; 6] = [
    "The last installment was past due, after a Phone call.",
    "phone call, phone call! Late and Late again; paid or said",
    "instalments were unpaid",
    "late, LATE, Late. PAID pail paid",
    "   ",
    "a phone   call\nand another phone\tcall",
];

fn tasks() -> Vec<Task> {
    let mut runner = TestRunner::deterministic();
    let mut tasks: Vec<Task> =
        (0..40).map(|index| written(&format!("random {index}"), &random_card(&mut runner), 40)).collect();
    let german = scorecard::from_json(include_bytes!("pmml/german.json")).unwrap();
    tasks.push(written("german", &german, 300));
    let mut outputs = published("outputs", OUTPUTS);
    // To the engines a number divided by zero is infinite; here it is an error.
    outputs.rows.retain(|row| row.get("staff") != Some(&Some(0.0.into())));
    tasks.extend([published("first", FIRST), outputs, published("treatments", TREATMENTS)]);
    let mut remarks = published("remarks", REMARKS);
    remarks.rows = REMARKED.map(|text| Row::from([("remark".to_owned(), Some(text.into()))])).into();
    tasks.push(remarks);
    tasks
}

#[test]
fn jpmml_gives_the_same() {
    let tasks = tasks();
    let (mut scored, mut refused) = (0, 0);
    for (task, answers) in tasks.iter().zip(ask("jpmml", &tasks)) {
        let evaluator = Evaluator::new(task.card.clone()).unwrap();
        for (row, theirs) in task.rows.iter().zip(answers) {
            let ours = own(&evaluator, row);
            assert_eq!(ours.is_some(), theirs.is_some(), "{}: {row:?}\n{ours:?}\n{theirs:?}", task.name);
            let (Some(ours), Some(theirs)) = (ours, theirs) else {
                refused += 1;
                continue;
            };
            scored += 1;
            for (field, ours) in task.card.output_fields.iter().zip(&ours).filter(|(field, _)| !field.internal) {
                let theirs = theirs.get(&field.name).unwrap_or(&Json::Null);
                assert!(agree(ours, theirs), "{}: `{}` {ours:?} {theirs:?}\n{row:?}", task.name, field.name);
            }
        }
    }
    assert!(scored > 1500 && refused > 100, "{scored} scored, {refused} refused");
}

#[test]
fn pmml4s_gives_the_same_but_for_what_is_documented() {
    let tasks = tasks();
    let mut scored = 0;
    for (task, answers) in tasks.iter().zip(ask("pmml4s", &tasks)) {
        let evaluator = Evaluator::new(task.card.clone()).unwrap();
        for (row, theirs) in task.rows.iter().zip(answers) {
            // It scores without a value that the mining schema asks for.
            let Some(ours) = own(&evaluator, row) else { continue };
            // It wants derived fields in an order in which each comes after those it uses.
            let Some(theirs) = theirs else {
                assert_eq!(task.name, "treatments", "{row:?}");
                continue;
            };
            scored += 1;
            let codes = codes_as_pmml4s(&evaluator, row);
            for (field, ours) in task.card.output_fields.iter().zip(&ours).filter(|(field, _)| !field.internal) {
                let theirs = theirs.get(&field.name).unwrap_or(&Json::Null);
                let agrees = match &field.value {
                    OutputSource::Reason(rank) => {
                        let code = codes.get(usize::from(*rank) - 1).or_else(|| codes.last());
                        theirs.as_str() == code.map(String::as_str)
                    }
                    // It looks no reason up, discretizes no argument of a function, and takes natural logarithms.
                    _ if matches!(field.name.as_str(), "words" | "size" | "is_turnover" | "logged") => {
                        continue;
                    }
                    _ => agree(ours, theirs),
                };
                assert!(agrees, "{}: `{}` {ours:?} {theirs:?} {codes:?}\n{row:?}", task.name, field.name);
            }
        }
    }
    assert!(scored > 1200, "{scored} scored");
}
