//! `<ModelVerification>`: records with the results that the document states for them, run when it is read.

use std::collections::HashMap;

use super::{
    element::{Element, boolean, number},
    expression::rows,
    mining_schema::value_of,
};
use crate::{Error, Evaluation, Evaluator, Literal, OutputValue, Result, Value, model::OutputSource};

/// Relative tolerance where the document states none (PMML 4.4.1, ModelVerification).
const PRECISION: f64 = 1e-6;

/// What a column of the verification table holds.
enum Column<'d> {
    /// The input of this index.
    Input(usize),
    /// The score.
    Score { precision: f64, zero: f64 },
    /// The reason code of this rank, counted from 0.
    Reason(usize),
    /// An output field by index.
    Output { index: usize, precision: f64, zero: f64 },
    /// Something that is neither given nor compared.
    Ignored,
    /// A name that is nothing in this document.
    Unknown(&'d str),
}

/// Evaluates each record and compares.
pub(super) fn verify(model: &Element, evaluator: &Evaluator) -> Result<()> {
    let Some(verification) = model.child("ModelVerification") else { return Ok(()) };
    let fields = verification.required_child("VerificationFields")?;
    let table = verification.required_child("InlineTable")?;
    let mut columns = Vec::new();
    for field in fields.all("VerificationField") {
        let name = field.required("field")?;
        let column = column(model, evaluator, field, name)?;
        if let Column::Unknown(name) = column {
            return Err(field.error(format!("`{name}` is neither an input, the target nor an output of this model")));
        }
        columns.push((field.attribute("column").unwrap_or(name), name, column));
    }
    for (row, cells) in table.all("row").zip(rows(table)) {
        record(row, &cells, &columns, evaluator)?;
    }
    Ok(())
}

fn column<'d>(model: &Element, evaluator: &Evaluator, field: &Element, name: &'d str) -> Result<Column<'d>> {
    let precision = field.number("precision")?.unwrap_or(PRECISION);
    let zero = field.number("zeroThreshold")?.unwrap_or(PRECISION);
    if let Some(index) = evaluator.scorecard().field_index(name) {
        return Ok(Column::Input(index));
    }
    let outputs = &evaluator.scorecard().output_fields;
    if let Some(index) = outputs.iter().position(|output| output.name == name) {
        return Ok(match outputs.get(index).map(|output| &output.value) {
            Some(OutputSource::Score) => Column::Score { precision, zero },
            Some(OutputSource::Reason(rank)) => Column::Reason(usize::from(*rank).saturating_sub(1)),
            _ => Column::Output { index, precision, zero },
        });
    }
    let schema = model.child("MiningSchema");
    let listed =
        schema.and_then(|schema| schema.all("MiningField").find(|mining| mining.attribute("name") == Some(name)));
    Ok(match listed.map(|mining| mining.attribute("usageType")) {
        Some(Some("target" | "predicted")) => Column::Score { precision, zero },
        Some(_) => Column::Ignored,
        None => Column::Unknown(name),
    })
}

fn record(
    row: &Element,
    cells: &HashMap<&str, &str>,
    columns: &[(&str, &str, Column<'_>)],
    evaluator: &Evaluator,
) -> Result<()> {
    let scorecard = evaluator.scorecard();
    let mut inputs: Vec<Option<Literal>> = vec![None; scorecard.fields.len()];
    for (column, name, kind) in columns {
        let (Column::Input(index), Some(text)) = (kind, cells.get(column)) else { continue };
        let Some(field) = scorecard.fields.get(*index) else { continue };
        let value = value_of(field, text).ok_or_else(|| {
            row.error(format!("the verification value \"{text}\" of `{name}` is not of type {}", field.field_type))
        })?;
        if let Some(input) = inputs.get_mut(*index) {
            *input = Some(value);
        }
    }
    let values: Vec<Value<'_>> =
        inputs.iter().map(|input| input.as_ref().map_or(Value::Missing, Literal::as_value)).collect();
    let evaluated = evaluator
        .evaluate(&values)
        .map_err(|error| row.error(format!("this verification record cannot be evaluated: {error}")))?;
    let outputs = evaluator
        .outputs(&values, &evaluated)
        .map_err(|error| row.error(format!("this verification record cannot be evaluated: {error}")))?;
    columns.iter().try_for_each(|(column, name, kind)| match cells.get(column) {
        Some(expected) => {
            compare(row, name, kind, expected, &Found { evaluated: &evaluated, outputs: &outputs, evaluator })
        }
        None => Ok(()),
    })
}

/// What a record was evaluated to.
struct Found<'f> {
    evaluated: &'f Evaluation,
    outputs: &'f [OutputValue],
    evaluator: &'f Evaluator,
}

fn compare(row: &Element, name: &str, column: &Column<'_>, expected: &str, found: &Found<'_>) -> Result<()> {
    let Found { evaluated, outputs, evaluator } = found;
    let mismatch = |found: String| -> Error {
        row.error(format!(
            "verification failed: `{name}` should be {expected}, but is {found}; the document contradicts itself"
        ))
    };
    match column {
        Column::Score { precision, zero } => {
            let found = evaluated.score.to_f64();
            if agree(expected, found, *precision, *zero) { Ok(()) } else { Err(mismatch(evaluated.score.to_string())) }
        }
        Column::Reason(rank) => {
            let found =
                evaluated.reasons.get(*rank).and_then(|reason| evaluator.reason_codes().get(reason.code as usize));
            match found {
                Some(reason) if reason.code == expected => Ok(()),
                None if expected.is_empty() => Ok(()),
                found => Err(mismatch(found.map_or_else(|| "missing".into(), |reason| reason.code.clone()))),
            }
        }
        Column::Output { index, precision, zero } => {
            let agrees = match outputs.get(*index) {
                None | Some(OutputValue::Missing) => expected.is_empty(),
                Some(OutputValue::Score(found)) => agree(expected, found.to_f64(), *precision, *zero),
                Some(OutputValue::Number(found)) => agree(expected, *found, *precision, *zero),
                Some(OutputValue::Text(found)) => found == expected,
                Some(OutputValue::Boolean(found)) => boolean(expected) == Some(*found),
            };
            if agrees {
                Ok(())
            } else {
                Err(mismatch(outputs.get(*index).unwrap_or(&OutputValue::Missing).to_string()))
            }
        }
        Column::Input(_) | Column::Ignored | Column::Unknown(_) => Ok(()),
    }
}

fn agree(expected: &str, found: f64, precision: f64, zero: f64) -> bool {
    number(expected).is_some_and(|expected| close(expected, found, precision, zero))
}

/// Whether two numbers agree: both near zero, or apart by no more than the precision relative to the expected one.
fn close(expected: f64, found: f64, precision: f64, zero: f64) -> bool {
    if expected.abs() <= zero {
        return found.abs() <= zero;
    }
    let (a, b) = (expected * (1.0 - precision), expected * (1.0 + precision));
    a.min(b) <= found && found <= a.max(b)
}
