//! Which columns could hold the outcome.

use super::{ColumnData, Table};

/// Words in the names of columns that often hold an outcome.
const TELLING: [&str; 14] = [
    "target",
    "default",
    "bad",
    "good",
    "outcome",
    "label",
    "class",
    "status",
    "creditability",
    "risk",
    "delinq",
    "charged",
    "loss",
    "y",
];

impl Table {
    /// The columns that have two values and lack none, with these values; those whose names tell of an outcome first.
    #[must_use]
    pub fn outcome_candidates(&self) -> Vec<(&str, Vec<String>)> {
        let mut candidates: Vec<(&str, Vec<String>)> =
            self.columns.iter().filter_map(|column| Some((column.name.as_str(), two_values(&column.data)?))).collect();
        candidates.sort_by_key(|(name, _)| !is_telling(name));
        candidates
    }
}

fn is_telling(name: &str) -> bool {
    let name = name.to_lowercase();
    name.split(|c: char| !c.is_alphanumeric()).any(|word| TELLING.contains(&word))
        || TELLING.iter().any(|telling| telling.len() > 3 && name.contains(telling))
}

/// The values of a column that has two and lacks none.
fn two_values(data: &ColumnData) -> Option<Vec<String>> {
    match data {
        ColumnData::Categorical { codes, levels } => {
            let complete = codes.iter().all(|code| (*code as usize) < levels.len());
            (levels.len() == 2 && complete).then(|| levels.clone())
        }
        ColumnData::Numeric(values) => {
            let mut distinct: Vec<f64> = Vec::new();
            for value in values {
                if value.is_nan() {
                    return None;
                }
                if !distinct.contains(value) {
                    distinct.push(*value);
                }
                if distinct.len() > 2 {
                    return None;
                }
            }
            distinct.sort_unstable_by(f64::total_cmp);
            (distinct.len() == 2).then(|| distinct.iter().map(ToString::to_string).collect())
        }
    }
}
