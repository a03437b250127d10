//! `plimsoll validate`: a scorecard tried on applicants whose outcome is known.

use std::{fmt::Write, path::PathBuf};

use clap::Args;
use scorecard::Scorecard;
use serde::Serialize;
use training::{
    report::{self, ReportData},
    table::Table,
    train::Role,
    validate::{ValidateOptions, validate},
};

use crate::{
    data_file::{self, CellArguments, refuse_stdin_twice},
    dictionary_file,
    failure::{Failure, Verdict},
    figures::{count, counted, estimate, percent, signed},
    model_file,
    now::now,
    number::whole,
    output_file::OutputFile,
    progress::Progress,
    screen::Screen,
    text_table::TextTable,
};

const EXAMPLES: &str = "\
Examples:
  plimsoll validate scorecard.json labelled.csv
  plimsoll validate scorecard.json 2025.parquet --target defaulted --bad yes --report validation.html
  plimsoll validate model.pmml labelled.csv --target bad --protected sex,age --json > validation.json

Target and bad values are those that the scorecard names unless told otherwise. `--json` prints the document that
`train` writes as report.json, with this one sample in it, and row_errors. Rows that cannot be read or scored are
counted, the first of them is named, and they are in no figure; the exit code is then 4.";

/// Try a scorecard on applicants whose outcome is known
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The scorecard: JSON or PMML
    model: PathBuf,
    /// The applicants with their outcome: CSV, plain or gzip, or Parquet; `-` is standard input
    data: PathBuf,
    /// Column with the outcome [default: as the scorecard or the dictionary says]
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Value of the target that is bad; may be given several times [default: as the scorecard or the dictionary says]
    #[arg(long = "bad", value_name = "VALUE", allow_hyphen_values = true)]
    bad_values: Vec<String>,
    /// Column with the weight of each row
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Columns that are looked at for fairness [default: as the dictionary beside the data says]
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    protected: Vec<String>,
    /// Score from which applicants count as approved [default: the score at which as many are approved as are good]
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    cutoff: Option<f64>,
    /// Draws of each bootstrap interval; 0 for none
    #[arg(long, value_name = "N", value_parser = whole::<u32>, allow_negative_numbers = true, default_value_t = 1000)]
    bootstrap: u32,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true, default_value_t = 1)]
    seed: u64,
    /// What the sample is called in the report
    #[arg(long, value_name = "NAME", default_value = "validation")]
    sample: String,
    /// Write the report as one HTML file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write the report as data, JSON
    #[arg(long, value_name = "FILE")]
    report_data: Option<PathBuf>,
    /// Give no figures where more rows than these cannot be scored [default: no limit]
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true)]
    max_errors: Option<u64>,
    #[command(flatten)]
    cells: CellArguments,
}

/// The report, as `--json` prints it, and how many rows are not in it.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    report: &'a ReportData,
    row_errors: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_error: Option<&'a str>,
}

pub(super) fn run(arguments: &Arguments, screen: &Screen) -> Result<Verdict, Failure> {
    refuse_stdin_twice(&[("scorecard", &arguments.model), ("applicants", &arguments.data)])?;
    let evaluator = model_file::evaluator(&arguments.model)?;
    let options = options(arguments, evaluator.scorecard())?;
    let stream = data_file::bytes_of_stream(&arguments.data)?;
    let table = {
        let _progress = Progress::steps(screen, &format!("reading {}", data_file::name(&arguments.data)));
        data_file::table_for(evaluator.scorecard(), &arguments.data, stream, &arguments.cells, true)?
    };
    arguments.cells.remark_unfound(&table, screen);
    check_columns(arguments, &table)?;
    let mut validated = {
        let _progress = Progress::steps(screen, "measuring");
        validate(&evaluator, &table, &options)?
    };
    validated.report.created = now();
    let report = &validated.report;
    let inputs = [arguments.model.as_path(), arguments.data.as_path()];
    if let Some(path) = &arguments.report {
        OutputFile::write_text(path, &inputs, &report::html(report))?;
    }
    if let Some(path) = &arguments.report_data {
        let json = serde_json::to_string_pretty(report).map_err(|error| Failure::input(error.to_string()))?;
        OutputFile::write_text(path, &inputs, &(json + "\n"))?;
    }
    let found = Found { report, row_errors: validated.row_errors, first_error: validated.first_error.as_deref() };
    screen.result(&found, || text(&found, arguments))?;
    Ok(if found.row_errors == 0 { Verdict::Done } else { Verdict::RowErrors })
}

/// The columns that flags name must be there.
fn check_columns(arguments: &Arguments, table: &Table) -> Result<(), Failure> {
    data_file::check_columns(table, &arguments.target, "--target")?;
    data_file::check_columns(table, &arguments.weight, "--weight")?;
    data_file::check_columns(table, &arguments.protected, "--protected")
}

