//! A real engine in a Python process, and the comparison of what it gives with what the evaluator gives.

use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use scorecard::{
    Amount, Evaluation, Evaluator, OutputValue, Points, Scorecard, Value,
    model::FieldType,
    sql::{Dialect, Keys, SqlOptions},
};
use serde_json::{Value as Json, json};

/// A statement and the applications that it is run over.
pub(crate) struct Case {
    pub(crate) card: Scorecard,
    pub(crate) dialect: Dialect,
    pub(crate) sql: String,
    pub(crate) applications: Vec<Vec<Value<'static>>>,
    /// How many doubles lie between odds here and there, at most; and points that come of an inexact function.
    pub(crate) ulps: u64,
}

/// A row of the answer: a text or null a column.
pub(crate) type Row = HashMap<String, Option<String>>;

impl Case {
    pub(crate) fn options(card: &Scorecard, dialect: Dialect) -> SqlOptions {
        let columns = card.fields.iter().map(|field| (field.name.clone(), column_of(&field.name, dialect)));
        SqlOptions {
            keys: Keys::Columns(vec!["row id".into()]),
            columns: columns.collect(),
            ..SqlOptions::new(dialect)
        }
    }

    fn json(&self) -> Json {
        let kind = |field_type: FieldType| match field_type {
            FieldType::Numeric | FieldType::Integer => "number",
            FieldType::Boolean => "boolean",
            FieldType::Date => "date",
            _ => "text",
        };
        let fields = self.card.fields.iter();
        let columns: Vec<Json> = std::iter::once(json!(["row id", "key"]))
            .chain(fields.map(|field| json!([column_of(&field.name, self.dialect), kind(field.field_type)])))
            .collect();
        let rows: Vec<Json> = self
            .applications
            .iter()
            .enumerate()
            .map(|(id, values)| {
                let cells = values.iter().zip(&self.card.fields).map(|(value, field)| cell(*value, field.field_type));
                std::iter::once(json!(id)).chain(cells).collect()
            })
            .collect();
        json!({ "sql": self.sql, "dialect": self.dialect.name(), "columns": columns, "rows": rows })
    }
}

/// The column of a field: its name, where the dialect has such a name.
fn column_of(field: &str, dialect: Dialect) -> String {
    if dialect == Dialect::BigQuery { field.replace('"', "_") } else { field.to_owned() }
}

fn cell(value: Value<'_>, field_type: FieldType) -> Json {
    match value {
        Value::Missing => Json::Null,
        Value::Number(n) if !field_type.is_numeric() => json!({ "as": n }),
        Value::Number(n) if n.is_finite() => json!(n),
        Value::Number(n) => json!(n.to_string()),
        Value::Text(text) if field_type.is_numeric() || field_type == FieldType::Boolean => json!({ "as": text }),
        Value::Text(text) => json!(text),
        Value::Boolean(truth) => json!(truth),
    }
}

/// Runs the cases on an engine, in one process.
pub(crate) fn run(engine: &str, cases: &[Case]) -> Vec<Vec<Row>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peers = std::env::var_os("XTASK_PEERS").map_or_else(|| here.join("../../target/peers"), PathBuf::from);
    let mut python = Command::new(peers.join("bin/python"))
        .arg(here.join("tests/sql/engines.py"))
        .env("PYTHONWARNINGS", "ignore")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("no Python in {}: run `cargo xtask setup` ({error})", peers.display()));
    let cases_json: Vec<Json> = cases.iter().map(Case::json).collect();
    let asked = json!({ "engine": engine, "cases": cases_json }).to_string();
    let mut input = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let output = python.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{engine} is not there or failed: run `cargo xtask setup`\n{said}");
    let answers: Vec<Json> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answers.len(), cases.len());
    cases
        .iter()
        .zip(answers)
        .map(|(case, answer)| {
            if let Some(problem) = answer.get("problem") {
                panic!("{engine} on {}: {}\n{}", case.card.name, problem.as_str().unwrap_or_default(), case.sql);
            }
            serde_json::from_value(answer["rows"].clone()).unwrap()
        })
        .collect()
}

/// Compares each row with the evaluator's answer; the number of applications that were scored.
pub(crate) fn compare(case: &Case, rows: &[Row]) -> usize {
    let evaluator = Evaluator::new(case.card.clone()).unwrap();
    assert_eq!(rows.len(), case.applications.len(), "rows of {}", case.card.name);
    let mut scored = 0;
    for row in rows {
        // Snowflake's names are in capitals only there.
        let id: usize = row["row id"].as_deref().unwrap().parse().unwrap();
        let values = &case.applications[id];
        // SQLite has no NaN: what is written as one is NULL.
        let stored = values.iter().map(|value| match value {
            Value::Number(n) if n.is_nan() && case.dialect == Dialect::Sqlite => Value::Missing,
            other => *other,
        });
        let stored: Vec<_> = stored.collect();
        let outcome = evaluator.evaluate(&stored);
        // A row whose output fields fail has no score either.
        let outcome = outcome.and_then(|evaluation| Ok((evaluator.outputs(&stored, &evaluation)?, evaluation)));
        let found = outcome.as_ref().map(|(outputs, evaluation)| {
            difference(case, &evaluator, evaluation, row).or_else(|| other_output(case, outputs, row))
        });
        let wrong = match (&outcome, &row["error"]) {
            (Err(_), Some(_)) => {
                let known = |name: &String| name != "row id" && name != "error" && !is_field(case, name);
                let value = row.iter().find(|(name, value)| known(name) && value.is_some());
                value.map(|(name, _)| format!("{name} beside an error"))
            }
            (Err(error), None) => Some(format!("no error, where the service says: {error}")),
            (Ok(_), Some(error)) => Some(format!("an error where the service has none: {error}")),
            (Ok(_), None) => found.ok().flatten(),
        };
        if let Some(wrong) = wrong {
            panic!(
                "{} row {id}: {wrong}\nvalues {values:?}\nservice {outcome:?}\nSQL {row:?}\n{}",
                case.card.name, case.sql
            );
        }
        scored += usize::from(outcome.is_ok());
    }
    scored
}

