//! What training says when it is done.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use serde::Serialize;
use training::{
    report::{CharacteristicReport, ReportData},
    table::{ColumnData, Table},
    train::{Role, TrainOptions, Trained},
    validation::{Estimate, Measures},
};

use super::{Arguments, outputs::Written};
use crate::{
    data_file,
    figures::{count, counted, estimate, percent},
    text_table::TextTable,
};

/// Most columns that the summary shows; the report has them all.
const SHOWN: usize = 40;

/// The result of `train`, as `--json` prints it.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    files: &'a Written,
    scorecard: ScorecardSummary<'a>,
    data: DataSummary<'a>,
    columns: Vec<ColumnSummary<'a>>,
    samples: Vec<SampleSummary<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_validation: Option<Folds>,
    warnings: &'a [String],
    scored: u64,
    row_errors: u64,
    #[serde(skip)]
    next: Next,
}

#[derive(Serialize)]
struct ScorecardSummary<'a> {
    name: &'a str,
    content_hash: &'a str,
    characteristics: usize,
    lowest: Option<f64>,
    highest: Option<f64>,
}

#[derive(Serialize)]
struct DataSummary<'a> {
    source: &'a str,
    rows: u64,
    target: &'a str,
    bad_values: &'a [String],
    dictionary: Option<PathBuf>,
    split: &'a str,
}

/// What was decided about one column.
#[derive(Serialize)]
struct ColumnSummary<'a> {
    name: &'a str,
    /// `numeric` or `categorical`.
    read_as: &'static str,
    /// How that was decided.
    inference: &'a str,
    /// `scored`, `left out`, `protected`, `excluded`, `target`, `weight` or `date`.
    used_as: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<[f64; 2]>,
    /// Why it was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct SampleSummary<'a> {
    name: &'a str,
    measures: &'a Measures,
}

/// Means over the folds, and how far the folds lie apart.
#[derive(Serialize)]
struct Folds {
    folds: usize,
    auc: Spread,
    gini: Spread,
    ks: Spread,
}

#[derive(Serialize)]
struct Spread {
    mean: f64,
    lowest: f64,
    highest: f64,
}

/// What the next commands need.
struct Next {
    data: String,
    can_be_read_again: bool,
}

