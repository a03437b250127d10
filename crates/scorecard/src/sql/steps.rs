//! The statement as a chain of steps, each a common table expression that adds columns to the one before.

use std::fmt::Write as _;

use super::{names::Names, syntax::Syntax};

/// A column that a step adds.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) expression: String,
    /// For people; empty where the name says it.
    pub(super) note: String,
}

impl Column {
    pub(super) fn new(name: impl Into<String>, expression: impl Into<String>) -> Self {
        Self { name: name.into(), expression: expression.into(), note: String::new() }
    }

    pub(super) fn noted(mut self, note: &str) -> Self {
        self.note = comment(note);
        self
    }
}

/// The steps written so far.
#[derive(Debug)]
pub(super) struct Steps {
    syntax: Syntax,
    text: String,
    last: Option<String>,
    columns: usize,
    apart: bool,
}

impl Steps {
    pub(super) fn new(syntax: Syntax) -> Self {
        Self { syntax, text: String::new(), last: None, columns: 0, apart: false }
    }

    /// Columns of the widest step.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// From here on each step is computed once, where the dialect has a word for that.
    pub(super) fn keep_apart(&mut self) {
        self.apart = true;
    }

    /// The first step: columns of the source.
    pub(super) fn open(&mut self, name: String, note: &str, columns: &[Column], from: &str) {
        self.write(name, note, None, columns, from);
    }

    /// A step that adds columns to the last; nothing where there are none.
    pub(super) fn add(&mut self, names: &mut Names, name: &str, note: &str, columns: &[Column]) {
        if columns.is_empty() {
            return;
        }
        let Some(before) = self.last.clone() else { return };
        let name = names.claim("", name, "");
        self.write(name, note, Some(&before), columns, &before);
    }

    fn write(&mut self, name: String, note: &str, all_of: Option<&str>, columns: &[Column], from: &str) {
        let opening = if self.last.is_none() { "WITH\n" } else { ",\n" };
        let apart = if self.apart { self.syntax.materialized() } else { "" };
        let _ = write!(self.text, "{opening}-- {}\n{name} AS {apart}(\n  SELECT", comment(note));
        let mut separator = "";
        if let Some(before) = all_of {
            let _ = write!(self.text, "\n    {before}.*");
            separator = ",";
        }
        write_columns(&mut self.text, columns, separator);
        let _ = write!(self.text, "\n  FROM {from}");
        if !self.syntax.fence().is_empty() {
            let _ = write!(self.text, "\n  {}", self.syntax.fence());
        }
        self.text.push_str("\n)");
        self.last = Some(name);
        self.columns += columns.len();
    }

    /// The whole statement: what is given of each row.
    pub(super) fn close(mut self, columns: &[Column]) -> String {
        self.text.push_str("\nSELECT");
        write_columns(&mut self.text, columns, "");
        let _ = writeln!(self.text, "\nFROM {}", self.last.unwrap_or_default());
        self.text
    }
}

fn write_columns(text: &mut String, columns: &[Column], mut separator: &str) {
    for column in columns {
        text.push_str(separator);
        if !column.note.is_empty() {
            let _ = write!(text, "\n    -- {}", column.note);
        }
        let _ = if column.name.is_empty() || column.name == column.expression {
            write!(text, "\n    {}", column.expression)
        } else {
            write!(text, "\n    {} AS {}", column.expression, column.name)
        };
        separator = ",";
    }
}

/// Longest comment, in characters.
const MAX_COMMENT: usize = 200;

/// A text that stays a comment to its end: on one line, without signs that careless readers of SQL split or quote by.
pub(super) fn comment(text: &str) -> String {
    let safe = |character: char| match character {
        '\'' | '`' => '’',
        '"' => '”',
        ';' => ',',
        '\\' => '/',
        '$' | '{' | '}' | '?' | '\u{85}' | '\u{2028}' | '\u{2029}' => '_',
        other if other.is_control() => ' ',
        other => other,
    };
    text.chars().take(MAX_COMMENT).map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_end_where_their_line_ends() {
        let text = comment("age\n; DROP TABLE x --\r\u{2028}'\\");
        assert_eq!(text, "age , DROP TABLE x -- _’/");
    }
}
