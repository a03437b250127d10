//! Which column holds the outcome.

use training::{table::Table, train::Dictionary};

use super::Arguments;
use crate::failure::Failure;

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
    let candidates = table.outcome_candidates();
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
