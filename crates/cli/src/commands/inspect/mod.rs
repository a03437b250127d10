//! `plimsoll inspect`: what a scorecard or a policy is, and whether its parts agree.

mod policy;

use std::{fmt::Write, path::PathBuf};

use clap::Args;
use scorecard::Scorecard;
use serde::Serialize;

use crate::{
    data_file::refuse_stdin_twice,
    failure::{Failure, Verdict},
    figures::{counted, signed},
    model_file,
    screen::Screen,
    text_table::TextTable,
};

/// Show and check a scorecard or a policy
#[derive(Args)]
#[command(after_help = "Examples:
  plimsoll inspect scorecard.json
  plimsoll inspect policy.json
  plimsoll inspect scorecard.json --policy policy.json
  plimsoll inspect --points scorecard.json
  plimsoll inspect --schema scorecard.json > application.schema.json
  plimsoll inspect --json model.pmml | jq .score_range")]
pub(crate) struct Arguments {
    /// The scorecard, JSON or PMML, or a policy; `-` is standard input
    model: PathBuf,
    /// Check this policy against the scorecard, expression by expression, and show it
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Also show the points of every attribute
    #[arg(long)]
    points: bool,
    /// Print the JSON Schema of the applications it takes, and nothing else
    #[arg(long)]
    schema: bool,
}

/// What there is to know at a glance.
#[derive(Serialize)]
struct Summary<'a> {
    name: &'a str,
    description: &'a str,
    content_hash: String,
    fields: usize,
    characteristics: usize,
    attributes: usize,
    score_range: Option<[f64; 2]>,
    scaling: Option<scorecard::model::Scaling>,
    reason_method: String,
    reason_codes: usize,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    remarks: &'a [String],
    provenance: &'a scorecard::model::Provenance,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    refuse_contradictions(arguments)?;
    let bytes = model_file::bytes(&arguments.model)?;
    if policy::is_policy(&bytes) {
        if let Some(other) = &arguments.policy {
            return Err(Failure::usage(format!(
                "{} is a policy; name the scorecard first, then `--policy {}`",
                arguments.model.display(),
                other.display()
            )));
        }
        let of_a_scorecard = [("--points", arguments.points), ("--schema", arguments.schema)];
        if let Some((flag, _)) = of_a_scorecard.iter().find(|(_, given)| *given) {
            return Err(Failure::usage(format!(
                "{flag}: {} is a policy; only a scorecard has that",
                arguments.model.display()
            )));
        }
        return policy::show(&arguments.model, &bytes, screen);
    }
    let (evaluator, remarks) = model_file::evaluator_of(&bytes, &arguments.model)?;
    remarks.iter().for_each(|remark| screen.remark(remark));
    if let Some(path) = &arguments.policy {
        return policy::show_checked(path, evaluator.scorecard(), screen);
    }
    let card = evaluator.scorecard();
    if arguments.schema {
        let mut schema = format!("{:#}", scorecard::input_schema(card));
        schema.push('\n');
        screen.text(&schema)?;
        return Ok(Verdict::Done);
    }
    let summary = Summary {
        name: &card.name,
        description: &card.description,
        content_hash: card.content_hash(),
        fields: card.fields.len(),
        characteristics: card.characteristics.len(),
        attributes: card.characteristics.iter().map(|c| c.attributes.len()).sum(),
        score_range: score_range(card),
        scaling: card.scaling,
        reason_method: card.reasons.method.to_string(),
        reason_codes: evaluator.reason_codes().len(),
        remarks: &remarks,
        provenance: &card.provenance,
    };
    screen.result(&summary, || text(&summary, card, arguments.points))?;
    Ok(Verdict::Done)
}

