//! Which rows are learnt from and which are held out.

use super::{Holdout, TrainOptions};
use crate::{
    Error, Result,
    table::{Split, Table, date_split, newest_split, random_split},
};

/// The rows by sample.
///
/// # Errors
/// [`Error::Column`] for a date column that cannot serve, [`Error::Setting`] where a sample lacks a class.
pub(super) fn split(table: &Table, bad: &[bool], options: &TrainOptions) -> Result<Split> {
    let split = match &options.holdout {
        Holdout::Random { share } => random_split(bad, *share, options.seed),
        Holdout::Date { column, from } => date_split(table, column, from)?,
        Holdout::Newest { column, share } => newest_split(table, column, *share)?,
        Holdout::None => random_split(bad, 0.0, options.seed),
    };
    for (sample, rows) in [("train", &split.train), ("test", &split.test)] {
        let bads = rows.iter().filter(|row| bad.get(**row as usize) == Some(&true)).count();
        if (sample == "train" || !rows.is_empty()) && (bads == 0 || bads == rows.len()) {
            return Err(Error::Setting {
                setting: "--holdout".into(),
                problem: format!(
                    "the {sample} sample has {bads} bads among {} rows; both classes are needed in each sample",
                    rows.len()
                ),
            });
        }
    }
    Ok(split)
}

/// How rows were told apart, in words.
pub(super) fn in_words(options: &TrainOptions) -> String {
    match &options.holdout {
        Holdout::Random { share } => format!("{:.0} % of each class held out at random", 100.0 * share),
        Holdout::Date { column, from } => format!("out of time: rows whose `{column}` is {from} or later held out"),
        Holdout::Newest { column, share } => {
            format!("out of time: the newest rows by `{column}` held out, about {:.0} % of all", 100.0 * share)
        }
        Holdout::None => "no rows held out".into(),
    }
}
