//! `plimsoll score`: a file of applications in, the same with scores and reasons out.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use batch::{Format, Keep, Options};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::{
    data_file::{self, CellArguments, is_stdin, refuse_stdin_twice},
    failure::{Failure, Verdict},
    figures::counted,
    model_file,
    number::whole,
    policy_file,
    scoring::{self, Destination, Fault},
    screen::Screen,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll score scorecard.json applicants.csv --out scored.csv
  plimsoll score scorecard.json applicants.parquet --out scored.parquet --keep id --points
  zcat applicants.ndjson.gz | plimsoll score scorecard.json - --from ndjson > scored.ndjson
  plimsoll score model.pmml applicants.csv --keep id | head
  plimsoll score scorecard.json applicants.csv --policy policy.json --out decided.csv

Columns are carried through and score, odds, pd (probability of bad) and reason_1 … are added, in the order of the
input. Rows that cannot be scored are left out and go, with line, field and problem, to OUT.errors.csv (or the file
of `--errors`); where scores go to standard output, the first of them are shown on standard error, under `--json`
as `faults` of the one JSON document there. A file that is there already is replaced once the new one
is whole; the input never is.";

/// Score a file of applications, with reasons
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The scorecard: JSON or PMML
    model: PathBuf,
    /// The applications: CSV or NDJSON, plain or gzip, or Parquet; `-` is standard input
    #[arg(default_value = "-")]
    applications: PathBuf,
    /// Where scores go; packed where the name ends in .gz; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Format of the output [default: what the name of `--out` says, else the input's]
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// Format of the input [default: what its name or its first bytes say]
    #[arg(long, value_enum)]
    from: Option<FileFormat>,
    /// Columns to carry through, in this order [default: all]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    keep: Option<Vec<String>>,
    /// Add the points of each characteristic as points_NAME
    #[arg(long)]
    points: bool,
    /// Decide by this policy: adds decision, decided_by (score, rules or both) and rules (those that fired)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Put this before the names of the columns that are added
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Where rows that could not be scored go [default: OUT.errors.csv]
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Stop after so many rows that could not be scored [default: never]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    max_errors: Option<u64>,
    /// Threads; 0 is one a core
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true, default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    cells: CellArguments,
}

/// Form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FileFormat {
    Csv,
    Ndjson,
    Parquet,
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Ndjson => Self::Ndjson,
            FileFormat::Parquet => Self::Parquet,
        }
    }
}

/// What was done, as `--json` prints it.
#[derive(Serialize)]
struct Outcome<'a> {
    out: &'a Path,
    scored: u64,
    row_errors: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<PathBuf>,
    /// Nested columns of Parquet, which were not carried through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    /// The first rows at fault, where no file takes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let mut named = vec![("scorecard", arguments.model.as_path()), ("applications", &arguments.applications)];
    named.extend(arguments.policy.as_deref().map(|path| ("policy", path)));
    refuse_stdin_twice(&named)?;
    let evaluator = model_file::evaluator(&arguments.model)?;
    let applications = data_file::applications(&arguments.applications, arguments.from.map(Format::from))?;
    let policy =
        arguments.policy.as_deref().map(|path| policy_file::evaluator(path, evaluator.scorecard())).transpose()?;
    let format = output_format(arguments, applications.format)?;
    let options = Options {
        keep: arguments.keep.clone().map_or(Keep::All, Keep::Named),
        prefix: arguments.prefix.clone(),
        points: arguments.points,
        policy: policy.map(Arc::new),
        missing_values: arguments.cells.missing_values(),
        delimiter: arguments.cells.delimiter,
        threads: arguments.threads,
        max_errors: arguments.max_errors,
    };
    let mut inputs = vec![arguments.model.as_path(), &arguments.applications];
    inputs.extend(arguments.policy.as_deref());
    let destination =
        Destination { path: &arguments.out, format, errors: arguments.errors.as_deref(), inputs: &inputs };
    let done = scoring::run(&evaluator, applications, &destination, &options, screen)?;
    let outcome = Outcome {
        out: &arguments.out,
        scored: done.summary.scored,
        row_errors: done.summary.errors,
        first_error: done.summary.first_error,
        left_out: done.summary.left_out,
        errors: done.errors_file,
        faults: done.faults,
    };
    say(&outcome, screen)?;
    Ok(if outcome.row_errors == 0 { Verdict::Done } else { Verdict::RowErrors })
}

fn output_format(arguments: &Arguments, input: Format) -> Result<Format, Failure> {
    let name = arguments.out.to_string_lossy();
    let told = arguments.format.map(Format::from).or_else(|| Format::of_name(&name));
    if let (None, Some(ending)) = (told, ending(&arguments.out)) {
        return Err(Failure::usage(format!(
            "--out {name}: `.{ending}` is no format of scores; name the file .csv, .ndjson or .parquet, or say which it is with \
             `--format`"
        )));
    }
    let format = told.unwrap_or(input);
    if format == Format::Parquet && name.ends_with(".gz") {
        return Err(Failure::usage("--out: Parquet is packed within; leave `.gz` off its name"));
    }
    Ok(format)
}

/// The end of a name that should tell a format, `.gz` not counted; none of what is no plain file.
fn ending(path: &Path) -> Option<String> {
    if path.exists() && !path.is_file() {
        return None;
    }
    let gz = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    let plain = if gz { path.with_extension("") } else { path.to_owned() };
    plain.extension().map(|end| end.to_string_lossy().into_owned())
}

/// Says what was done: where the scores themselves fill standard output, on standard error.
fn say(outcome: &Outcome<'_>, screen: &Screen) -> Result<(), Failure> {
    let text = || {
        let mut text = format!("{} scored", counted(outcome.scored, "row"));
        if outcome.row_errors > 0 {
            text += &format!(", {} could not be", counted(outcome.row_errors, "row"));
        }
        if let Some(errors) = &outcome.errors {
            text += &format!(" (see {})", errors.display());
        }
        if let Some(first) = &outcome.first_error {
            text += &format!("; the first: {first}");
        }
        text
    };
    if !is_stdin(outcome.out) {
        return screen.result(outcome, || format!("{}: {}\n", outcome.out.display(), text()));
    }
    if screen.json() {
        let json = serde_json::to_string(outcome).map_err(|error| Failure::input(error.to_string()))?;
        screen.complain(&json);
    } else if outcome.row_errors > 0 {
        screen.complain(&text());
    } else {
        screen.remark(&text());
    }
    Ok(())
}