/// Each of these shows something else, so that two of them would leave one undone.
fn refuse_contradictions(arguments: &Arguments) -> Result<(), Failure> {
    let fault = |flag: &str, other: &str, shows: &str| {
        Err(Failure::usage(format!(
            "{flag}: not together with `{other}`, which shows {shows}; ask one after the other"
        )))
    };
    match (&arguments.policy, arguments.points, arguments.schema) {
        (Some(_), true, _) => fault("--points", "--policy", "the policy instead of the scorecard"),
        (Some(_), _, true) => fault("--schema", "--policy", "the policy instead of the scorecard"),
        (None, true, true) => fault("--points", "--schema", "the schema and nothing else"),
        (Some(policy), ..) => refuse_stdin_twice(&[("scorecard", &arguments.model), ("policy", policy)]),
        _ => Ok(()),
    }
}

/// The lowest and the highest score, where all points are constants and the sum is the score.
fn score_range(card: &Scorecard) -> Option<[f64; 2]> {
    let range = card.sum_range().filter(|_| card.output.is_none())?;
    Some(range.map(scorecard::Points::to_f64))
}

fn text(summary: &Summary<'_>, card: &Scorecard, points: bool) -> String {
    let mut lines: Vec<(&str, String)> = Vec::new();
    let mut line = |name, value| lines.push((name, value));
    line("scorecard", summary.name.to_owned());
    line("", summary.description.to_owned());
    line("content hash", summary.content_hash.clone());
    line("score range", summary.score_range.map_or_else(String::new, |[low, high]| format!("{low} to {high}")));
    let scaling =
        |s: scorecard::model::Scaling| format!("{} points at odds of {}:1; {} double them", s.points, s.odds, s.pdo);
    line("scaling", summary.scaling.map_or_else(String::new, scaling));
    line(
        "reasons",
        format!("{}, against the baseline `{}`", counted(summary.reason_codes as u64, "code"), summary.reason_method),
    );
    line("", card.reasons.baseline_note.clone());
    let provenance = summary.provenance;
    line("author", provenance.author.clone().unwrap_or_default());
    line("created", provenance.created.clone().unwrap_or_default());
    line("made by", provenance.tool.clone().unwrap_or_default());
    line("data", provenance.data_hash.clone().unwrap_or_default());
    for (name, value) in &provenance.metrics {
        line(name, format!("{value:.4}"));
    }
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max(14) + 2;
    let mut text = String::new();
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<width$}{value}");
    }
    text.push('\n');
    let mut table = TextTable::new(&["characteristic", "field", ">attributes", ">lowest", ">highest", ">IV", "reason"]);
    for c in &card.characteristics {
        let points = || c.attributes.iter().map(|attribute| attribute.points);
        table.row([
            c.name.clone(),
            c.field.clone(),
            c.attributes.len().to_string(),
            points().min().unwrap_or_default().to_string(),
            points().max().unwrap_or_default().to_string(),
            c.statistics.as_ref().map_or_else(String::new, |s| format!("{:.3}", s.information_value)),
            c.reason.as_ref().map_or_else(String::new, |r| format!("{} {}", r.code, r.text)),
        ]);
    }
    text.push_str(&table.to_string());
    if points {
        text.push('\n');
        text.push_str(&points_table(card).to_string());
    }
    text
}

fn points_table(card: &Scorecard) -> TextTable {
    let mut table = TextTable::new(&["characteristic", "attribute", ">points", ">share", ">bad rate", ">WoE"]);
    for characteristic in &card.characteristics {
        for (index, attribute) in characteristic.attributes.iter().enumerate() {
            let figure = |of: fn(&scorecard::model::AttributeStatistics) -> String| {
                attribute.statistics.as_ref().map_or_else(String::new, of)
            };
            table.row([
                if index == 0 { characteristic.name.clone() } else { String::new() },
                attribute.name().into_owned(),
                if attribute.points_expression.is_some() { "computed".into() } else { attribute.points.to_string() },
                figure(|s| format!("{:.1} %", 100.0 * s.share)),
                figure(|s| format!("{:.1} %", 100.0 * s.bad_rate)),
                figure(|s| signed(s.woe, 3)),
            ]);
        }
    }
    table
}
