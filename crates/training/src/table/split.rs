//! Which rows a model learns from, and which it is tried on.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::{ColumnData, Table, dates::moment};
use crate::{Error, Result};

/// Row numbers, each in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows that the model is fitted on.
    pub train: Vec<u32>,
    /// Rows that it is tried on.
    pub test: Vec<u32>,
}

/// The rows of each class in an order drawn by the seed (ChaCha8).
fn shuffled(bad: &[bool], seed: u64) -> [Vec<u32>; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [false, true].map(|class| {
        let mut rows: Vec<u32> = (0_u32..).zip(bad).filter(|(_, is)| **is == class).map(|(row, _)| row).collect();
        rows.shuffle(&mut rng);
        rows
    })
}

/// A share of each class, drawn by seed, is held out for the test.
#[must_use]
pub fn random_split(bad: &[bool], test_share: f64, seed: u64) -> Split {
    let mut split = Split { train: Vec::new(), test: Vec::new() };
    for rows in shuffled(bad, seed) {
        let held_out = (rows.len() as f64 * test_share.clamp(0.0, 1.0)).round() as usize;
        let (test, train) = rows.split_at(held_out.min(rows.len()));
        split.test.extend(test);
        split.train.extend(train);
    }
    split.test.sort_unstable();
    split.train.sort_unstable();
    split
}

/// `k` splits: each row is tested once, by a model fitted on the other folds. Classes are spread evenly.
#[must_use]
pub fn kfold(bad: &[bool], k: usize, seed: u64) -> Vec<Split> {
    let k = k.max(2);
    let mut fold = vec![0; bad.len()];
    let mut next = 0;
    for row in shuffled(bad, seed).into_iter().flatten() {
        if let Some(place) = fold.get_mut(row as usize) {
            *place = next % k;
            next += 1;
        }
    }
    let of =
        |keep: &dyn Fn(usize) -> bool| (0_u32..).zip(&fold).filter(|(_, f)| keep(**f)).map(|(row, _)| row).collect();
    (0..k).map(|test| Split { train: of(&|f| f != test), test: of(&|f| f == test) }).collect()
}

/// Out of time: rows dated `from` or later are the test, earlier ones the training.
///
/// Dates are ISO 8601: `2024-01-31`, `20240131`, `2024-01`, or a date with `T` and a time. Calendar and clock
/// count as they are written, whatever the offset behind them.
///
/// # Errors
/// [`Error::Column`] where the column is absent or a row's date is missing or no such date, with the row;
/// [`Error::Setting`] where `from` is no date, or all rows fall on one side of it.
pub fn date_split(table: &Table, column: &str, from: &str) -> Result<Split> {
    let fault = |problem: String| Error::Setting { setting: "test from".into(), problem };
    let start = moment(from).ok_or_else(|| fault(format!("`{from}` is {NO_DATE}")))?;
    let moments = moments(table, column)?;
    let split = divide(&moments, start);
    let (first, last) = (moments.iter().min(), moments.iter().max());
    let shown = |end: Option<&Moment>| end.and_then(|end| shown(table, column, &moments, *end)).unwrap_or_default();
    if split.train.is_empty() || split.test.is_empty() {
        let side = if split.test.is_empty() { "before" } else { "at or after" };
        return Err(fault(format!(
            "all rows are {side} {from}: the dates in `{column}` run from {} to {}",
            shown(first),
            shown(last)
        )));
    }
    Ok(split)
}

/// Out of time: the newest rows are the test, `test_share` of all as nearly as whole dates allow (rows of one date are
/// never parted), and at least one date on each side.
///
/// # Errors
/// As [`date_split`]; [`Error::Column`] where all rows have the same date.
pub fn newest_split(table: &Table, column: &str, test_share: f64) -> Result<Split> {
    let moments = moments(table, column)?;
    let mut sorted = moments.clone();
    sorted.sort_unstable();
    let wanted = test_share.clamp(0.0, 1.0) * sorted.len() as f64;
    let off = |start: usize| ((sorted.len() - start) as f64 - wanted).abs();
    let starts = sorted.windows(2).zip(1..).filter(|(pair, _)| pair.first() != pair.last()).map(|(_, start)| start);
    let start = starts.min_by(|a, b| off(*a).total_cmp(&off(*b))).and_then(|start| sorted.get(start));
    match start {
        Some(start) => Ok(divide(&moments, *start)),
        None => Err(Error::Column {
            column: column.to_owned(),
            problem: "all rows have the same date; an out-of-time test needs two dates at least".into(),
        }),
    }
}

type Moment = (i64, u32);

const NO_DATE: &str = "no ISO 8601 date such as 2024-01-31, 20240131, 2024-01 or 2024-01-31T09:30:00Z";

fn divide(moments: &[Moment], start: Moment) -> Split {
    let rows = || (0_u32..).zip(moments);
    Split {
        train: rows().filter(|(_, moment)| **moment < start).map(|(row, _)| row).collect(),
        test: rows().filter(|(_, moment)| **moment >= start).map(|(row, _)| row).collect(),
    }
}

/// The date of each row.
fn moments(table: &Table, name: &str) -> Result<Vec<Moment>> {
    let column = table.column(name)?;
    let fault = |row: usize, found: Option<&str>| {
        let problem = match found {
            Some(text) => format!("row {}: `{}` is {NO_DATE}", row + 1, text.chars().take(40).collect::<String>()),
            None => format!("row {} has no date; leave such rows out", row + 1),
        };
        Error::Column { column: name.to_owned(), problem }
    };
    match &column.data {
        ColumnData::Categorical { codes, levels } => {
            let of_level: Vec<Option<Moment>> = levels.iter().map(|level| moment(level)).collect();
            let date = |(row, code): (usize, &u32)| {
                let code = *code as usize;
                of_level.get(code).copied().flatten().ok_or_else(|| fault(row, levels.get(code).map(String::as_str)))
            };
            codes.iter().enumerate().map(date).collect()
        }
        // 20240131 reads as a number.
        ColumnData::Numeric(values) => {
            let date = |(row, value): (usize, &f64)| {
                let text = (!value.is_nan()).then(|| value.to_string());
                text.as_deref().and_then(moment).ok_or_else(|| fault(row, text.as_deref()))
            };
            values.iter().enumerate().map(date).collect()
        }
    }
}

/// The text of a date that stands in the column.
fn shown(table: &Table, column: &str, moments: &[Moment], moment: Moment) -> Option<String> {
    let row = moments.iter().position(|m| *m == moment)?;
    table.column(column).ok()?.data.text(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_keep_their_share_and_seeds_repeat() {
        let bad: Vec<bool> = (0..1000).map(|row| row % 10 < 3).collect();
        let split = random_split(&bad, 0.3, 7);
        assert_eq!((split.train.len(), split.test.len()), (700, 300));
        assert_eq!(split.test.iter().filter(|row| bad[**row as usize]).count(), 90);
        assert_eq!(split, random_split(&bad, 0.3, 7));
        assert_ne!(split, random_split(&bad, 0.3, 8));
    }

    #[test]
    fn folds_test_each_row_once() {
        let bad: Vec<bool> = (0..103).map(|row| row % 3 == 0).collect();
        let mut tested: Vec<u32> = kfold(&bad, 5, 1).into_iter().flat_map(|split| split.test).collect();
        tested.sort_unstable();
        assert_eq!(tested, (0..103).collect::<Vec<_>>());
    }
}
