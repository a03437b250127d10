//! What the statement reads and what it gives.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::Dialect;

/// How a scorecard is written as SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlOptions {
    /// The dialect.
    pub dialect: Dialect,
    /// The table or view whose rows are applications.
    pub source: TableName,
    /// Columns of the source that are carried through.
    pub keys: Keys,
    /// Column of the source that holds a field, where it is not the field's name.
    pub columns: BTreeMap<String, String>,
    /// Stands before the name of each column that the statement adds.
    pub prefix: String,
    /// Whether the points of each characteristic are given.
    pub points: bool,
    /// Whether ranked reason codes are given.
    pub reasons: bool,
    /// Whether output fields that the model declares are given.
    pub outputs: bool,
    /// Whether functions are allowed whose last digits each engine computes in its own way (`ln`, `log10`, `exp`, `pow`):
    /// points that use them then equal the service's to about fifteen digits, not bit for bit. Otherwise they are refused.
    pub inexact_functions: bool,
}

impl SqlOptions {
    /// Points, score, odds, reasons and output fields for each row of `applications`.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            source: TableName(vec!["applications".into()]),
            keys: Keys::Columns(Vec::new()),
            columns: BTreeMap::new(),
            prefix: String::new(),
            points: true,
            reasons: true,
            outputs: true,
            inexact_functions: false,
        }
    }
}

/// Columns of the source that are carried through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// All of them. Not to be had in SQLite, Trino and Snowflake, which cannot carry a row as one value.
    All,
    /// These.
    Columns(Vec<String>),
}

/// The name of a table: its parts, e.g. schema and table, as they are, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName(pub(super) Vec<String>);

/// Most parts of a table's name: catalogue, schema, table, and one to spare.
const MAX_PARTS: usize = 4;

impl TableName {
    /// A name of these parts.
    ///
    /// # Errors
    /// In words, where there are no parts, more than four, or an empty one.
    pub fn of_parts(parts: Vec<String>) -> Result<Self, String> {
        if parts.is_empty() || parts.len() > MAX_PARTS || parts.iter().any(String::is_empty) {
            return Err(format!(
                "a table's name has one to {MAX_PARTS} parts, none of them empty, e.g. `schema.table`; a part that holds a dot stands in double quotes"
            ));
        }
        Ok(Self(parts))
    }
}

/// Parts joined by dots; one that holds a dot or a quote stands in double quotes, with quotes doubled.
impl FromStr for TableName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = vec![String::new()];
        let mut characters = text.chars().peekable();
        let mut quoted = false;
        while let Some(character) = characters.next() {
            let Some(part) = parts.last_mut() else { continue };
            match character {
                '"' if quoted && characters.next_if_eq(&'"').is_some() => part.push('"'),
                '"' if quoted || part.is_empty() => quoted = !quoted,
                '.' if !quoted => parts.push(String::new()),
                other => part.push(other),
            }
        }
        if quoted {
            return Err(format!("the table name `{text}` has a quote that is not closed"));
        }
        Self::of_parts(parts)
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "." })?;
            if part.contains(['.', '"']) {
                write!(f, "\"{}\"", part.replace('"', "\"\""))?;
            } else {
                f.write_str(part)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_names_read_back() {
        for text in ["applications", "risk.applications", "a.\"b.c\".d", "\"say \"\"hi\"\"\"", "x y.z;--"] {
            assert_eq!(text.parse::<TableName>().unwrap().to_string(), text);
        }
        assert_eq!("\"a\".b".parse::<TableName>().unwrap().0, ["a", "b"]);
        for wrong in ["", "a..b", ".a", "a.", "\"a", "a.b.c.d.e"] {
            assert!(wrong.parse::<TableName>().is_err(), "{wrong}");
        }
    }
}
