//! What training writes.

use std::path::{Path, PathBuf};

use batch::{Format, Options};
use scorecard::sql::SqlOptions;
use serde::Serialize;
use training::{report, table::Table, train::Trained};

use super::Arguments;
use crate::{
    data_file::{self, Applications},
    failure::Failure,
    output_file::OutputFile,
    scoring::{self, Destination},
    screen::Screen,
};

/// The folder that everything goes into.
pub(super) struct Outputs {
    folder: PathBuf,
    /// Begun before anything is computed, so that a folder that cannot be written to is found out at once.
    scorecard: OutputFile,
}

/// The files that were written, and how many applicants were scored.
#[derive(Serialize)]
pub(super) struct Written {
    pub(super) folder: PathBuf,
    pub(super) scorecard: PathBuf,
    pub(super) report: PathBuf,
    pub(super) report_data: PathBuf,
    pub(super) scores: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pmml: Option<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) sql: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) errors: Option<PathBuf>,
    #[serde(skip)]
    pub(super) scored: u64,
    #[serde(skip)]
    pub(super) row_errors: u64,
}

impl Outputs {
    pub(super) fn begin(arguments: &Arguments) -> Result<Self, Failure> {
        let folder = match &arguments.out {
            Some(folder) => folder.clone(),
            None => PathBuf::from(format!("{}-scorecard", data_file::stem(&arguments.data))),
        };
        if !data_file::is_stdin(&arguments.data) {
            // A folder is not made for data that are not there.
            std::fs::metadata(&arguments.data).map_err(|error| Failure::file(&arguments.data, &error))?;
        }
        std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        let scorecard = OutputFile::create(&folder.join("scorecard.json"), &[])?;
        Ok(Self { folder, scorecard })
    }

    pub(super) fn write(
        self,
        arguments: &Arguments,
        table: &Table,
        stream: Option<Vec<u8>>,
        trained: &Trained,
        screen: &Screen,
    ) -> Result<Written, Failure> {
        let Self { folder, mut scorecard } = self;
        let inputs = [arguments.data.as_path()];
        let write = |name: &str, text: &str| -> Result<PathBuf, Failure> {
            let path = folder.join(name);
            OutputFile::write_text(&path, &inputs, text).map(|()| path)
        };
        let card = trained.scorecard();
        scorecard.put(&scorecard::to_json(card))?;
        scorecard.finish()?;
        let mut report_data =
            serde_json::to_string_pretty(&trained.report).map_err(|error| Failure::input(error.to_string()))?;
        report_data.push('\n');
        let pmml = if arguments.pmml { Some(write("scorecard.pmml", &scorecard::pmml::write(card)?)?) } else { None };
        let sql = arguments.sql.iter().map(|dialect| {
            let statement = scorecard::sql::select(card, &SqlOptions::new(*dialect))?;
            write(&format!("scorecard.{dialect}.sql"), &statement)
        });
        let sql = sql.collect::<Result<Vec<_>, Failure>>()?;
        let applications = match stream {
            Some(bytes) => data_file::applications_in(bytes, &arguments.data)?,
            None => data_file::applications(&arguments.data, only_table(&arguments.data))?,
        };
        let scores = folder.join(if applications.format == Format::Parquet { "scores.parquet" } else { "scores.csv" });
        let done = score(arguments, table, trained, applications, &scores, screen)?;
        Ok(Written {
            scorecard: folder.join("scorecard.json"),
            report: write("report.html", &report::html(&trained.report))?,
            report_data: write("report.json", &report_data)?,
            scores,
            pmml,
            sql,
            errors: done.errors_file,
            folder,
            scored: done.summary.scored,
            row_errors: done.summary.errors,
        })
    }
}

/// A table that is no Parquet file is CSV, whatever it is called.
fn only_table(path: &Path) -> Option<Format> {
    (Format::of_name(&path.to_string_lossy()) != Some(Format::Parquet)).then_some(Format::Csv)
}

fn score(
    arguments: &Arguments,
    table: &Table,
    trained: &Trained,
    applications: Applications,
    to: &Path,
    screen: &Screen,
) -> Result<scoring::Done, Failure> {
    let format = applications.format;
    let taken = |name: &str| matches!(name, "score" | "odds" | "pd") || name.starts_with("reason_");
    let options = Options {
        // The data's own columns keep their names.
        prefix: if table.columns.iter().any(|column| taken(&column.name)) { "plimsoll_".into() } else { String::new() },
        missing_values: arguments.cells.missing_values(),
        delimiter: arguments.cells.delimiter,
        ..Options::default()
    };
    let destination = Destination { path: to, format, errors: None, inputs: &[&arguments.data] };
    scoring::run(&trained.evaluator, applications, &destination, &options, screen)
}
