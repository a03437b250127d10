//! `plimsoll monitor`: whether new applicants still are like those that a scorecard was fitted on.

mod from_lake;

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use batch::{Errors, Options, Tally};
use clap::Args;
use lake::Place;
use scorecard::{Evaluation, Scorecard};
use serde::Serialize;
use training::drift::{DriftCounter, DriftReport, Light, Stability, Thresholds};

use crate::{
    data_file::{self, CellArguments, refuse_stdin_twice},
    failure::{Failure, Verdict},
    figures::{count, counted, percent, signed},
    model_file,
    number::whole,
    progress::Progress,
    screen::Screen,
    service_settings::StoreArguments,
    text_table::TextTable,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll monitor scorecard.json this-month.csv
  plimsoll monitor scorecard.json this-month.parquet --amber 0.1 --red 0.2 --json > drift.json
  plimsoll monitor scorecard.json this-month.ndjson > drift.txt
  plimsoll monitor --lake plimsoll-data/lake --from 2026-11-01      # what the service decided, by the model in force
  plimsoll monitor scorecard.json --lake s3://risk-lake/decisions --from 2026-11-01 --to 2026-11-30
  test $? -ne 5 || mail -s 'the score has shifted' risk@example.com < drift.txt   # 5: a figure is red

The baseline is in the scorecard: its score bands and the share of each attribute. Outcomes are not needed. The file is
read as it comes, in constant memory. An index below the limit of chance says nothing, whatever its light.";

/// Compare new applicants with those that a scorecard was fitted on
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The scorecard: JSON or PMML, with its baseline
    #[arg(required_unless_present = "lake")]
    model: Option<PathBuf>,
    /// The new applicants: CSV or NDJSON, plain or gzip, or Parquet; `-` is standard input
    #[arg(required_unless_present = "lake", conflicts_with = "lake")]
    applicants: Option<PathBuf>,
    /// Instead of applicants: a lake of decisions, a folder or s3://bucket/prefix
    #[arg(long, value_name = "PLACE", value_parser = from_lake::place)]
    lake: Option<Place>,
    /// With --lake, another way to name the scorecard; without one it is the model in force in the store of the settings
    #[arg(long = "model", value_name = "FILE", conflicts_with = "model", requires = "lake")]
    card: Option<PathBuf>,
    /// With --lake: the first day, such as 2026-11-01
    #[arg(long, value_name = "DAY", value_parser = from_lake::day, requires = "lake")]
    from: Option<String>,
    /// With --lake: the last day
    #[arg(long, value_name = "DAY", value_parser = from_lake::day, requires = "lake")]
    to: Option<String>,
    #[command(flatten)]
    store: StoreArguments,
    /// From this index on the light is amber
    #[arg(long, value_name = "INDEX", allow_negative_numbers = true, default_value_t = Thresholds::default().amber)]
    amber: f64,
    /// Above this index the light is red
    #[arg(long, value_name = "INDEX", allow_negative_numbers = true, default_value_t = Thresholds::default().red)]
    red: f64,
    /// Also show the bins of the score and of every characteristic
    #[arg(long)]
    bins: bool,
    /// Threads; 0 is one a core
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true, default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    cells: CellArguments,
}

/// The drift report, as `--json` prints it, and how many rows are not in it.
#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    drift: DriftReport,
    row_errors: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_error: Option<String>,
}

/// Counts applicants by score band and attribute.
struct Counts<'a>(DriftCounter<'a>);

impl Tally for Counts<'_> {
    fn add(&mut self, evaluation: &Evaluation) {
        let attributes = evaluation.characteristics.iter().map(|matched| matched.attribute);
        self.0.add(evaluation.score.to_f64(), attributes, 1.0);
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(&later.0);
    }
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    let thresholds = Thresholds { amber: arguments.amber, red: arguments.red };
    thresholds.validate()?;
    match (&arguments.lake, &arguments.model, &arguments.applicants) {
        (Some(place), ..) => from_lake::run(place, arguments, &thresholds, screen),
        (None, Some(model), Some(applicants)) => from_file(model, applicants, arguments, &thresholds, screen),
        (None, ..) => Err(Failure::usage("name a scorecard and the new applicants, or a lake with --lake")),
    }
}

