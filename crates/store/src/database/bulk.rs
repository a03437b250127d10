//! Many rows in one statement, many statements in one turn.
//!
//! PostgreSQL gets a row's columns as arrays: one text whatever the number of rows, one turn. SQLite gets a place for each
//! value, as `?`: it looks numbered places up by name, one after another. Its texts differ by the number of rows, of which
//! there are few, so that they stay prepared.

use std::fmt::Write;

use super::{Face, Row, Session, Value, value::Column};
use crate::Result;

/// Rows up to which SQLite has a statement for each number of them; above, for powers of two.
const EXACT: usize = 64;
/// Rows of one statement of SQLite at most: below its bound of 32,766 values for the widest table.
const MOST: usize = 512;

/// Inserts rows of `columns` values each: `head` VALUES (…), (…) `tail`. Gives the rows that `tail` returns.
pub(crate) async fn insert(
    session: &mut impl Session,
    doing: &'static str,
    head: &'static str,
    columns: usize,
    values: Vec<Value>,
    tail: &'static str,
) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (sql, values) in inserts(session.face(), head, columns, values, tail)? {
        rows.extend(session.fetch(doing, sql, values).await?);
    }
    Ok(rows)
}

/// Selects by many values of one column: `head` IN (…) `tail`.
pub(crate) async fn select(
    session: &mut impl Session,
    doing: &'static str,
    head: &'static str,
    values: Vec<Value>,
    tail: &'static str,
) -> Result<Vec<Row>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    if session.face() == Face::Postgres {
        let column = columns(1, values)?;
        return session.fetch(doing, format!("{head} = ANY($1) {tail}"), column).await;
    }
    let mut rows = Vec::new();
    let mut values = values.into_iter();
    while values.len() > 0 {
        let count = rows_of_one(values.len());
        let part: Vec<Value> = values.by_ref().take(count).collect();
        let mut sql = format!("{head} IN ");
        tuple(&mut sql, count);
        let _ = write!(sql, " {tail}");
        rows.extend(session.fetch(doing, sql, part).await?);
    }
    Ok(rows)
}

/// Statements that change rows, run one after another: on SQLite in one turn of its thread, for a turn takes as long as some
/// rows.
pub(crate) struct Script {
    face: Face,
    statements: Vec<(String, Vec<Value>)>,
}

impl Script {
    pub(crate) fn new(face: Face) -> Self {
        Self { face, statements: Vec::new() }
    }

    /// Inserts rows of `columns` values each.
    pub(crate) fn insert(&mut self, head: &'static str, columns: usize, values: Vec<Value>) -> Result<()> {
        self.statements.extend(inserts(self.face, head, columns, values, "")?);
        Ok(())
    }

    /// A statement whose places are named once each, in order.
    pub(crate) fn then(&mut self, sql: &'static str, values: Vec<Value>) {
        let sql = if self.face == Face::Sqlite { unnumbered(sql) } else { sql.to_owned() };
        self.statements.push((sql, values));
    }

    /// Runs them and tells how many rows all of them together changed.
    pub(crate) async fn run(self, session: &mut impl Session, doing: &'static str) -> Result<u64> {
        let mut changed = 0;
        if self.face == Face::Sqlite {
            let (mut text, mut all) = (String::new(), Vec::new());
            for (sql, values) in self.statements {
                text.push_str(&sql);
                text.push(';');
                all.extend(values);
            }
            return if text.is_empty() { Ok(0) } else { session.execute(doing, text, all).await };
        }
        for (sql, values) in self.statements {
            changed += session.execute(doing, sql, values).await?;
        }
        Ok(changed)
    }
}

/// The statements that insert rows.
fn inserts(
    face: Face,
    head: &'static str,
    width: usize,
    values: Vec<Value>,
    tail: &'static str,
) -> Result<Vec<(String, Vec<Value>)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    if face == Face::Postgres {
        let columns = columns(width, values)?;
        return Ok(vec![(unnest(head, &columns, tail), columns)]);
    }
    let mut statements = Vec::new();
    let mut values = values.into_iter();
    while values.len() > 0 {
        let count = rows_of_one(values.len() / width.max(1));
        let part: Vec<Value> = values.by_ref().take(count * width).collect();
        statements.push((statement(head, width, count, tail), part));
    }
    Ok(statements)
}

/// How many of so many rows go into the next statement of SQLite.
fn rows_of_one(rows: usize) -> usize {
    match rows.clamp(1, MOST) {
        rows @ ..=EXACT => rows,
        rows => 1 << rows.ilog2(),
    }
}

/// Rows as columns.
fn columns(width: usize, values: Vec<Value>) -> Result<Vec<Value>> {
    let mut columns: Vec<Column> = values.iter().take(width).map(Column::of).collect();
    let mut values = values.into_iter();
    while values.len() > 0 {
        for (column, value) in columns.iter_mut().zip(values.by_ref()) {
            column.push(value)?;
        }
    }
    Ok(columns.into_iter().map(Value::Column).collect())
}

fn unnest(head: &str, columns: &[Value], tail: &str) -> String {
    let mut sql = format!("{head} SELECT * FROM UNNEST(");
    for (place, column) in columns.iter().enumerate() {
        let kind = if let Value::Column(column) = column { column.type_name() } else { "" };
        let _ = write!(sql, "{}${}::{kind}", if place > 0 { ", " } else { "" }, place + 1);
    }
    let _ = write!(sql, ") {tail}");
    sql
}

fn statement(head: &str, columns: usize, rows: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + rows * (columns * 3 + 3) + tail.len() + 16);
    let _ = write!(sql, "{head} VALUES ");
    for row in 0..rows {
        if row > 0 {
            sql.push_str(", ");
        }
        tuple(&mut sql, columns);
    }
    let _ = write!(sql, " {tail}");
    sql
}

fn tuple(sql: &mut String, count: usize) {
    sql.push('(');
    for place in 0..count {
        sql.push_str(if place > 0 { ", ?" } else { "?" });
    }
    sql.push(')');
}

/// `$1`, `$2`, … as `?`.
fn unnumbered(sql: &str) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('?');
        text.push_str(part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{columns, rows_of_one, statement, unnest, unnumbered};
    use crate::database::{Value, value::Column, values};

    #[test]
    fn sqlite_has_a_place_for_each_value() {
        let text = statement("INSERT INTO t (a, b)", 2, 2, "RETURNING a");
        assert_eq!(text, "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) RETURNING a");
        assert_eq!(unnumbered("UPDATE t SET a = $1 WHERE b = $12"), "UPDATE t SET a = ? WHERE b = ?");
        assert_eq!([0, 1, 7, 64, 65, 200, 1000].map(rows_of_one), [1, 1, 7, 64, 64, 128, 512]);
    }

    #[test]
    fn postgresql_has_an_array_for_each_column() {
        let columns = columns(2, values![1_i64, Some("a"), 2_i64, None::<&str>]).unwrap();
        let texts = Column::Texts(vec![Some("a".to_owned()), None]);
        assert_eq!(columns, [Value::Column(Column::Integers(vec![Some(1), Some(2)])), Value::Column(texts)]);
        let text = unnest("INSERT INTO t (a, b)", &columns, "RETURNING a");
        assert_eq!(text, "INSERT INTO t (a, b) SELECT * FROM UNNEST($1::BIGINT[], $2::TEXT[]) RETURNING a");
    }

    #[test]
    fn a_column_is_of_one_kind() {
        assert!(columns(1, values![1_i64, "a"]).is_err());
    }
}
