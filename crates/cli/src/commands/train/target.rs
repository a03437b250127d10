//! Which column holds the outcome.

use training::{
    table::{ColumnData, Table},
    train::Dictionary,
};

use super::Arguments;
use crate::failure::Failure;

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

/// Most candidates that a message names.
const SHOWN: usize = 8;

/// The target and its bad values: as told, else as the dictionary says.
pub(super) fn choose(
    arguments: &Arguments,
    dictionary: &Dictionary,
    table: &Table,
) -> Result<(String, Vec<String>), Failure> {
    let told = arguments.columns.target.as_ref();
    let Some(target) = told.or(dictionary.target.as_ref()) else { return Err(unknown(table)) };
    table.column(target).map_err(|error| Failure::from(error).named("--target"))?;
    let written = dictionary.target.as_ref() == Some(target);
    let bad_values = match arguments.columns.bad_values.as_slice() {
        [] if written => dictionary.bad_values.clone(),
        told => told.to_vec(),
    };
    Ok((target.clone(), bad_values))
}

/// What could be the target, and how to name it.
fn unknown(table: &Table) -> Failure {
    let mut candidates: Vec<(&str, Vec<String>)> =
        table.columns.iter().filter_map(|column| Some((column.name.as_str(), two_values(&column.data)?))).collect();
    candidates.sort_by_key(|(name, _)| !is_telling(name));
    let source = &table.source;
    let Some((first, _)) = candidates.first() else {
        return Failure::usage(format!(
            "{source}: which column holds the outcome? None has exactly two values; name it with `--target COLUMN`, and \
             the values that are bad with `--bad VALUE`"
        ));
    };
    let shown: Vec<String> =
        candidates.iter().take(SHOWN).map(|(name, values)| format!("`{name}` ({})", values.join(", "))).collect();
    Failure::usage(format!(
        "{source}: which column holds the outcome? Name it, e.g. `--target {first}`; columns with two values are {}",
        shown.join(", ")
    ))
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
