//! A whole table through a scorecard: scores, probabilities and matched attributes by row.

use std::collections::HashMap;

use rayon::prelude::*;
use scorecard::{
    Evaluation, Evaluator, Scorecard, Value,
    cells::{KnownTexts, text_value},
    model::{Field, FieldType},
};

use crate::{
    Error, Result,
    table::{ColumnData, ReadOptions, Table},
};

/// What a scorecard makes of the rows of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The rows that could be scored, ascending. What follows stands one for each of them.
    pub rows: Vec<u32>,
    /// Scores.
    pub scores: Vec<f64>,
    /// Probabilities of bad; `None` where the scorecard has no scaling.
    pub probabilities: Option<Vec<f64>>,
    /// By characteristic: index of the attribute that matched.
    pub attributes: Vec<Vec<u16>>,
    /// The rows that could not be scored, and why.
    pub failures: Vec<RowFailure>,
}

/// A row that could not be scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFailure {
    /// Index of the row, from 0.
    pub row: u32,
    /// What was wrong.
    pub problem: String,
}

/// How a table for this scorecard is read: each field's column as its type.
#[must_use]
pub fn read_options(scorecard: &Scorecard) -> ReadOptions {
    let names = |numeric: bool| {
        let of_kind = scorecard.fields.iter().filter(move |field| field.field_type.is_numeric() == numeric);
        of_kind.map(|field| field.name.clone()).collect()
    };
    let fields = scorecard.fields.iter().map(|field| field.name.clone());
    ReadOptions {
        numeric: names(true),
        categorical: names(false),
        known: fields.zip(KnownTexts::by_field(scorecard)).collect(),
        ..ReadOptions::default()
    }
}

/// Rows that one thread scores at a time.
const CHUNK: usize = 4096;

/// Scores every row of a table.
///
/// # Errors
/// [`Error::Column`] where a field of the scorecard is no column of the table. A row that cannot be scored is no error
/// but one of [`Scored::failures`].
pub fn score_table(evaluator: &Evaluator, table: &Table) -> Result<Scored> {
    let card = evaluator.scorecard();
    let columns = columns(card, table)?;
    let rows = u32::try_from(table.rows).map_err(|_| Error::Table {
        path: table.source.clone(),
        line: None,
        problem: format!("has {} rows; at most {} can be held", table.rows, u32::MAX),
    })?;
    let starts: Vec<u32> = (0..rows).step_by(CHUNK).collect();
    let parts: Vec<Scored> = starts
        .into_par_iter()
        .map(|start| part(evaluator, &columns, start..rows.min(start.saturating_add(CHUNK as u32))))
        .collect();
    let mut whole = empty(card);
    for part in parts {
        whole.rows.extend(part.rows);
        whole.scores.extend(part.scores);
        if let (Some(all), Some(some)) = (&mut whole.probabilities, part.probabilities) {
            all.extend(some);
        }
        whole.attributes.iter_mut().zip(part.attributes).for_each(|(all, some)| all.extend(some));
        whole.failures.extend(part.failures);
    }
    Ok(whole)
}

/// How often a reason code is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Given {
    /// As the first.
    pub(crate) first: u64,
    /// At any place.
    pub(crate) at_all: u64,
}

/// How often each reason code is given to these rows; rows that cannot be scored have none.
pub(crate) fn reasons_given(evaluator: &Evaluator, table: &Table, rows: &[u32]) -> Result<HashMap<String, Given>> {
    let columns = columns(evaluator.scorecard(), table)?;
    let codes: Vec<String> = evaluator.reason_codes().iter().map(|reason| reason.code.clone()).collect();
    let mut given = vec![Given::default(); codes.len()];
    let mut evaluation = Evaluation::default();
    let mut values: Vec<Value<'_>> = Vec::with_capacity(columns.len());
    for row in rows {
        values.clear();
        values.extend(columns.iter().map(|column| column.value(*row as usize)));
        if evaluator.evaluate_into(&values, &mut evaluation).is_err() {
            continue;
        }
        for (place, reason) in evaluation.reasons.iter().enumerate() {
            if let Some(given) = given.get_mut(reason.code as usize) {
                given.first += u64::from(place == 0);
                given.at_all += 1;
            }
        }
    }
    Ok(codes.into_iter().zip(given).collect())
}

/// The column of each field; none for one that may be absent.
fn columns<'a>(card: &Scorecard, table: &'a Table) -> Result<Vec<FieldColumn<'a>>> {
    let column = |field: &Field| {
        let data = match table.column(&field.name) {
            Ok(column) => Some(&column.data),
            Err(error) if field.required => return Err(error),
            Err(_) => None,
        };
        Ok(FieldColumn { data, field_type: field.field_type })
    };
    card.fields.iter().map(column).collect()
}

/// The column of a field.
struct FieldColumn<'a> {
    data: Option<&'a ColumnData>,
    field_type: FieldType,
}

impl FieldColumn<'_> {
    fn value(&self, row: usize) -> Value<'_> {
        match self.data.map_or(Value::Missing, |data| value(data, row)) {
            Value::Text(text) => text_value(text, self.field_type),
            value => value,
        }
    }
}

fn empty(card: &Scorecard) -> Scored {
    Scored {
        rows: Vec::new(),
        scores: Vec::new(),
        probabilities: card.scaling.map(|_| Vec::new()),
        attributes: vec![Vec::new(); card.characteristics.len()],
        failures: Vec::new(),
    }
}

fn part(evaluator: &Evaluator, columns: &[FieldColumn<'_>], rows: std::ops::Range<u32>) -> Scored {
    let mut scored = empty(evaluator.scorecard());
    let mut evaluation = Evaluation::default();
    let mut values: Vec<Value<'_>> = Vec::with_capacity(columns.len());
    for row in rows {
        values.clear();
        values.extend(columns.iter().map(|column| column.value(row as usize)));
        match evaluator.evaluate_into(&values, &mut evaluation) {
            Err(error) => scored.failures.push(RowFailure { row, problem: error.to_string() }),
            Ok(()) => {
                scored.rows.push(row);
                scored.scores.push(evaluation.score.to_f64());
                if let (Some(all), Some(bad)) = (&mut scored.probabilities, evaluation.probability_of_bad) {
                    all.push(bad);
                }
                for (all, matched) in scored.attributes.iter_mut().zip(&evaluation.characteristics) {
                    all.push(u16::try_from(matched.attribute).unwrap_or(u16::MAX));
                }
            }
        }
    }
    scored
}

/// What a column holds in a row.
pub(crate) fn value(data: &ColumnData, row: usize) -> Value<'_> {
    match data {
        ColumnData::Numeric(values) => {
            values.get(row).filter(|value| !value.is_nan()).map_or(Value::Missing, |value| Value::Number(*value))
        }
        ColumnData::Categorical { codes, levels } => codes
            .get(row)
            .and_then(|code| levels.get(*code as usize))
            .map_or(Value::Missing, |level| Value::Text(level)),
    }
}
