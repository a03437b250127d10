//! A scorecard as one SELECT statement: points, score, odds, probability of bad and ranked reasons of each row.

mod array;
mod condition;
mod dialect;
mod expression;
mod field;
mod function;
mod given;
mod lost;
mod names;
mod options;
mod output_fields;
mod plain_names;
mod ranking;
mod scope;
mod score;
mod sorted;
mod sqlite_double;
mod statement;
mod steps;
mod stepwise;
mod syntax;
mod worth;

pub use dialect::Dialect;
pub use options::{Keys, SqlOptions, TableName};

use crate::{Result, Scorecard};

/// The scorecard as one SELECT statement, without a semicolon at its end, so that it can stand in a view or a subquery.
/// Its last line ends.
///
/// # Errors
/// [`crate::Error::Model`] for an unsound scorecard, [`crate::Error::Untranslatable`] for what the dialect cannot say
/// exactly.
pub fn select(scorecard: &Scorecard, options: &SqlOptions) -> Result<String> {
    statement::write(scorecard, options)
}
