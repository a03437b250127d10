//! What people know of the columns and no file of data says: labels, units, reasons, who is protected.

use std::collections::BTreeMap;

use scorecard::model::{DerivedField, Reason};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result,
    binning::Trend,
    table::{Column, ColumnData, Table},
};

/// A data dictionary: one entry a column; columns without one have the defaults.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dictionary {
    /// What the table is, in a sentence.
    #[serde(default)]
    pub description: String,
    /// Column with the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Values of the target that are bad.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bad_values: Vec<String>,
    /// Columns computed from others, in the expressions of the scorecard format; then looked at like any other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedField>,
    /// By column name, derived ones included.
    #[serde(default)]
    pub columns: BTreeMap<String, Entry>,
}

/// What is known of one column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// For people.
    pub label: Option<String>,
    /// Unit of a number, e.g. `months`.
    pub unit: Option<String>,
    /// What the column is for.
    pub role: Role,
    /// Code and text of the reason for points lost here.
    pub reason: Option<Reason>,
    /// Whether it counts credit inquiries (FCRA 609(f)(9)).
    pub inquiries: bool,
    /// How the bad rate must run, where the business knows.
    pub trend: Option<Trend>,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It may be scored.
    #[default]
    Input,
    /// It is looked at for fairness only.
    Protected,
    /// It is neither scored nor looked at.
    Excluded,
}

/// Categories have no order that a bad rate could follow.
fn refuse_for_categories(column: &Column, trend: Trend) -> Result<()> {
    if matches!(column.data, ColumnData::Numeric(_)) || matches!(trend, Trend::Auto | Trend::None) {
        return Ok(());
    }
    Err(Error::Column {
        column: column.name.clone(),
        problem: format!("a trend is for numbers, but the column is {}; leave the trend out", column.inference),
    })
}

impl Dictionary {
    /// Reads a dictionary from JSON; `name` is what messages call it.
    ///
    /// # Errors
    /// [`Error::Table`] with line and cause.
    pub fn from_json(text: &[u8], name: &str) -> Result<Self> {
        serde_json::from_slice(text).map_err(|error| Error::Table {
            path: name.to_owned(),
            line: u64::try_from(error.line()).ok(),
            problem: format!(
                "{error}; a dictionary is {{\"target\": NAME, \"columns\": {{NAME: {{\"label\": …, \"reason\": …}}}}}}"
            ),
        })
    }

    /// # Errors
    /// [`Error::Column`] for the first column that the table does not have, or that is to run along a number and holds
    /// categories.
    pub fn check(&self, table: &Table) -> Result<()> {
        // A derived column will be there once it has been computed.
        let to_come = |name: &str| self.derives(name) && table.column(name).is_err();
        let mut held = self.columns.iter().filter(|(name, _)| !table.is_left_out(name) && !to_come(name));
        held.try_for_each(|(name, entry)| {
            let column = table.column(name)?;
            entry.trend.map_or(Ok(()), |trend| refuse_for_categories(column, trend))
        })
    }

    /// Whether it computes this column.
    pub(super) fn derives(&self, column: &str) -> bool {
        self.derived.iter().any(|derived| derived.name == column)
    }

    /// What is known of a column.
    #[must_use]
    pub fn entry(&self, column: &str) -> Entry {
        self.columns.get(column).cloned().unwrap_or_default()
    }
}
