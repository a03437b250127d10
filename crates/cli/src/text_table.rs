//! Tables for people: columns aligned, numbers to the right.

/// A table of texts.
pub(crate) struct TextTable {
    right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// A table with a header; a column whose heading starts with `>` is aligned to the right.
    pub(crate) fn new(headings: &[&str]) -> Self {
        Self {
            right: headings.iter().map(|heading| heading.starts_with('>')).collect(),
            rows: vec![headings.iter().map(|heading| heading.trim_start_matches('>').to_owned()).collect()],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| clean(&cell)).collect());
    }
}

/// Longest cell, in characters.
const WIDEST: usize = 48;

/// A cell on one line, cut where too long, without characters that would steer a terminal.
fn clean(cell: &str) -> String {
    let mut text: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WIDEST + 1).collect();
    if text.chars().count() > WIDEST {
        text = text.chars().take(WIDEST - 1).chain(['…']).collect();
    }
    text
}

impl std::fmt::Display for TextTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.right.len()).map(width).collect();
        for (index, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).zip(&self.right).map(|((cell, width), right)| {
                if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
            if index == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                writeln!(f, "{}", rules.join("  "))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_nothing_steers_the_terminal() {
        let mut table = TextTable::new(&["name", ">points"]);
        table.row(["a\u{1b}[31m".into(), "7".into()]);
        table.row(["longer".into(), "-12".into()]);
        assert_eq!(table.to_string(), "name    points\n──────  ──────\na [31m       7\nlonger     -12\n");
    }
}
