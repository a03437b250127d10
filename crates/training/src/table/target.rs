//! The target: which rows are bad.

use super::{ColumnData, Table};
use crate::{Error, Result};

/// The outcome of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Whether the row is bad.
    pub bad: Vec<bool>,
    /// The values that count as bad.
    pub bad_values: Vec<String>,
    /// The values that count as good.
    pub good_values: Vec<String>,
}

/// Names of the bad class that need no telling, in lower case.
const KNOWN_BAD: [&str; 9] = ["bad", "default", "defaulted", "yes", "y", "true", "1", "charged off", "delinquent"];

impl Table {
    /// The target in a column. Without named bad values, `1` is bad beside `0`, and a name such as `bad`, `default`,
    /// `yes` or `true` is bad beside another.
    ///
    /// # Errors
    /// [`Error::Column`] where the column is absent, has missing values, one class, or classes that do not tell
    /// which is bad; [`Error::Setting`] where a bad value is none of its values, or all of them are bad.
    pub fn target(&self, name: &str, bad_values: &[String]) -> Result<Target> {
        let column = self.column(name)?;
        let fault = |problem: String| Error::Column { column: name.to_owned(), problem };
        let unfit = |problem: String| Error::Setting { setting: "bad".into(), problem };
        let classes = classes(&column.data);
        let shown = || classes.iter().take(10).map(|class| format!("`{class}`")).collect::<Vec<_>>().join(", ");
        if let Some(unknown) = bad_values.iter().find(|value| !classes.contains(value)) {
            return Err(unfit(format!("no row has the bad value `{unknown}` in column `{name}`; it has {}", shown())));
        }
        let missing = (0..self.rows).filter(|row| column.data.text(*row).is_none()).count();
        if missing > 0 {
            let (have, those) = if missing == 1 { ("has", "that row") } else { ("have", "those rows") };
            return Err(fault(format!("{missing} of {} rows {have} no outcome; leave {those} out", self.rows)));
        }
        let bad_values: Vec<String> = match (classes.len(), bad_values) {
            (0 | 1, _) => return Err(fault(format!("has one class only ({}); a target needs good and bad", shown()))),
            (2, []) => {
                // 1 beside 2 is good in one lender's file and bad in another's: only beside 0 does it tell.
                let digit = |class: &String| class == "1" && !classes.iter().any(|other| other == "0");
                let named = |class: &String| KNOWN_BAD.contains(&class.to_lowercase().as_str());
                let known = classes.iter().filter(|class| named(class) && !digit(class));
                match known.collect::<Vec<_>>().as_slice() {
                    [one] => vec![(*one).clone()],
                    _ => {
                        return Err(fault(format!(
                            "it is not clear which of {} is bad; say so with `--bad VALUE`",
                            shown()
                        )));
                    }
                }
            }
            (n, []) => {
                return Err(fault(format!("has {n} values ({}…); say which are bad with `--bad VALUE`", shown())));
            }
            (n, named) if named.len() >= n => {
                return Err(unfit(format!(
                    "all values are named as bad in column `{name}`; a target needs good ones too"
                )));
            }
            (_, named) => named.to_vec(),
        };
        let good_values = classes.into_iter().filter(|class| !bad_values.contains(class)).collect();
        let bad = match &column.data {
            ColumnData::Numeric(values) => {
                let bad: Vec<f64> = bad_values.iter().filter_map(|value| value.parse().ok()).collect();
                values.iter().map(|value| bad.contains(value)).collect()
            }
            ColumnData::Categorical { codes, levels } => {
                let is_bad: Vec<bool> = levels.iter().map(|level| bad_values.contains(level)).collect();
                codes.iter().map(|code| is_bad.get(*code as usize) == Some(&true)).collect()
            }
        };
        Ok(Target { bad, bad_values, good_values })
    }
}

/// The distinct values of a column as texts, in ascending order; of numbers at most a thousand.
fn classes(data: &ColumnData) -> Vec<String> {
    const MOST: usize = 1000;
    match data {
        ColumnData::Categorical { levels, .. } => levels.clone(),
        ColumnData::Numeric(values) => {
            let mut distinct: Vec<f64> = Vec::new();
            for value in values.iter().filter(|value| !value.is_nan()) {
                if distinct.len() < MOST && !distinct.contains(value) {
                    distinct.push(*value);
                }
            }
            distinct.sort_unstable_by(f64::total_cmp);
            distinct.iter().map(ToString::to_string).collect()
        }
    }
}
