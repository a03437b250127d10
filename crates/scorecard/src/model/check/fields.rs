//! Fields and derived fields: names, ranges, and constants of the right type.

use std::collections::BTreeSet;

use super::finite;
use crate::{
    Error, Literal, Result, Scorecard,
    model::{Field, FieldType, Interval, OnInvalid, OutlierTreatment, OutputSource},
};

pub(super) fn check(scorecard: &Scorecard) -> Result<()> {
    let mut names = BTreeSet::new();
    for (index, field) in scorecard.fields.iter().enumerate() {
        let path = format!("fields[{}]", if field.name.is_empty() { index.to_string() } else { field.name.clone() });
        if field.name.is_empty() || !names.insert(field.name.as_str()) {
            return Err(Error::model(path, "the name must be unique and not empty"));
        }
        field_is_sound(field, &path)?;
    }
    for derived in &scorecard.derived {
        if derived.name.is_empty() || !names.insert(derived.name.as_str()) {
            let path = format!("derived[{}]", derived.name);
            return Err(Error::model(path, "the name must be unique among fields and derived fields, and not empty"));
        }
    }
    for output in &scorecard.output_fields {
        let path = format!("output_fields[{}]", output.name);
        if output.name.is_empty() || !names.insert(output.name.as_str()) {
            let problem = "the name must be unique among fields, derived fields and output fields, and not empty";
            return Err(Error::model(path, problem));
        }
        if output.value == OutputSource::Reason(0) {
            return Err(Error::model(path, "reasons are counted from 1"));
        }
    }
    Ok(())
}

fn field_is_sound(field: &Field, path: &str) -> Result<()> {
    if !field.ranges.is_empty() && !field.field_type.is_numeric() {
        return Err(Error::model(
            format!("{path}.ranges"),
            "only a numeric field has ranges; list its `values` instead",
        ));
    }
    for range in &field.ranges {
        interval(range, &format!("{path}.ranges"))?;
    }
    literals(&field.values, field.field_type, &format!("{path}.values"))?;
    literals(&field.missing_values, field.field_type, &format!("{path}.missing_values"))?;
    literals(&field.invalid_values, field.field_type, &format!("{path}.invalid_values"))?;
    if let Some(stand_in) = &field.missing_as {
        literal(stand_in, field.field_type, &format!("{path}.missing_as"))?;
    }
    if let OnInvalid::Replace(with) = &field.on_invalid {
        literal(with, field.field_type, &format!("{path}.on_invalid"))?;
    }
    let Some(outliers) = &field.outliers else { return Ok(()) };
    let path = format!("{path}.outliers");
    finite(outliers.low, &path)?;
    finite(outliers.high, &path)?;
    if outliers.low > outliers.high || !field.field_type.is_numeric() || outliers.treatment == OutlierTreatment::AsIs {
        return Err(Error::model(path, "outliers need a numeric field, low ≤ high, and `clamp` or `missing`"));
    }
    Ok(())
}

/// Whether both ends are finite and something lies between them.
pub(super) fn interval(interval: &Interval, path: &str) -> Result<()> {
    finite(interval.from.unwrap_or(0.0), path)?;
    finite(interval.to.unwrap_or(0.0), path)?;
    let (Some(from), Some(to)) = (interval.from, interval.to) else { return Ok(()) };
    let holds_its_ends = interval.closed.left() && interval.closed.right();
    if from < to || (from == to && holds_its_ends) {
        Ok(())
    } else {
        Err(Error::model(path, format!("the interval {interval} holds no number; `from` must lie below `to`")))
    }
}

pub(super) fn literals(literals: &[Literal], field_type: FieldType, path: &str) -> Result<()> {
    literals.iter().enumerate().try_for_each(|(index, value)| literal(value, field_type, &format!("{path}[{index}]")))
}

fn literal(literal: &Literal, field_type: FieldType, path: &str) -> Result<()> {
    let fits = match literal {
        Literal::Number(n) => field_type.is_numeric() && n.is_finite(),
        Literal::Boolean(_) => field_type == FieldType::Boolean,
        Literal::Text(_) => !field_type.is_numeric() && field_type != FieldType::Boolean,
    };
    if fits { Ok(()) } else { Err(Error::model(path, format!("{literal} is not of the field's type ({field_type})"))) }
}
