//! Dates as people read them and as JSON holds them.

use serde::{Deserialize, Serialize};
use time::Date;

time::serde::format_description!(pub(super) iso, Date, "[year]-[month]-[day]");

/// How a date is written in the letters: always with the month's name, so that no reader takes it for another day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateStyle {
    /// `November 26, 2026`
    #[default]
    MonthFirst,
    /// `26 November 2026`
    DayFirst,
    /// `2026-11-26`, where the lender's templates are in another language.
    Iso,
}

impl DateStyle {
    pub(super) fn write(self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self {
            Self::MonthFirst => format!("{month} {day}, {year}"),
            Self::DayFirst => format!("{day} {month} {year}"),
            Self::Iso => date.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_date_is_ambiguous() {
        let date = time::macros::date!(2026 - 03 - 04);
        assert_eq!(DateStyle::MonthFirst.write(date), "March 4, 2026");
        assert_eq!(DateStyle::DayFirst.write(date), "4 March 2026");
        assert_eq!(DateStyle::Iso.write(date), "2026-03-04");
    }
}