fn from_file(
    model: &Path,
    applicants: &Path,
    arguments: &Arguments,
    thresholds: &Thresholds,
    screen: &Screen,
) -> Result<Verdict, Failure> {
    refuse_stdin_twice(&[("scorecard", model), ("applicants", applicants)])?;
    let evaluator = model_file::evaluator(model)?;
    let card: &Scorecard = evaluator.scorecard();
    let empty = DriftCounter::new(card).map_err(|error| Failure::from(error).in_file(model))?;
    let applications = data_file::applications(applicants, None)?;
    let options = Options {
        missing_values: arguments.cells.missing_values(),
        delimiter: arguments.cells.delimiter,
        threads: arguments.threads,
        ..Options::default()
    };
    let (counts, summary) = {
        let progress = Progress::bytes(screen, applications.bytes, "counting");
        let mut nowhere = std::io::sink();
        let errors = Errors { stream: &mut nowhere, name: "row errors" };
        batch::tally(&evaluator, applications.input, errors, &options, &|| Counts(empty.clone()), &mut |read| {
            progress.advance(read)
        })?
    };
    screen.remark_left_out(&summary.left_out);
    if let (0, Some(first)) = (summary.scored, &summary.first_error) {
        return Err(Failure::input(format!("no row could be scored; {first}")).in_file(applicants));
    }
    let drift = counts.0.report(thresholds).map_err(|error| Failure::from(error).in_file(applicants))?;
    let found = Found { drift, row_errors: summary.errors, first_error: summary.first_error };
    screen.result(&found, || text(&found.drift, arguments.bins))?;
    if found.row_errors > 0 {
        screen.complain(&format!(
            "{} could not be scored and {} in no figure; the first: {}",
            counted(found.row_errors, "row"),
            if found.row_errors == 1 { "is" } else { "are" },
            found.first_error.as_deref().unwrap_or_default()
        ));
    }
    Ok(match (found.drift.light, found.row_errors) {
        (Light::Red, _) => Verdict::Red,
        (_, 0) => Verdict::Done,
        _ => Verdict::RowErrors,
    })
}

fn text(drift: &DriftReport, bins: bool) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}  {}", drift.model, drift.model_hash);
    let before = drift
        .baseline_count
        .map_or_else(String::new, |before| format!(" beside {} of the baseline", count(before.round() as u64)));
    let _ = writeln!(
        text,
        "{}{before}; mean score {:.1}; amber from {}, red above {}\n",
        counted(drift.count.round() as u64, "applicant"),
        drift.mean_score,
        drift.thresholds.amber,
        drift.thresholds.red
    );
    let mut table = TextTable::new(&["of", ">index", ">chance", "light", ">points before", ">points now", ">shift"]);
    if let Some(score) = &drift.score {
        table.row(["score (PSI)".into(), index(score), chance(score), score.light.to_string()]);
    }
    for one in &drift.characteristics {
        table.row([
            one.name.clone(),
            index(&one.csi),
            chance(&one.csi),
            one.csi.light.to_string(),
            format!("{:.1}", one.expected_points),
            format!("{:.1}", one.actual_points),
            signed(one.shift, 1),
        ]);
    }
    let _ = writeln!(text, "{table}\nall: {}", drift.light);
    for note in &drift.notes {
        let _ = writeln!(text, "{note}");
    }
    if bins {
        if let Some(score) = &drift.score {
            let _ = write!(text, "\n{}", rows("score", score));
        }
        for one in &drift.characteristics {
            let _ = write!(text, "\n{}", rows(&one.name, &one.csi));
        }
    }
    text
}

fn index(stability: &Stability) -> String {
    format!("{:.4}", stability.index)
}

fn chance(stability: &Stability) -> String {
    stability.chance.map_or_else(String::new, |chance| format!("{chance:.4}"))
}

fn rows(name: &str, stability: &Stability) -> TextTable {
    let mut table = TextTable::new(&[name, ">before", ">now", ">count", ">part"]);
    for row in &stability.rows {
        table.row([
            row.label.clone(),
            percent(row.expected_share),
            percent(row.actual_share),
            count(row.actual_count.round() as u64),
            format!("{:.4}", row.part),
        ]);
    }
    table
}