/// Target, bad values and protected columns: as told, else as the dictionary beside the data says, else as the scorecard says.
fn options(arguments: &Arguments, card: &Scorecard) -> Result<ValidateOptions, Failure> {
    let dictionary = dictionary_file::of(&arguments.data, None)?.dictionary;
    let provenance = &card.provenance;
    let target = arguments.target.as_ref().or(dictionary.target.as_ref()).or(provenance.target.as_ref());
    let target = target.ok_or_else(|| {
        Failure::usage("the scorecard does not say which column holds the outcome; name it with `--target COLUMN`")
    })?;
    let bad_values = if !arguments.bad_values.is_empty() {
        arguments.bad_values.clone()
    } else if dictionary.target.as_ref() == Some(target) {
        dictionary.bad_values.clone()
    } else if provenance.target.as_ref() == Some(target) {
        provenance.bad_values.clone()
    } else {
        Vec::new()
    };
    let protected = if arguments.protected.is_empty() {
        let protected = dictionary.columns.iter().filter(|(_, entry)| entry.role == Role::Protected);
        protected.map(|(name, _)| name.clone()).collect()
    } else {
        arguments.protected.clone()
    };
    Ok(ValidateOptions {
        bad_values,
        weight: arguments.weight.clone(),
        protected,
        cutoff: arguments.cutoff,
        bootstrap: arguments.bootstrap,
        seed: arguments.seed,
        max_errors: arguments.max_errors,
        ..ValidateOptions::new(arguments.sample.clone(), target.clone())
    })
}

fn text(found: &Found<'_>, arguments: &Arguments) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, found);
    text.truncate(text.trim_end().len());
    text.push('\n');
    for (path, what) in [(&arguments.report, "report"), (&arguments.report_data, "report as data")] {
        if let Some(path) = path {
            let _ = writeln!(text, "\n{what}: {}", path.display());
        }
    }
    text
}

fn write(text: &mut String, found: &Found<'_>) -> std::fmt::Result {
    let report = found.report;
    let data = &report.data;
    writeln!(text, "{}  {}", report.model.name, report.model.content_hash)?;
    writeln!(
        text,
        "{}: {}; bad where `{}` is {}\n",
        data.source,
        match found.row_errors {
            0 => counted(data.rows, "applicant"),
            errors => format!("{} of {}", count(data.rows), counted(data.rows + errors, "applicant")),
        },
        data.target,
        data.bad_values.join(" or ")
    )?;
    for sample in &report.samples {
        let measures = &sample.measures;
        let mut table = TextTable::new(&["measure", "value, 95 % interval"]);
        let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
        row("bad rate", percent(measures.bad_rate));
        row("AUC", estimate(&measures.auc));
        row("Gini", estimate(&measures.gini));
        row("KS", estimate(&measures.ks));
        if let Some(brier) = &measures.brier {
            row("Brier score", estimate(brier));
        }
        if let Some(log_loss) = &measures.log_loss {
            row("log loss", estimate(log_loss));
        }
        if let Some(calibration) = &sample.calibration {
            let bads = |bads: f64| format!("{bads:.1}");
            row(
                "bads expected, seen",
                format!("{}, {}", bads(calibration.expected_bads), bads(calibration.observed_bads)),
            );
            if let Some(slope) = &calibration.slope {
                row("calibration slope", estimate(slope));
            }
        }
        writeln!(text, "{table}")?;
        let mut table = TextTable::new(&[">cut-off", ">approved", ">bad rate", ">bads kept out", ">goods kept out"]);
        for cut in &sample.cut_offs {
            table.row([
                cut.cut.to_string(),
                percent(cut.approval_rate),
                cut.bad_rate.map_or_else(String::new, percent),
                percent(cut.bads_declined),
                percent(cut.goods_declined),
            ]);
        }
        writeln!(text, "{table}")?;
    }
    if !report.characteristics.is_empty() {
        let mut table = TextTable::new(&["characteristic", ">IV", ">CSI", "light"]);
        for characteristic in &report.characteristics {
            let drift = report.stability.iter().find(|named| named.name == characteristic.name);
            table.row([
                characteristic.name.clone(),
                format!("{:.3}", characteristic.information_value),
                drift.map_or_else(String::new, |drift| format!("{:.3}", drift.stability.index)),
                drift.map_or_else(String::new, |drift| drift.stability.light.to_string()),
            ]);
        }
        if let Some(score) = report.stability.iter().find(|named| named.name == "score") {
            let (index, light) = (score.stability.index, score.stability.light);
            table.row(["score (PSI)".into(), String::new(), format!("{index:.3}"), light.to_string()]);
        }
        writeln!(text, "{table}")?;
    }
    if !report.fairness.is_empty() {
        let mut table =
            TextTable::new(&["protected", "group", ">applicants", ">approved", ">AIR", ">SMD", ">Fisher's p"]);
        for column in &report.fairness {
            for group in &column.groups {
                table.row([
                    column.column.clone(),
                    if group.reference { format!("{} (reference)", group.group) } else { group.group.clone() },
                    count(group.rows),
                    percent(group.approval_rate),
                    group.air.as_ref().map_or_else(String::new, |air| format!("{:.2}", air.value)),
                    group.smd.map_or_else(String::new, |smd| signed(smd, 2)),
                    group.fisher_p.map_or_else(String::new, |p| format!("{p:.3}")),
                ]);
            }
        }
        writeln!(text, "{table}")?;
    }
    if !report.warnings.is_empty() {
        writeln!(text, "Look into")?;
        report.warnings.iter().try_for_each(|warning| writeln!(text, "  - {warning}"))?;
    }
    Ok(())
}