impl<'a> Summary<'a> {
    pub(super) fn of(
        arguments: &Arguments,
        table: &'a Table,
        options: &'a TrainOptions,
        dictionary: Option<&Path>,
        trained: &'a Trained,
        written: &'a Written,
    ) -> Self {
        let report = &trained.report;
        Self {
            files: written,
            scorecard: ScorecardSummary {
                name: &report.model.name,
                content_hash: &report.model.content_hash,
                characteristics: report.characteristics.len(),
                lowest: report.scaling.as_ref().map(|scaling| scaling.lowest),
                highest: report.scaling.as_ref().map(|scaling| scaling.highest),
            },
            data: DataSummary {
                source: &report.data.source,
                rows: report.data.rows,
                target: &report.data.target,
                bad_values: &report.data.bad_values,
                dictionary: dictionary.map(Path::to_owned),
                split: &report.split.method,
            },
            columns: columns(table, options, report),
            samples: report.samples.iter().map(|s| SampleSummary { name: &s.name, measures: &s.measures }).collect(),
            cross_validation: report.cross_validation.as_ref().map(|folds| folds_of(&folds.folds)),
            warnings: &report.warnings,
            scored: written.scored,
            row_errors: written.row_errors,
            next: Next {
                data: arguments.data.display().to_string(),
                can_be_read_again: !data_file::is_stdin(&arguments.data),
            },
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let data = &self.data;
        writeln!(
            text,
            "{}: {}; bad where `{}` is {}",
            data.source,
            counted(data.rows, "applicant"),
            data.target,
            data.bad_values.join(" or ")
        )?;
        if let Some(path) = &data.dictionary {
            writeln!(text, "dictionary: {}", path.display())?;
        }
        writeln!(text)?;
        self.columns(text)?;
        self.samples(text)?;
        if !self.warnings.is_empty() {
            writeln!(text, "\nLook into")?;
            self.warnings.iter().try_for_each(|warning| writeln!(text, "  - {warning}"))?;
        }
        self.files(text)
    }

    fn columns(&self, text: &mut String) -> std::fmt::Result {
        let mut columns: Vec<&ColumnSummary<'_>> = self.columns.iter().collect();
        let strength = |column: &ColumnSummary<'_>| column.information_value.unwrap_or(-1.0);
        columns.sort_by(|a, b| {
            (b.used_as == "scored", strength(b))
                .partial_cmp(&(a.used_as == "scored", strength(a)))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        let mut table = TextTable::new(&["column", "read as", ">IV", ">points", "use"]);
        for column in columns.iter().take(SHOWN) {
            table.row([
                column.name.to_owned(),
                column.read_as.to_owned(),
                column.information_value.map_or_else(String::new, |iv| format!("{iv:.3}")),
                column.points.map_or_else(String::new, |[low, high]| format!("{low} to {high}")),
                match column.why {
                    Some(why) => format!("{}: {why}", column.used_as),
                    None => column.used_as.to_owned(),
                },
            ]);
        }
        write!(text, "{table}")?;
        if columns.len() > SHOWN {
            let more = columns.len() - SHOWN;
            let (columns, them) = if more == 1 { ("column", "it") } else { ("columns", "them all") };
            writeln!(text, "… and {more} more {columns}; the report has {them}")?;
        }
        let doubtful = self.columns.iter().filter(|column| is_doubtful(column));
        for column in doubtful.take(SHOWN) {
            writeln!(text, "`{}` was read as {}", column.name, column.inference)?;
        }
        writeln!(text, "To have a column read otherwise: --numeric COLUMN, --categorical COLUMN, --missing TEXT.\n")
    }

    fn samples(&self, text: &mut String) -> std::fmt::Result {
        let mut table = TextTable::new(&["sample", ">rows", ">bad rate", "AUC", "Gini", "KS"]);
        for SampleSummary { name, measures } in &self.samples {
            table.row([
                (*name).to_owned(),
                count(measures.rows),
                percent(measures.bad_rate),
                estimate(&measures.auc),
                estimate(&measures.gini),
                estimate(&measures.ks),
            ]);
        }
        if let Some(folds) = &self.cross_validation {
            let spread = |s: &Spread| format!("{:.3} ({:.3} to {:.3})", s.mean, s.lowest, s.highest);
            let name = format!("{} folds, mean", folds.folds);
            table.row([name, String::new(), String::new(), spread(&folds.auc), spread(&folds.gini), spread(&folds.ks)]);
        }
        write!(text, "{table}")?;
        let draws = if self.samples.iter().any(|sample| sample.measures.auc.interval.is_some()) {
            "; in brackets 95 % intervals"
        } else {
            ""
        };
        let folds = if self.cross_validation.is_some() { "; of the folds, lowest to highest" } else { "" };
        writeln!(text, "{}{draws}{folds}", self.data.split)
    }

    fn files(&self, text: &mut String) -> std::fmt::Result {
        let (files, card) = (self.files, &self.scorecard);
        let range = match (card.lowest, card.highest) {
            (Some(lowest), Some(highest)) => format!(", scores {lowest} to {highest}"),
            _ => String::new(),
        };
        writeln!(text, "\nWritten")?;
        let mut lines: Vec<(String, String)> = Vec::new();
        let mut line = |path: &Path, what: &str| lines.push((path.display().to_string(), what.to_owned()));
        line(&files.report, "the report: open it in a browser");
        line(&files.scorecard, &format!("{}{range}", counted(card.characteristics as u64, "characteristic")));
        line(&files.scores, &format!("{} scored, with reasons", counted(self.scored, "applicant")));
        line(&files.report_data, "the report as data");
        if let Some(pmml) = &files.pmml {
            line(pmml, "the scorecard as PMML 4.4");
        }
        for sql in &files.sql {
            line(sql, "the scorecard as one SELECT");
        }
        if let Some(errors) = &files.errors {
            line(errors, &format!("{} could not be scored", counted(self.row_errors, "row")));
        }
        let width = lines.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0);
        lines.iter().try_for_each(|(path, what)| writeln!(text, "  {path:<width$}  {what}"))?;
        let card = files.scorecard.display();
        writeln!(text, "\nNext\n  plimsoll inspect --points {card}")?;
        if self.next.can_be_read_again {
            writeln!(text, "  plimsoll explain {card} {} --row 1", self.next.data)?;
        }
        writeln!(text, "  plimsoll score {card} new-applicants.csv --out scored.csv")
    }
}

/// Whether the type of a column is worth a second look.
fn is_doubtful(column: &ColumnSummary<'_>) -> bool {
    matches!(column.used_as, "scored" | "left out")
        && (column.inference.contains("though") || column.inference.contains("no number"))
}

/// The columns of the table, then those that the dictionary derives.
fn columns<'a>(table: &'a Table, options: &'a TrainOptions, report: &'a ReportData) -> Vec<ColumnSummary<'a>> {
    let read = table.columns.iter().map(|column| {
        let numeric = matches!(column.data, ColumnData::Numeric(_));
        column_summary((&column.name, numeric, &column.inference), options, report)
    });
    let derived = options.dictionary.derived.iter().map(|derived| {
        column_summary((&derived.name, derived.field_type.is_numeric(), "derived in the dictionary"), options, report)
    });
    read.chain(derived).collect()
}

fn column_summary<'a>(
    (name, numeric, inference): (&'a str, bool, &'a str),
    options: &TrainOptions,
    report: &'a ReportData,
) -> ColumnSummary<'a> {
    let selected = report.selection.iter().find(|row| row.column == name);
    let characteristic = report.characteristics.iter().find(|characteristic| characteristic.name == name);
    let used_as = if name == options.target {
        "target"
    } else if options.weight.as_deref() == Some(name) {
        "weight"
    } else if report.data.protected.iter().any(|protected| protected == name) {
        "protected"
    } else if report.data.excluded.iter().any(|excluded| excluded == name)
        || options.dictionary.entry(name).role == Role::Excluded
    {
        "excluded"
    } else if characteristic.is_some() {
        "scored"
    } else if selected.is_some() {
        "left out"
    } else {
        "date"
    };
    ColumnSummary {
        name,
        read_as: if numeric { "numeric" } else { "categorical" },
        inference,
        used_as,
        information_value: selected.and_then(|row| row.information_value),
        points: characteristic.and_then(points),
        why: selected.filter(|row| !row.kept).map(|row| row.why.as_str()),
    }
}

/// Lowest and highest points.
fn points(characteristic: &CharacteristicReport) -> Option<[f64; 2]> {
    let points = || characteristic.bins.iter().filter_map(|bin| bin.points);
    Some([points().min_by(f64::total_cmp)?, points().max_by(f64::total_cmp)?])
}

fn folds_of(folds: &[Measures]) -> Folds {
    let spread = |of: fn(&Measures) -> &Estimate| {
        let values = || folds.iter().map(|fold| of(fold).value);
        Spread {
            mean: values().sum::<f64>() / folds.len().max(1) as f64,
            lowest: values().fold(f64::INFINITY, f64::min),
            highest: values().fold(f64::NEG_INFINITY, f64::max),
        }
    };
    Folds { folds: folds.len(), auc: spread(|m| &m.auc), gini: spread(|m| &m.gini), ks: spread(|m| &m.ks) }
}
