//! A scorecard as one SELECT statement: points, score, odds, probability of bad and ranked reasons of each row.

mod dialect;
mod options;

pub use dialect::Dialect;
pub use options::{Keys, SqlOptions, TableName};

use crate::{Error, Result, Scorecard};

/// The scorecard as one SELECT statement, without a semicolon at its end, so that it can stand in a view or a subquery.
///
/// # Errors
/// [`Error::Model`] for an unsound scorecard, [`Error::Untranslatable`] for what the dialect cannot say exactly.
pub fn select(scorecard: &Scorecard, options: &SqlOptions) -> Result<String> {
    scorecard.check()?;
    Err(Error::Untranslatable {
        target: format!("SQL for {}", options.dialect.title()),
        path: "scorecard".into(),
        problem: "not written yet".into(),
    })
}
