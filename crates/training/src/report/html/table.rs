//! Tables: a caption, a head that print repeats, figures in columns that line up.

use super::{markup::Markup, number::ABSENT};
use crate::drift::Light;

/// A table being filled.
pub(crate) struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

struct Column {
    name: String,
    left: bool,
}

struct Row {
    cells: Vec<Cell>,
    emphasis: &'static str,
}

/// What stands in a cell.
pub(crate) enum Cell {
    /// Words.
    Text(String),
    /// Words of minor weight, or code.
    Code(String),
    /// A figure, already in its form.
    Figure(String),
    /// Nothing known.
    Absent,
    /// A traffic light, with its word: colour alone tells nobody everything.
    Light(Light),
    /// What a figure comes to, in words.
    Verdict(Light),
    /// A mark with a word.
    Flag(&'static str),
}

impl Cell {
    /// A figure where there is one.
    pub(crate) fn maybe(value: Option<f64>, form: impl FnOnce(f64) -> String) -> Self {
        value.map_or(Self::Absent, |value| Self::Figure(form(value)))
    }

    /// Words.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl Table {
    pub(crate) fn new(caption: impl Into<String>) -> Self {
        Self { caption: caption.into(), columns: Vec::new(), rows: Vec::new() }
    }

    /// A column of words, to the left.
    pub(crate) fn words(mut self, name: impl Into<String>) -> Self {
        self.columns.push(Column { name: name.into(), left: true });
        self
    }

    /// Columns of figures, to the right.
    pub(crate) fn figures<S: AsRef<str>>(mut self, names: &[S]) -> Self {
        self.columns.extend(names.iter().map(|name| Column { name: name.as_ref().to_owned(), left: false }));
        self
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, emphasis: "" });
    }

    /// A row that stands out: a sum, a reference, a chosen one.
    pub(crate) fn strong(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, emphasis: "strong" });
    }

    pub(crate) fn write(&self, m: &mut Markup) {
        // A wide table scrolls by itself; the keyboard reaches it too.
        let region =
            [("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", self.caption.as_str())];
        m.tag("div", &region, |m| {
            m.tag("table", &[], |m| {
                m.line("caption", &[], &self.caption);
                m.tag("thead", &[], |m| {
                    m.tag("tr", &[], |m| {
                        for column in &self.columns {
                            let class = if column.left { "left" } else { "figure" };
                            m.line("th", &[("scope", "col"), ("class", class)], &column.name);
                        }
                    });
                });
                m.tag("tbody", &[], |m| self.rows.iter().for_each(|row| self.write_row(m, row)));
            });
        });
    }

    fn write_row(&self, m: &mut Markup, row: &Row) {
        m.tag("tr", &[("class", row.emphasis)], |m| {
            let cells = row.cells.iter().chain(std::iter::repeat(&Cell::Absent));
            for (place, (cell, column)) in cells.zip(&self.columns).enumerate() {
                let class = if column.left { "left" } else { "figure" };
                if place == 0 {
                    m.tag("th", &[("scope", "row"), ("class", class)], |m| cell.write(m));
                } else {
                    m.tag("td", &[("class", class)], |m| cell.write(m));
                }
            }
        });
    }
}

impl Cell {
    fn write(&self, m: &mut Markup) {
        match self {
            Self::Text(text) | Self::Figure(text) => m.text(text),
            Self::Code(text) => m.line("code", &[], text),
            Self::Absent => m.line("span", &[("class", "absent")], ABSENT),
            Self::Light(light) => {
                let (class, word) = match light {
                    Light::Green => ("light green", "green"),
                    Light::Amber => ("light amber", "amber"),
                    Light::Red => ("light red", "red"),
                };
                m.line("span", &[("class", class)], word);
            }
            Self::Verdict(light) => {
                let (class, word) = match light {
                    Light::Green => ("light green", "sound"),
                    Light::Amber => ("light amber", "look into"),
                    Light::Red => ("light red", "unsound"),
                };
                m.line("span", &[("class", class)], word);
            }
            Self::Flag(word) => m.line("span", &[("class", "flag")], word),
        }
    }
}

/// Names and values, one below the other.
pub(crate) fn facts(m: &mut Markup, facts: &[(&'static str, String)]) {
    m.tag("dl", &[("class", "facts")], |m| {
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            m.tag("div", &[], |m| {
                m.line("dt", &[], name);
                m.line("dd", &[], value);
            });
        }
    });
}
