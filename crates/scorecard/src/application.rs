//! Applications: JSON in, values in the order of the scorecard's fields out, every problem named at once.

use std::{collections::HashSet, hash::RandomState};

use serde_json::{Map, Value as Json};

use crate::{Error, FieldProblem, Result, Scorecard, Value, evaluate::FieldTreatment, nearest::nearest};

/// Reads applications for one scorecard: what [`crate::input_schema`] says, enforced.
#[derive(Debug)]
pub struct ApplicationReader {
    fields: Vec<FieldTreatment>,
    names: HashSet<String, RandomState>,
}

/// Unknown members of an application that are named; the rest are counted.
const MAX_UNKNOWN: usize = 50;

impl ApplicationReader {
    /// A reader for the applications that this scorecard takes.
    #[must_use]
    pub fn new(scorecard: &Scorecard) -> Self {
        Self {
            fields: scorecard.fields.iter().map(FieldTreatment::new).collect(),
            names: scorecard.fields.iter().map(|field| field.name.clone()).collect(),
        }
    }

    /// The values, one a field in the scorecard's order, borrowed from the application.
    ///
    /// # Errors
    /// [`Error::Application`] with every problem: absent required fields, wrong types, values that are not allowed,
    /// and members that are no fields of the scorecard (a misspelt field must not pass for a missing one).
    pub fn read<'a>(&self, application: &'a Map<String, Json>) -> Result<Vec<Value<'a>>> {
        let mut problems = Vec::new();
        let mut values = Vec::with_capacity(self.fields.len());
        for treatment in &self.fields {
            let field = treatment.field();
            let mut refuse = |problem: String| problems.push(FieldProblem { pointer: pointer(&field.name), problem });
            let value = match application.get(&field.name) {
                None => Value::Missing,
                Some(json) => scalar(json).unwrap_or_else(|kind| {
                    refuse(format!("{kind} where a single value is expected"));
                    Value::Missing
                }),
            };
            if let Err(refusal) = treatment.treat(value) {
                refuse(treatment.explain(value, refusal));
            }
            values.push(value);
        }
        let unknown = || application.keys().filter(|name| !self.names.contains(*name));
        for name in unknown().take(MAX_UNKNOWN) {
            let known = self.fields.iter().map(|treatment| treatment.field().name.as_str());
            let hint = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            problems
                .push(FieldProblem { pointer: pointer(name), problem: format!("not a field of this scorecard{hint}") });
        }
        if let more @ 1.. = unknown().skip(MAX_UNKNOWN).count() {
            let problem = format!("{more} more members are not fields of this scorecard");
            problems.push(FieldProblem { pointer: String::new(), problem });
        }
        if problems.is_empty() { Ok(values) } else { Err(Error::Application(problems)) }
    }
}

fn scalar(json: &Json) -> std::result::Result<Value<'_>, &'static str> {
    match json {
        Json::Null => Ok(Value::Missing),
        Json::Bool(truth) => Ok(Value::Boolean(*truth)),
        Json::Number(number) => number.as_f64().map(Value::Number).ok_or("a number out of range"),
        Json::String(text) => Ok(Value::Text(text)),
        Json::Array(_) => Err("a list"),
        Json::Object(_) => Err("an object"),
    }
}

/// JSON pointer (RFC 6901) to a member of the application.
pub(crate) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
