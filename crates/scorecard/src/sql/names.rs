//! Names of columns and steps: unique, and such as the dialect takes.

use std::collections::BTreeSet;

use super::{Dialect, syntax::Syntax};

/// Gives out names, each only once, whatever the case of its letters.
#[derive(Debug)]
pub(super) struct Names {
    syntax: Syntax,
    taken: BTreeSet<String>,
}

impl Names {
    pub(super) fn new(syntax: Syntax) -> Self {
        Self { syntax, taken: BTreeSet::new() }
    }

    /// Takes a name as it is; `false` where it is taken already.
    pub(super) fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_lowercase())
    }

    /// A free name as near to `start` + `name` + `end` as the dialect allows, quoted.
    pub(super) fn claim(&mut self, start: &str, name: &str, end: &str) -> String {
        let fitting: String = name.chars().map(|character| self.fitting(character)).collect();
        let mut number = 1;
        loop {
            let end = if number == 1 { end.to_owned() } else { format!("{end}_{number}") };
            let room = self.longest().saturating_sub(start.len() + end.len());
            let free = format!("{start}{}{end}", shortened(&fitting, room));
            let free = if free.starts_with(|c: char| c.is_ascii_digit()) && self.syntax.0 == Dialect::BigQuery {
                format!("_{free}")
            } else {
                free
            };
            if self.take(&free) {
                return self.syntax.quoted(&free);
            }
            number += 1;
        }
    }

    fn fitting(&self, character: char) -> char {
        let fits = match self.syntax.0 {
            Dialect::BigQuery => character.is_ascii_alphanumeric(),
            _ => !character.is_control(),
        };
        if fits { character } else { '_' }
    }

    /// Bytes of the longest name.
    fn longest(&self) -> usize {
        match self.syntax.0 {
            Dialect::PostgreSql => 63,
            _ => 200,
        }
    }
}

/// The name of a column of the source as the dialect holds it: PostgreSQL cuts names to 63 bytes.
pub(super) fn stored(name: &str, dialect: Dialect) -> &str {
    if dialect == Dialect::PostgreSql { shortened(name, 63) } else { name }
}

/// Whether two columns of one table may differ in the case of their letters alone.
pub(super) fn tells_cases_apart(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::PostgreSql | Dialect::Snowflake)
}

fn shortened(name: &str, bytes: usize) -> &str {
    let mut end = name.len().min(bytes);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_and_stay_apart() {
        let mut names = Names::new(Syntax(Dialect::PostgreSql));
        let long = "ä".repeat(60);
        let first = names.claim("points_", &long, "");
        let second = names.claim("points_", &long, "");
        assert_eq!(first, format!("\"points_{}\"", "ä".repeat(28)));
        assert_eq!(second, format!("\"points_{}_2\"", "ä".repeat(27)));
        assert_eq!(stored(&long, Dialect::PostgreSql), "ä".repeat(31));
    }

    #[test]
    fn names_differ_in_more_than_case() {
        let mut names = Names::new(Syntax(Dialect::BigQuery));
        assert_eq!(names.claim("", "Age (years)", ""), "`Age__years_`");
        assert_eq!(names.claim("", "AGE (YEARS)", ""), "`AGE__YEARS__2`");
        assert_eq!(names.claim("", "1st", ""), "`_1st`");
    }
}
