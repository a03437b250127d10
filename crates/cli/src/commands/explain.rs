//! `plimsoll explain`: how one application gets its score.

use std::{fmt::Write, path::PathBuf};

use clap::Args;
use scorecard::{Amount, ApplicationReader, Evaluation, Evaluator, Value};
use serde::Serialize;
use serde_json::Value as Json;

use crate::{
    application_file,
    failure::{Failure, Verdict},
    model_file,
    screen::Screen,
    text_table::TextTable,
};

/// Show how one application gets its score
#[derive(Args)]
#[command(after_help = "Examples:
  plimsoll explain scorecard.json application.json
  echo '{\"age\": 31, \"housing\": \"own\"}' | plimsoll explain scorecard.json -
  plimsoll explain scorecard.json applicants.csv --row 17
  plimsoll explain scorecard.json applicants.csv --row 17 --set age=45")]
pub(crate) struct Arguments {
    /// The scorecard: JSON or PMML
    model: PathBuf,
    /// The application: a JSON object, or CSV or NDJSON with `--row`; `-` is standard input
    application: PathBuf,
    /// Which row of a CSV or NDJSON file, counted from 1, the header not counted
    #[arg(long, value_name = "N")]
    row: Option<usize>,
    /// Put this value in place of the application's; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    changes: Vec<String>,
}

/// One characteristic of one application.
#[derive(Serialize)]
struct Line {
    characteristic: String,
    value: Json,
    attribute: String,
    points: Amount,
    baseline: Option<scorecard::Points>,
    difference: Option<Amount>,
    reason_code: Option<String>,
}

/// A reason.
#[derive(Serialize)]
struct Reason {
    rank: usize,
    code: String,
    text: String,
    difference: Amount,
}

/// The whole explanation.
#[derive(Serialize)]
struct Explanation {
    scorecard: String,
    content_hash: String,
    score: Amount,
    odds: Option<f64>,
    probability_of_bad: Option<f64>,
    initial_score: scorecard::Points,
    reason_method: String,
    reasons: Vec<Reason>,
    inquiries: Option<Reason>,
    characteristics: Vec<Line>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let evaluator = model_file::evaluator(&arguments.model)?;
    let card = evaluator.scorecard();
    let mut application = application_file::read(&arguments.application, arguments.row, card)?;
    for change in &arguments.changes {
        application_file::set(&mut application, change, card)?;
    }
    let in_file = |error: scorecard::Error| Failure::from(error).in_file(&arguments.application);
    let values = ApplicationReader::new(card).read(&application).map_err(in_file)?;
    let evaluation = evaluator.evaluate(&values).map_err(in_file)?;
    let explanation = explain(&evaluator, &values, &evaluation);
    screen.result(&explanation, || text(&explanation))?;
    Ok(Verdict::Done)
}

fn explain(evaluator: &Evaluator, values: &[Value<'_>], evaluation: &Evaluation) -> Explanation {
    let card = evaluator.scorecard();
    let reason = |rank: usize, ranked: &scorecard::RankedReason| {
        let named = evaluator.reason_codes().get(ranked.code as usize);
        Reason {
            rank,
            code: named.map(|reason| reason.code.clone()).unwrap_or_default(),
            text: named.map(|reason| reason.text.clone()).unwrap_or_default(),
            difference: ranked.difference,
        }
    };
    let line = |(characteristic, matched): (&scorecard::model::Characteristic, &scorecard::Matched)| {
        let attribute = characteristic.attributes.get(matched.attribute as usize);
        let value = card.field_index(&characteristic.field).and_then(|index| values.get(index));
        Line {
            characteristic: characteristic.label.clone().unwrap_or_else(|| characteristic.name.clone()),
            value: value.map_or(Json::Null, |value| json(*value)),
            attribute: attribute.map(|attribute| attribute.name().into_owned()).unwrap_or_default(),
            points: matched.points,
            baseline: characteristic.baselines.get(card.reasons.method),
            difference: matched.difference,
            reason_code: attribute
                .and_then(|attribute| attribute.reason.as_ref())
                .or(characteristic.reason.as_ref())
                .map(|reason| reason.code.clone()),
        }
    };
    Explanation {
        scorecard: card.name.clone(),
        content_hash: card.content_hash(),
        score: evaluation.score,
        odds: evaluation.odds,
        probability_of_bad: evaluation.probability_of_bad,
        initial_score: card.initial_score,
        reason_method: card.reasons.method.to_string(),
        reasons: (1..).zip(&evaluation.reasons).map(|(rank, ranked)| reason(rank, ranked)).collect(),
        inquiries: evaluation.inquiries.as_ref().map(|ranked| reason(evaluation.reasons.len() + 1, ranked)),
        characteristics: card.characteristics.iter().zip(&evaluation.characteristics).map(line).collect(),
    }
}

fn json(value: Value<'_>) -> Json {
    match value {
        Value::Missing => Json::Null,
        Value::Number(number) => serde_json::to_value(scorecard::Literal::Number(number)).unwrap_or(Json::Null),
        Value::Text(text) => text.into(),
        Value::Boolean(truth) => truth.into(),
    }
}

fn text(explanation: &Explanation) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}  {}", explanation.scorecard, explanation.content_hash);
    let _ = write!(text, "score {}", explanation.score);
    if let (Some(odds), Some(bad)) = (explanation.odds, explanation.probability_of_bad) {
        let _ = write!(text, "   odds {odds:.2}:1   probability of bad {:.2} %", 100.0 * bad);
    }
    text.push_str("\n\n");
    let mut table =
        TextTable::new(&["characteristic", "value", "attribute", ">points", ">baseline", ">lost", "reason"]);
    table.row(["initial score".into(), String::new(), String::new(), explanation.initial_score.to_string()]);
    for line in &explanation.characteristics {
        table.row([
            line.characteristic.clone(),
            match &line.value {
                Json::Null => "–".into(),
                Json::String(text) => text.clone(),
                other => other.to_string(),
            },
            line.attribute.clone(),
            line.points.to_string(),
            line.baseline.map_or_else(String::new, |baseline| baseline.to_string()),
            line.difference.map_or_else(String::new, |difference| difference.to_string()),
            line.reason_code.clone().unwrap_or_default(),
        ]);
    }
    text.push_str(&table.to_string());
    if explanation.reasons.is_empty() {
        text.push_str("\nNo points were lost against the baseline.\n");
    } else {
        let _ = writeln!(text, "\nReasons, by points lost against the baseline `{}`:", explanation.reason_method);
    }
    for reason in explanation.reasons.iter().chain(&explanation.inquiries) {
        let _ = writeln!(text, "  {}. {}  {} ({})", reason.rank, reason.code, reason.text, reason.difference);
    }
    text
}
