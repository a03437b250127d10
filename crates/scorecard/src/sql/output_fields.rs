//! Output fields: what the model gives under names of its own, computed once score and reasons are there.

use super::{
    expression::Compiler,
    names::Names,
    ranking::Ranked,
    scope::{Kind, Scope, Slot},
    score::{Score, TOO_MANY_DIGITS},
    steps::{Column, Steps},
};
use crate::{
    Error, Result, Scorecard,
    model::{OutputField, OutputSource},
};

/// The output fields as columns.
#[derive(Debug)]
pub(super) struct OutputColumns {
    /// The value of each output field, in order.
    pub(super) values: Vec<String>,
    /// Why the row has no score or no output, if so.
    pub(super) error: String,
    /// Whether a row may have an error that its score did not have.
    pub(super) may_fail: bool,
}

/// Adds the steps that compute output fields.
pub(super) fn add(
    scorecard: &Scorecard,
    scope: &mut Scope,
    names: &mut Names,
    steps: &mut Steps,
    score: &Score,
    ranked: Option<&Ranked>,
) -> Result<OutputColumns> {
    let fields = &scorecard.output_fields;
    let computes = fields.iter().any(|field| matches!(field.value, OutputSource::Expression(_)));
    if computes {
        let columns = operands(fields, scope, names, score, ranked)?;
        steps.add(names, "score_and_reasons", "what output fields are computed from", &columns);
    }
    let mut failures = String::new();
    let mut values = Vec::with_capacity(fields.len());
    let mut compiler = Compiler::new(scope, names);
    for field in fields {
        values.push(match &field.value {
            OutputSource::Score => score.score.clone(),
            OutputSource::Reason(_) if computes => compiler.scope.slot(&field.name, &path(field))?.column.clone(),
            OutputSource::Reason(rank) => code(*rank, compiler.scope, ranked),
            OutputSource::Expression(expression) => {
                let fails =
                    compiler.derive(&field.name, field.field_type, expression, &path(field)).map_err(or_leave_out)?;
                if let Some(fails) = fails {
                    let message = compiler.scope.syntax.text(&format!("output {}: no value", field.name));
                    failures.push_str(&format!("\n      WHEN {fails} THEN {message}"));
                }
                let column = &compiler.scope.slot(&field.name, &path(field))?.column;
                format!("CASE WHEN {} IS NULL THEN {column} END", score.error)
            }
        });
    }
    for (index, level) in std::mem::take(&mut compiler.levels).iter().enumerate() {
        steps.add(names, &format!("output_values_{}", index + 1), "values of output fields", level);
    }
    if failures.is_empty() {
        return Ok(OutputColumns { values, error: score.error.clone(), may_fail: false });
    }
    let error = names.claim("", "output_error", "__found");
    let why = format!("CASE\n      WHEN {0} IS NOT NULL THEN {0}{failures}\n    END", score.error);
    let note = "why an application has no score or no output, if so";
    steps.add(names, "checked_outputs", note, &[Column::new(&error, why)]);
    Ok(OutputColumns { values, error, may_fail: true })
}

/// Score and reason codes as columns that expressions can name.
fn operands(
    fields: &[OutputField],
    scope: &mut Scope,
    names: &mut Names,
    score: &Score,
    ranked: Option<&Ranked>,
) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    for field in fields {
        let (kind, value) = match field.value {
            OutputSource::Score if !score.double_is_exact => {
                return Err(or_leave_out(scope.refuse(&path(field), TOO_MANY_DIGITS)));
            }
            OutputSource::Score => (Kind::Number, score.double.clone()),
            OutputSource::Reason(rank) => (Kind::Text, scope.syntax.by_bytes_of(code(rank, scope, ranked))),
            OutputSource::Expression(_) => continue,
        };
        let column = names.claim("", &field.name, "__value");
        columns.push(Column::new(&column, value).noted(&path(field)));
        scope.slots.insert(field.name.clone(), Slot { column, kind });
    }
    Ok(columns)
}

/// The code of the reason of a rank, counted from 1.
fn code(rank: u8, scope: &Scope, ranked: Option<&Ranked>) -> String {
    let code = ranked.and_then(|ranked| ranked.codes.get(usize::from(rank).saturating_sub(1)));
    code.cloned().unwrap_or_else(|| Kind::Text.null(scope.syntax))
}

fn path(field: &OutputField) -> String {
    format!("output_fields[{}]", field.name)
}

/// What cannot be written may be left out here: the score does not need it.
fn or_leave_out(error: Error) -> Error {
    match error {
        Error::Untranslatable { target, path, problem } => Error::Untranslatable {
            target,
            path,
            problem: format!("{problem}; or leave output fields out (`--no-outputs`)"),
        },
        other => other,
    }
}