/// Whether a column of the source is carried through under this name.
fn is_field(case: &Case, column: &str) -> bool {
    case.card.fields.iter().any(|field| field.name == column)
}

/// Whether a model's output field stands in the place of a column.
fn is_replaced(case: &Case, column: &str) -> bool {
    given_outputs(case).any(|(_, output)| output.eq_ignore_ascii_case(column))
}

/// Output fields that are given: place and name.
fn given_outputs(case: &Case) -> impl Iterator<Item = (usize, &str)> {
    let fields = case.card.output_fields.iter().enumerate();
    fields.filter(|(_, field)| !field.internal).map(|(index, field)| (index, field.name.as_str()))
}

/// The output field that differs.
fn other_output(case: &Case, outputs: &[OutputValue], row: &Row) -> Option<String> {
    given_outputs(case).find_map(|(index, name)| {
        let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let found = row.get(if row_has_plain_names(case) { plain.as_str() } else { name });
        let equal = match (&outputs[index], found.cloned().flatten()) {
            _ if found.is_none() => false,
            (OutputValue::Missing, None) => true,
            (OutputValue::Score(amount), Some(text)) => same(*amount, &text, case),
            (OutputValue::Number(number), Some(text)) => same(Amount::Double(*number), &text, case),
            (OutputValue::Text(expected), Some(text)) => *expected == text,
            (OutputValue::Boolean(truth), Some(text)) => {
                text == truth.to_string() || text == u8::from(*truth).to_string()
            }
            _ => false,
        };
        (!equal).then(|| format!("output {name}: {found:?} for {:?}", outputs[index]))
    })
}

/// What differs between an evaluation and a row.
fn difference(case: &Case, evaluator: &Evaluator, evaluation: &Evaluation, row: &Row) -> Option<String> {
    let text = |name: &str| row.get(name).cloned().flatten();
    if !is_replaced(case, "score") {
        let Some(score) = text("score") else { return Some("no score".into()) };
        if !same(evaluation.score, &score, case) {
            return Some(format!("score {score}"));
        }
    }
    // Points stand in the order of the characteristics; their names may have been shortened.
    for (characteristic, matched) in case.card.characteristics.iter().zip(&evaluation.characteristics) {
        let start: String = characteristic
            .name
            .chars()
            .map(|c| if row_has_plain_names(case) && !c.is_ascii_alphanumeric() { '_' } else { c })
            .take(40)
            .collect();
        let column = row.keys().find(|name| name.starts_with(&format!("points_{start}")));
        let points = column.and_then(|column| text(column));
        if !points.as_deref().is_some_and(|points| same(matched.points, points, case)) {
            return Some(format!("points of {}: {points:?} for {:?}", characteristic.name, matched.points));
        }
    }
    for (name, expected) in [("odds", evaluation.odds), ("probability_of_bad", evaluation.probability_of_bad)] {
        let found = text(name).map(|text| text.parse::<f64>().unwrap());
        let near = match (expected, found) {
            (None, None) => true,
            (Some(a), Some(b)) => ulps(a, b) <= case.ulps || (a - b).abs() < 1e-300,
            _ => is_replaced(case, name),
        };
        if !near {
            return Some(format!("{name} {found:?} for {expected:?}"));
        }
    }
    let code = |code: u32| evaluator.reason_codes()[code as usize].code.clone();
    let ranks = usize::from(case.card.reasons.at_most);
    for rank in 0..ranks {
        let expected = evaluation.reasons.get(rank).map(|reason| code(reason.code));
        let column = format!("reason_{}", rank + 1);
        let found = text(&column);
        if found != expected && !is_replaced(case, &column) {
            return Some(format!("reason {} is {found:?} for {expected:?}", rank + 1));
        }
    }
    let expected = evaluation.inquiries.map(|reason| code(reason.code));
    (text("reason_inquiries") != expected).then(|| format!("inquiries factor, expected {expected:?}"))
}

fn row_has_plain_names(case: &Case) -> bool {
    case.dialect == Dialect::BigQuery
}

/// Whether an amount is the text that an engine gave, to the last bit.
fn same(amount: Amount, text: &str, case: &Case) -> bool {
    match amount {
        Amount::Exact { decimals, .. } if decimals > 0 && case.dialect == Dialect::Sqlite => {
            text.parse::<f64>() == Ok(amount.to_f64())
        }
        Amount::Exact { .. } => text.parse::<Points>().ok() == amount.to_points(),
        Amount::Double(number) => {
            let found: f64 = text.parse().unwrap();
            found == number || (case.ulps > 4 && ulps(found, number) <= case.ulps)
        }
    }
}

/// How many doubles lie between two.
fn ulps(a: f64, b: f64) -> u64 {
    if a == b {
        return 0;
    }
    let place = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    place(a).abs_diff(place(b))
}
