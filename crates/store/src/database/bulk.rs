//! Many rows in one statement.

use std::fmt::Write;

use super::{Row, Session, Value};
use crate::Result;

/// Rows of one statement at most: well below the bounds of both faces for the widest table.
const MOST: usize = 64;

/// Inserts rows of `columns` values each: `head` VALUES (…), (…) `tail`. Statements are of 1, 2, 4, … rows, so that few
/// different ones are prepared. Gives the rows that `tail` returns.
pub(crate) async fn insert(
    session: &mut impl Session,
    doing: &'static str,
    head: &'static str,
    columns: usize,
    values: Vec<Value>,
    tail: &'static str,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut values = values.into_iter();
    while values.len() > 0 {
        let count = power_of_two_within(values.len() / columns.max(1));
        let part: Vec<Value> = values.by_ref().take(count * columns).collect();
        rows.extend(session.fetch(doing, statement(head, columns, count, tail), part).await?);
    }
    Ok(rows)
}

/// Selects by many values of one column: `head` IN (…).
pub(crate) async fn select(
    session: &mut impl Session,
    doing: &'static str,
    head: &'static str,
    values: Vec<Value>,
    tail: &'static str,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut values = values.into_iter();
    while values.len() > 0 {
        let count = power_of_two_within(values.len());
        let part: Vec<Value> = values.by_ref().take(count).collect();
        let mut sql = format!("{head} IN ");
        tuple(&mut sql, 1, count);
        let _ = write!(sql, " {tail}");
        rows.extend(session.fetch(doing, sql, part).await?);
    }
    Ok(rows)
}

/// The greatest power of two that is not above `rows` and not above [`MOST`].
fn power_of_two_within(rows: usize) -> usize {
    match rows.min(MOST) {
        0 => 1,
        rows => 1 << rows.ilog2(),
    }
}

fn statement(head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + rows * columns * 6 + tail.len() + 16);
    let _ = write!(sql, "{head} VALUES ");
    for row in 0..rows {
        if row > 0 {
            sql.push_str(", ");
        }
        tuple(&mut sql, row * columns + 1, columns);
    }
    let _ = write!(sql, " {tail}");
    sql
}

fn tuple(sql: &mut String, first: usize, count: usize) {
    sql.push('(');
    for number in first..first + count {
        if number > first {
            sql.push_str(", ");
        }
        let _ = write!(sql, "${number}");
    }
    sql.push(')');
}

#[cfg(test)]
mod tests {
    use super::{power_of_two_within, statement};

    #[test]
    fn statements_number_their_values() {
        assert_eq!(
            statement("INSERT INTO t (a, b)", 2, 2, "RETURNING a"),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING a"
        );
    }

    #[test]
    fn few_sizes_are_prepared() {
        assert_eq!([0, 1, 2, 3, 7, 8, 63, 64, 1000].map(power_of_two_within), [1, 1, 2, 2, 4, 8, 32, 64, 64]);
    }
}
