//! `plimsoll explain`: how one application gets its score.

use std::{fmt::Write, path::PathBuf};

use clap::Args;
use scorecard::{
    Amount, ApplicationReader, Evaluation, Evaluator, Value, model,
    policy::{self, DecidedBy, PolicyEvaluator, PolicyOutcome},
};
use serde::Serialize;
use serde_json::Value as Json;

use crate::{
    application_file,
    data_file::{CellArguments, refuse_stdin_twice},
    failure::{Failure, Verdict},
    model_file,
    number::whole,
    policy_file,
    screen::Screen,
    text_table::TextTable,
};

/// Show how one application gets its score
#[derive(Args)]
#[command(after_help = "Examples:
  plimsoll explain scorecard.json application.json
  echo '{\"age\": 31, \"housing\": \"own\"}' | plimsoll explain scorecard.json -
  plimsoll explain scorecard.json applicants.csv --row 17
  plimsoll explain scorecard.json applicants.csv --row 17 --set age=45
  plimsoll explain scorecard.json applicants.parquet --row 17 --policy policy.json")]
pub(crate) struct Arguments {
    /// The scorecard: JSON or PMML
    model: PathBuf,
    /// The application: a JSON object, or a row of CSV, NDJSON or Parquet with `--row`; `-` is standard input
    application: PathBuf,
    /// Which row of a table, counted from 1, the header not counted
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    row: Option<usize>,
    /// Put this value in place of the application's; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    changes: Vec<String>,
    /// Also decide by this policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    cells: CellArguments,
}

/// One characteristic of one application.
#[derive(Serialize)]
struct Line {
    /// As in the model, and in `points_NAME` of a scored file.
    name: String,
    /// Its label, else its name.
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

/// What a policy decides.
#[derive(Serialize)]
struct Decided {
    policy: String,
    policy_hash: String,
    decision: policy::Decision,
    decided_by: DecidedBy,
    band: Option<String>,
    fired: Vec<Fired>,
}

/// A rule that fired.
#[derive(Serialize)]
struct Fired {
    id: String,
    decision: policy::Decision,
    /// Whether it fired because a value it needs is missing.
    unknown: bool,
    reason: model::Reason,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decided>,
    reasons: Vec<Reason>,
    inquiries: Option<Reason>,
    characteristics: Vec<Line>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let mut named = vec![("scorecard", arguments.model.as_path()), ("application", &arguments.application)];
    named.extend(arguments.policy.as_deref().map(|path| ("policy", path)));
    refuse_stdin_twice(&named)?;
    let evaluator = model_file::evaluator(&arguments.model)?;
    let card = evaluator.scorecard();
    let mut application =
        application_file::read(&arguments.application, arguments.row, card, &arguments.cells, screen)?;
    for change in &arguments.changes {
        application_file::set(&mut application, change, card, &arguments.cells)?;
    }
    let in_file = |error: scorecard::Error| Failure::from(error).in_file(&arguments.application);
    let values = ApplicationReader::new(card).read(&application).map_err(in_file)?;
    let evaluation = evaluator.evaluate(&values).map_err(in_file)?;
    let mut explanation = explain(&evaluator, &values, &evaluation);
    if let Some(path) = &arguments.policy {
        let policy = policy_file::evaluator(path, card)?;
        let outcome = policy.decide(&values, &evaluation).map_err(in_file)?;
        explanation.decision = Some(decision(&policy, &outcome));
    }
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
            name: characteristic.name.clone(),
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
        decision: None,
        reasons: (1..).zip(&evaluation.reasons).map(|(rank, ranked)| reason(rank, ranked)).collect(),
        inquiries: evaluation.inquiries.as_ref().map(|ranked| reason(evaluation.reasons.len() + 1, ranked)),
        characteristics: card.characteristics.iter().zip(&evaluation.characteristics).map(line).collect(),
    }
}

fn decision(policy: &PolicyEvaluator, outcome: &PolicyOutcome) -> Decided {
    let document = policy.policy();
    let fired = outcome.fired.iter().filter_map(|fired| {
        let rule = document.rules.get(fired.rule as usize)?;
        Some(Fired {
            id: rule.id.clone(),
            decision: fired.decision,
            unknown: fired.unknown,
            reason: rule.reason.clone(),
        })
    });
    Decided {
        policy: document.name.clone(),
        policy_hash: document.content_hash(),
        decision: outcome.decision,
        decided_by: outcome.decided_by,
        band: document.scores.bands.get(outcome.band as usize).map(|band| band.name.clone()),
        fired: fired.collect(),
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
    text.push('\n');
    if let Some(decided) = &explanation.decision {
        let by = match decided.decided_by {
            DecidedBy::Score => "the score",
            DecidedBy::Rules => "rules",
            DecidedBy::Both => "score and rules",
        };
        let band = decided.band.as_deref().unwrap_or_default();
        let _ = writeln!(text, "decision {}, by {by} (band {band}; policy {})", decided.decision, decided.policy);
        for fired in &decided.fired {
            let unknown = if fired.unknown { ", for want of a value" } else { "" };
            let _ = writeln!(
                text,
                "  {}: {}{unknown}: {} {}",
                fired.id, fired.decision, fired.reason.code, fired.reason.text
            );
        }
    }
    text.push('\n');
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
