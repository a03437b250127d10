//! The applications of a file, read and checked but not yet scored for good: for those who record each by itself.

use scorecard::{Evaluator, Value};
use serde_json::{Map, Number, Value as Json};

use crate::{
    Errors, Keep, Options, Result, Summary,
    faults::FaultFile,
    input::{Input, open},
    pipeline::run,
    product::{Product, Scored},
    record::{Cell, Record},
};

/// An application of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// The line that it begins at (CSV, NDJSON) or its row (Parquet), from 1.
    pub line: u64,
    /// What the column of references holds.
    pub reference: Option<String>,
    /// Its fields; those without a value are left out.
    pub fields: Map<String, Json>,
}

/// Hands the applications of a stream to `take`, in order, some at a time. Rows that the scorecard cannot score go to
/// `errors`. `reference` names the column of the lender's own references. Memory does not grow with the input.
///
/// # Errors
/// As [`crate::score`].
pub fn applications(
    evaluator: &Evaluator,
    input: Input,
    reference: Option<&str>,
    errors: Errors<'_>,
    options: &Options,
    take: &mut dyn FnMut(Vec<Application>) -> Result<()>,
) -> Result<Summary> {
    let keep = Keep::Named(reference.map(str::to_owned).into_iter().collect());
    let opened = open(evaluator, input, &keep, options)?;
    let column = opened.binding.kept.first().copied();
    let reading = Reading { reference: reference.map(|name| (column.unwrap_or(0), name.to_owned())) };
    let (source, work) = opened.work(evaluator, reading, options);
    let mut faults = FaultFile::new(errors.name, errors.stream);
    run(source, &work, options, &mut faults, &mut |part, _| take(part), &mut |_| {})
}

struct Reading {
    /// Index and name of the column.
    reference: Option<(usize, String)>,
}

impl Product for Reading {
    type Part = Vec<Application>;

    fn begin(&self, _: usize) -> Self::Part {
        Vec::new()
    }

    fn push(&self, part: &mut Self::Part, record: &Record<'_>, scored: Scored<'_>) -> scorecard::Result<()> {
        let reference = self.reference.as_ref().and_then(|(index, name)| match record.cell(*index, name) {
            Cell::Missing => None,
            Cell::Boolean(truth) => Some(truth.to_string()),
            Cell::Integer(whole) => Some(whole.to_string()),
            Cell::Number(number) => Some(number.to_string()),
            Cell::Text(text) => Some(text.into_owned()),
        });
        let named = scored.evaluator.scorecard().fields.iter().zip(scored.values);
        let fields = named.filter_map(|(field, value)| Some((field.name.clone(), json(value)?))).collect();
        part.push(Application { line: scored.line, reference, fields });
        Ok(())
    }

    fn in_the_way<'a>(&'a self, _: &Map<String, Json>) -> Option<&'a str> {
        None
    }
}

fn json(value: &Value<'_>) -> Option<Json> {
    /// Whole numbers up to here are exact doubles.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match *value {
        Value::Missing => None,
        Value::Boolean(truth) => Some(Json::Bool(truth)),
        Value::Text(text) => Some(Json::String(text.to_owned())),
        Value::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => Some(Json::from(number as i64)),
        Value::Number(number) => Number::from_f64(number).map(Json::Number),
    }
}
