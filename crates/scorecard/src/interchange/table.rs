//! What every tool's table says once it is read: characteristics, their bins, and the points of each.

use std::collections::HashMap;

use super::TableFormat;
use crate::{
    Error, Literal, Points, Result,
    model::{AttributeStatistics, CharacteristicStatistics, Interval},
};

/// Most characteristics of a scorecard.
const MAX_CHARACTERISTICS: usize = 10_000;

/// A table, read.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) format: TableFormat,
    /// Points that the table gives to everybody.
    pub(super) initial: Points,
    /// In the order in which the table has them.
    pub(super) characteristics: Vec<TableCharacteristic>,
    /// Index of each characteristic by its name.
    places: HashMap<String, usize>,
}

/// The bins of one variable.
#[derive(Debug, Clone)]
pub(super) struct TableCharacteristic {
    pub(super) name: String,
    /// Line of its first row; 0 in JSON.
    pub(super) line: usize,
    pub(super) bins: Vec<TableBin>,
    pub(super) statistics: Option<CharacteristicStatistics>,
}

/// One row: what falls into it and what it is worth.
#[derive(Debug, Clone)]
pub(super) struct TableBin {
    pub(super) line: usize,
    /// The bin as the table prints it.
    pub(super) label: String,
    /// What it takes: usually one thing; more where a tool merges, e.g. missing values with an interval.
    pub(super) takes: Vec<Taken>,
    pub(super) points: Points,
    pub(super) statistics: Option<AttributeStatistics>,
}

/// What a bin takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Taken {
    Interval(Interval),
    Values(Vec<Literal>),
    Special(Vec<Literal>),
    /// Special codes that the table does not say.
    UnknownSpecial,
    /// A list of categories that cannot be read, and why.
    Unreadable(String),
    Missing,
    Otherwise,
}

impl Table {
    pub(super) fn new(format: TableFormat) -> Self {
        Self { format, initial: Points::ZERO, characteristics: Vec::new(), places: HashMap::new() }
    }

    /// The characteristic of this name, made where it is not there.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub(super) fn characteristic(&mut self, name: &str, line: usize) -> Result<&mut TableCharacteristic> {
        let count = self.characteristics.len();
        let index = *self.places.entry(name.to_owned()).or_insert(count);
        if index == count {
            if count == MAX_CHARACTERISTICS {
                return Err(Error::TooLarge { what: "variables", actual: count + 1, limit: MAX_CHARACTERISTICS });
            }
            let characteristic =
                TableCharacteristic { name: name.to_owned(), line, bins: Vec::new(), statistics: None };
            self.characteristics.push(characteristic);
        }
        Ok(&mut self.characteristics[index])
    }
}

impl TableCharacteristic {
    /// The bin that takes a number by its interval.
    pub(super) fn bin_of(&self, number: f64) -> Option<&TableBin> {
        let takes = |taken: &Taken| matches!(taken, Taken::Interval(interval) if interval.contains(number));
        self.bins.iter().find(|bin| bin.takes.iter().any(takes))
    }

    /// Whether a bin takes this.
    pub(super) fn has(&self, of_kind: impl Fn(&Taken) -> bool) -> bool {
        self.bins.iter().flat_map(|bin| &bin.takes).any(of_kind)
    }
}

/// The points that a cell says: exactly where it can be, else to twenty decimals.
pub(super) fn points(text: &str) -> std::result::Result<Points, String> {
    let text = text.trim();
    if let Ok(points) = text.parse() {
        return Ok(points);
    }
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    let rounded = number.and_then(|number| format!("{number:.20}").parse().ok());
    rounded.ok_or_else(|| {
        if text.is_empty() {
            "the points are empty".to_owned()
        } else {
            format!("the points are `{text}`, which is no number of at most 28 digits")
        }
    })
}

/// An error about the table as a whole.
pub(super) fn of_table(format: TableFormat, problem: impl Into<String>) -> Error {
    Error::Table { tool: format.name(), line: 0, problem: problem.into() }
}

/// `Ok` where the table has at least one characteristic.
pub(super) fn not_empty(table: Table) -> Result<Table> {
    if table.characteristics.is_empty() {
        Err(of_table(table.format, "there is no row with a variable and its bin"))
    } else {
        Ok(table)
    }
}
