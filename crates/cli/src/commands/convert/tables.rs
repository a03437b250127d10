//! Reading the tables of other tools.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use scorecard::{
    Literal, Points, Scorecard,
    interchange::{self, ImportOptions, TableFormat, Unlisted},
    model::{BaselineMethod, FieldType, Scaling},
};

use crate::{data_file::refuse_stdin_twice, failure::Failure, model_file};

/// What a table does not say.
#[derive(Args)]
#[command(next_help_heading = "With --from")]
pub(crate) struct TableArguments {
    /// Name of the scorecard [default: the tool's name]
    #[arg(long)]
    name: Option<String>,
    /// Points that double the odds
    #[arg(long, value_name = "POINTS", requires_all = ["points", "odds"], allow_negative_numbers = true)]
    pdo: Option<f64>,
    /// The score at which the odds are those of `--odds`
    #[arg(long, requires_all = ["pdo", "odds"], allow_negative_numbers = true)]
    points: Option<f64>,
    /// Goods for each bad at the score of `--points`
    #[arg(long, requires_all = ["pdo", "points"], allow_negative_numbers = true)]
    odds: Option<f64>,
    /// Points that every applicant starts with, beside those of the table
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    initial_score: Option<String>,
    /// What an applicant's points are compared with to find reasons [default: maximum]
    #[arg(long, value_enum, value_name = "BASELINE")]
    reasons: Option<Baseline>,
    /// Type of a field where its bins do not tell: numeric, integer, categorical or boolean; may be given several times
    #[arg(long = "type", value_name = "FIELD=TYPE", value_parser = field_type)]
    types: Vec<(String, FieldType)>,
    /// A code behind a bin's name, e.g. Special=-9; may be given several times
    #[arg(long = "special", value_name = "BIN=VALUE", value_parser = special)]
    specials: Vec<(String, Literal)>,
    /// The bins as JSON, beside a table that prints them short: optbinning's
    /// `binning_process_.get_binned_variable(name).to_dict()` by variable, or toad's `combiner.export()`
    #[arg(long, value_name = "FILE")]
    bins: Option<PathBuf>,
    /// Refuse an application with a value that no bin takes, where the tool itself would score it in its own way
    #[arg(long)]
    refuse_unlisted: bool,
}

impl TableArguments {
    /// The options that were given.
    pub(super) fn given(&self) -> Vec<&'static str> {
        let given = [
            ("--name", self.name.is_some()),
            ("--pdo", self.pdo.is_some()),
            ("--points", self.points.is_some()),
            ("--odds", self.odds.is_some()),
            ("--initial-score", self.initial_score.is_some()),
            ("--reasons", self.reasons.is_some()),
            ("--type", !self.types.is_empty()),
            ("--special", !self.specials.is_empty()),
            ("--bins", self.bins.is_some()),
            ("--refuse-unlisted", self.refuse_unlisted),
        ];
        given.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag).collect()
    }
}

/// What reasons are drawn against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Baseline {
    /// The most points that the characteristic gives
    Maximum,
    /// The mean points of all applicants
    Mean,
}

fn field_type(text: &str) -> Result<(String, FieldType), String> {
    let (field, name) = text.rsplit_once('=').ok_or("write it as FIELD=TYPE, e.g. age=numeric")?;
    let field_type = match name {
        "numeric" => FieldType::Numeric,
        "integer" => FieldType::Integer,
        "categorical" => FieldType::Categorical,
        "boolean" => FieldType::Boolean,
        _ => return Err(format!("`{name}` is none of numeric, integer, categorical, boolean")),
    };
    Ok((field.to_owned(), field_type))
}

fn special(text: &str) -> Result<(String, Literal), String> {
    let (bin, value) = text.rsplit_once('=').ok_or("write it as BIN=VALUE, e.g. Special=-9")?;
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
    Ok((bin.to_owned(), number.map_or_else(|| Literal::Text(value.to_owned()), Literal::Number)))
}

/// The scorecard of a table, and what had to be assumed.
pub(super) fn read(
    path: &Path,
    tool: TableFormat,
    arguments: &TableArguments,
) -> Result<(Scorecard, Vec<String>), Failure> {
    if let Some(bins) = &arguments.bins {
        refuse_stdin_twice(&[("table", path), ("bins", bins)])?;
    }
    let table = model_file::bytes(path)?;
    let initial_score = match &arguments.initial_score {
        Some(text) => {
            let points = text.parse::<Points>();
            Some(points.map_err(|error| Failure::usage(format!("--initial-score {text}: {error}")))?)
        }
        None => None,
    };
    let scaling = match (arguments.pdo, arguments.points, arguments.odds) {
        (Some(pdo), Some(points), Some(odds)) => Some(Scaling { pdo, points, odds }),
        _ => None,
    };
    let mut special_codes: BTreeMap<String, Vec<Literal>> = BTreeMap::new();
    for (bin, value) in &arguments.specials {
        special_codes.entry(bin.clone()).or_default().push(value.clone());
    }
    let options = ImportOptions {
        name: arguments.name.clone(),
        scaling,
        initial_score,
        method: arguments.reasons.map(|baseline| match baseline {
            Baseline::Maximum => BaselineMethod::Maximum,
            Baseline::Mean => BaselineMethod::Mean,
        }),
        field_types: arguments.types.iter().cloned().collect(),
        special_codes,
        bins: arguments.bins.as_deref().map(model_file::bytes).transpose()?,
        unlisted: if arguments.refuse_unlisted { Unlisted::Refuse } else { Unlisted::AsTheTool },
    };
    let imported =
        interchange::import(&table, Some(tool), &options).map_err(|error| Failure::from(error).in_file(path))?;
    Ok((imported.scorecard, imported.remarks))
}
