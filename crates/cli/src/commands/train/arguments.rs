//! What `plimsoll train` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use scorecard::sql::Dialect;
use training::{
    binning::{BinningOptions, Trend},
    regression::RegressionOptions,
    scaling::{Base, ScalingOptions},
    selection::{Method, SelectionOptions},
};

use crate::{data_file::CellArguments, number::whole};

const EXAMPLES: &str = "\
Examples:
  plimsoll train applicants.csv --target defaulted
  plimsoll train applicants.csv --target status --bad 'charged off' --bad default
  plimsoll train loans.parquet --target bad --exclude loan_id,notes --protected sex,age
  plimsoll train loans.csv.gz --target bad --holdout-by opened --holdout-from 2024-01-01
  plimsoll train loans.csv --target bad --trend auto --trend income=descending --max-bins 6

A file NAME.dictionary.json beside the data is read as its dictionary: target and bad values, and for each column
its label, unit, role (input, protected, excluded), reason for declined applicants, and trend.

Files of the same name in the output folder are replaced, whole or not at all; others are left alone.
The same data, options and seed give the same scorecard.json, byte for byte.";

/// Fit a scorecard, validate it, and score every applicant
#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The applicants with their outcome: CSV, plain or gzip, or Parquet; `-` is standard input
    pub(super) data: PathBuf,
    /// Folder for what is written [default: the data's name and `-scorecard`]
    #[arg(long, short, value_name = "FOLDER")]
    pub(super) out: Option<PathBuf>,
    /// Also write the scorecard as PMML
    #[arg(long)]
    pub(super) pmml: bool,
    /// Also write the scorecard as SQL of this dialect: postgresql, sqlite, duckdb, trino (Athena), spark, bigquery or
    /// snowflake; may be given several times
    #[arg(long, value_name = "DIALECT")]
    pub(super) sql: Vec<Dialect>,
    /// Name of the scorecard [default: the data's name]
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Who answers for it
    #[arg(long)]
    pub(super) author: Option<String>,
    #[command(flatten)]
    pub(super) columns: ColumnArguments,
    #[command(flatten)]
    pub(super) cells: CellArguments,
    #[command(flatten)]
    pub(super) sampling: SamplingArguments,
    #[command(flatten)]
    pub(super) bins: BinArguments,
    #[command(flatten)]
    pub(super) model: ModelArguments,
    #[command(flatten)]
    pub(super) scores: ScoreArguments,
}

/// What each column is for.
#[derive(Args)]
#[command(next_help_heading = "Columns")]
pub(crate) struct ColumnArguments {
    /// Column with the outcome [default: as the dictionary says]
    #[arg(long, value_name = "COLUMN")]
    pub(super) target: Option<String>,
    /// Value of the target that is bad; may be given several times [default: `1` beside `0`, or what its name tells]
    #[arg(long = "bad", value_name = "VALUE", allow_hyphen_values = true)]
    pub(super) bad_values: Vec<String>,
    /// Columns that are not looked at, e.g. identifiers and what is known only after the decision
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) exclude: Vec<String>,
    /// Columns that are never scored and looked at for fairness only
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) protected: Vec<String>,
    /// Column with the weight of each row
    #[arg(long, value_name = "COLUMN")]
    pub(super) weight: Option<String>,
    /// Columns to be read as numbers
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) numeric: Vec<String>,
    /// Columns to be read as categories
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) categorical: Vec<String>,
    /// Data dictionary, JSON [default: NAME.dictionary.json beside the data, where there is one]
    #[arg(long, value_name = "FILE", conflicts_with = "no_dictionary")]
    pub(super) dictionary: Option<PathBuf>,
    /// Do not look for a dictionary
    #[arg(long)]
    pub(super) no_dictionary: bool,
}

/// Which rows serve for what.
#[derive(Args)]
#[command(next_help_heading = "Samples")]
pub(crate) struct SamplingArguments {
    /// Share of the rows that are held out to try the scorecard on; 0 for none
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true, default_value_t = 0.3)]
    pub(super) holdout: f64,
    /// Hold out the newest rows by this column of ISO 8601 dates, not random ones
    #[arg(long, value_name = "COLUMN")]
    pub(super) holdout_by: Option<String>,
    /// Hold out the rows of this date and later, whatever their share
    #[arg(long, value_name = "DATE", requires = "holdout_by")]
    pub(super) holdout_from: Option<String>,
    /// Folds of the cross-validation; 0 for none
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true, default_value_t = 5)]
    pub(super) folds: usize,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_negative_numbers = true, default_value_t = 1)]
    pub(super) seed: u64,
    /// Draws of each bootstrap interval; 0 for none
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true, default_value_t = 1000)]
    pub(super) bootstrap: usize,
}

/// Constraints of the bins.
#[derive(Args)]
#[command(next_help_heading = "Bins")]
pub(crate) struct BinArguments {
    /// How the bad rate may run along a number: auto, monotone, ascending, descending, peak, valley or none; for one
    /// column COLUMN=TREND; may be given several times [default: auto]
    #[arg(long, value_name = "TREND", value_parser = trend)]
    pub(super) trend: Vec<(Option<String>, Trend)>,
    /// Most bins of a characteristic, missing and special ones not counted
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
        default_value_t = BinningOptions::default().max_bins)]
    pub(super) max_bins: usize,
    /// Least share of the rows in a bin
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true,
        default_value_t = BinningOptions::default().min_share)]
    pub(super) min_share: f64,
    /// Least goods, and least bads, in a bin
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = BinningOptions::default().min_class)]
    pub(super) min_class: f64,
    /// Least distance of the WoE of neighbouring bins
    #[arg(long, value_name = "WOE", allow_negative_numbers = true,
        default_value_t = BinningOptions::default().min_woe_gap)]
    pub(super) min_woe_gap: f64,
    /// Most pre-bins that the best bins are made of
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
        default_value_t = BinningOptions::default().max_prebins)]
    pub(super) max_prebins: usize,
    /// Categories with a smaller share are pooled
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true,
        default_value_t = BinningOptions::default().rare_share)]
    pub(super) rare_share: f64,
    /// A number or text with a bin of its own wherever it occurs, e.g. -9; may be given several times
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(super) special: Vec<String>,
}

