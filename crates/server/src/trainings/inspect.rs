//! A first look at a table: its columns as a training would read them.

use serde::Serialize;
use training::table::{Column, ColumnData, ReadOptions, Table, read_bytes};
use utoipa::ToSchema;

use super::{MOST_CELLS, NAME};

/// Values of a column that are shown.
const EXAMPLES: usize = 4;
/// Values of a column of few that are shown.
const FEW: usize = 12;

/// A table at first sight. Nothing of it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TableInspection)]
pub(crate) struct Inspection {
    /// Its rows.
    rows: usize,
    /// Its columns, in their order.
    columns: Vec<Inspected>,
    /// Columns of types that no training reads.
    left_out: Vec<LeftOut>,
    /// Columns that could hold the outcome, the likeliest first.
    outcomes: Vec<String>,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectedColumn)]
struct Inspected {
    /// Its name.
    name: String,
    /// `numeric` or `categorical`.
    kind: &'static str,
    /// How that was decided.
    inference: String,
    /// Rows without a value.
    missing: usize,
    /// Values of the first rows, each once.
    examples: Vec<String>,
    /// All its values, where they are few.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<String>>,
}

/// A column that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadColumn)]
struct LeftOut {
    /// Its name.
    name: String,
    /// Why.
    problem: String,
}

/// Reads a table and says what is in it.
///
/// # Errors
/// Where it is no well-formed table.
pub(crate) fn inspect(bytes: Vec<u8>) -> training::Result<Inspection> {
    let reading = ReadOptions { leave_out: true, max_cells: MOST_CELLS, ..ReadOptions::default() };
    let table = read_bytes(bytes, NAME, &reading)?;
    let outcomes = table.outcome_candidates().into_iter().map(|(name, _)| name.to_owned()).collect();
    let columns = table.columns.iter().map(|column| inspected(&table, column)).collect();
    let left_out = table.left_out.into_iter();
    let left_out = left_out.map(|column| LeftOut { name: column.name, problem: column.problem }).collect();
    Ok(Inspection { rows: table.rows, columns, left_out, outcomes })
}

fn inspected(table: &Table, column: &Column) -> Inspected {
    let mut examples: Vec<String> = Vec::new();
    for value in (0..table.rows).filter_map(|row| column.data.text(row)).take(1_000) {
        if examples.len() == EXAMPLES {
            break;
        }
        if !examples.contains(&value) {
            examples.push(value);
        }
    }
    let (kind, missing) = match &column.data {
        ColumnData::Numeric(values) => ("numeric", values.iter().filter(|value| value.is_nan()).count()),
        ColumnData::Categorical { codes, levels } => {
            ("categorical", codes.iter().filter(|code| **code as usize >= levels.len()).count())
        }
    };
    let (name, inference) = (column.name.clone(), column.inference.clone());
    Inspected { name, kind, inference, missing, examples, values: few(&column.data) }
}

/// The values of a column, in order, where there are few.
fn few(data: &ColumnData) -> Option<Vec<String>> {
    match data {
        ColumnData::Categorical { levels, .. } => (levels.len() <= FEW).then(|| levels.clone()),
        ColumnData::Numeric(values) => {
            let mut seen: Vec<f64> = Vec::new();
            for value in values.iter().filter(|value| !value.is_nan()) {
                if !seen.contains(value) {
                    if seen.len() == FEW {
                        return None;
                    }
                    seen.push(*value);
                }
            }
            seen.sort_unstable_by(f64::total_cmp);
            Some(seen.iter().map(ToString::to_string).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_table_is_seen_as_a_training_reads_it() {
        let text = "id,income,owns,bad\n1,100,yes,0\n2,,no,1\n3,250.5,yes,0\n";
        let seen = inspect(text.as_bytes().to_vec()).unwrap();
        assert_eq!((seen.rows, seen.columns.len()), (3, 4));
        let income = &seen.columns[1];
        assert_eq!(
            (income.kind, income.missing, &income.examples[..]),
            ("numeric", 1, &["100".into(), "250.5".into()][..])
        );
        assert_eq!(seen.columns[2].values.as_deref(), Some(&["no".to_owned(), "yes".to_owned()][..]));
        assert_eq!(seen.outcomes, ["bad", "owns"]);
        assert!(inspect(b"a,b\n".to_vec()).is_err());
    }
}