fn trend(text: &str) -> Result<(Option<String>, Trend), String> {
    let (column, name) = match text.rsplit_once('=') {
        Some((column, name)) => (Some(column.to_owned()), name),
        None => (None, text),
    };
    let trend = match name {
        "auto" => Trend::Auto,
        "monotone" => Trend::Monotone,
        "ascending" => Trend::Ascending,
        "descending" => Trend::Descending,
        "peak" => Trend::Peak,
        "valley" => Trend::Valley,
        "none" => Trend::None,
        _ => {
            return Err(format!("`{name}` is none of auto, monotone, ascending, descending, peak, valley, none"));
        }
    };
    Ok((column, trend))
}

/// Selection and regression.
#[derive(Args)]
#[command(next_help_heading = "Selection and regression")]
pub(crate) struct ModelArguments {
    /// What follows the filters below
    #[arg(long, value_enum, default_value_t = Selection::Backward)]
    pub(super) selection: Selection,
    /// Least information value of a characteristic
    #[arg(long, value_name = "IV", allow_negative_numbers = true, default_value_t = SelectionOptions::default().min_iv)]
    pub(super) min_iv: f64,
    /// Greatest correlation of the WoE of two characteristics; the weaker leaves
    #[arg(long, value_name = "R", allow_negative_numbers = true,
        default_value_t = SelectionOptions::default().max_correlation)]
    pub(super) max_correlation: f64,
    /// Greatest variance inflation factor
    #[arg(long, value_name = "VIF", allow_negative_numbers = true,
        default_value_t = SelectionOptions::default().max_vif)]
    pub(super) max_vif: f64,
    /// Greatest p-value of a coefficient, with `--selection backward`
    #[arg(long, value_name = "P", allow_negative_numbers = true,
        default_value_t = SelectionOptions::default().max_p_value)]
    pub(super) max_p_value: f64,
    /// Most characteristics; the weakest leave [default: no limit]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub(super) max_characteristics: Option<usize>,
    /// Ridge penalty of the regression; 0 for none
    #[arg(long, value_name = "PENALTY", allow_negative_numbers = true,
        default_value_t = RegressionOptions::default().ridge)]
    pub(super) ridge: f64,
    /// Allow coefficients below 0: points may then run against the bad rate
    #[arg(long)]
    pub(super) allow_negative: bool,
    /// Most Newton steps of the regression
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
        default_value_t = RegressionOptions::default().max_iterations)]
    pub(super) max_iterations: usize,
}

/// What follows the filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Selection {
    /// The greatest p-value leaves until all are below the limit
    Backward,
    /// Those that an L1 penalty, chosen by cross-validation, shrinks to 0 leave
    Lasso,
    /// Nothing
    None,
}

impl From<Selection> for Method {
    fn from(selection: Selection) -> Self {
        match selection {
            Selection::Backward => Self::Backward,
            Selection::Lasso => Self::Lasso,
            Selection::None => Self::None,
        }
    }
}

/// Points, and what hangs on them.
#[derive(Args)]
#[command(next_help_heading = "Points and reasons")]
pub(crate) struct ScoreArguments {
    /// Points that double the odds
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true, default_value_t = ScalingOptions::default().pdo)]
    pub(super) pdo: f64,
    /// The score at which the odds are those of `--odds`
    #[arg(long, default_value_t = ScalingOptions::default().points, allow_negative_numbers = true)]
    pub(super) points: f64,
    /// Goods for each bad at the score of `--points`
    #[arg(long, allow_negative_numbers = true, default_value_t = ScalingOptions::default().odds)]
    pub(super) odds: f64,
    /// Decimals of the points, 0 to 4
    #[arg(long, value_name = "N", value_parser = whole::<u8>, allow_negative_numbers = true,
        default_value_t = ScalingOptions::default().decimals)]
    pub(super) decimals: u8,
    /// Where the score's constant goes
    #[arg(long, value_enum, default_value_t = Constant::Spread)]
    pub(super) base: Constant,
    /// What an applicant's points are compared with to find reasons
    #[arg(long, value_enum, value_name = "BASELINE", default_value_t = Baseline::Maximum)]
    pub(super) reasons: Baseline,
    /// Score from which applicants count as approved [default: the score at which as many are approved as are good]
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    pub(super) cutoff: Option<f64>,
}

/// Where the constant of the score goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Constant {
    /// In equal parts into the characteristics
    Spread,
    /// Into the initial score
    Initial,
}

impl From<Constant> for Base {
    fn from(constant: Constant) -> Self {
        match constant {
            Constant::Spread => Self::Spread,
            Constant::Initial => Self::Initial,
        }
    }
}

/// What reasons are drawn against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Baseline {
    /// The most points that the characteristic gives
    Maximum,
    /// The mean points of all applicants
    Mean,
    /// The mean points of the applicants at or just above the cut-off
    MeanAtCutoff,
}

impl From<Baseline> for scorecard::model::BaselineMethod {
    fn from(baseline: Baseline) -> Self {
        match baseline {
            Baseline::Maximum => Self::Maximum,
            Baseline::Mean => Self::Mean,
            Baseline::MeanAtCutoff => Self::MeanAtCutoff,
        }
    }
}
