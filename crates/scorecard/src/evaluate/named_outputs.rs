//! Output fields: what scoring gives under names that the model declares.

use super::{
    Amount, Evaluation,
    derived::Derived,
    expression::{CompiledExpression, Computed, conform},
};
use crate::{
    Error, Result, Scorecard, Value,
    model::{FieldType, OutputSource, Reason},
};

/// The value of an output field.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputValue {
    /// There is none: fewer reasons than the rank, or an expression over missing values.
    Missing,
    /// The score, as [`Evaluation::score`].
    Score(Amount),
    /// A computed number.
    Number(f64),
    /// A reason code or a computed text.
    Text(String),
    /// A computed truth value.
    Boolean(bool),
}

/// As a table holds it: nothing where there is none, a text without quotes.
impl std::fmt::Display for OutputValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Score(amount) => amount.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Boolean(truth) => truth.fmt(f),
        }
    }
}

impl OutputValue {
    fn as_value(&self) -> Value<'_> {
        match self {
            Self::Missing => Value::Missing,
            Self::Score(amount) => Value::Number(amount.to_f64()),
            Self::Number(number) => Value::Number(*number),
            Self::Text(text) => Value::Text(text),
            Self::Boolean(truth) => Value::Boolean(*truth),
        }
    }

    fn of(computed: Computed<'_>) -> Self {
        match computed {
            Computed::Text(text) => Self::Text(text),
            Computed::Borrowed(Value::Missing) => Self::Missing,
            Computed::Borrowed(Value::Number(number)) => Self::Number(number),
            Computed::Borrowed(Value::Text(text)) => Self::Text(text.to_owned()),
            Computed::Borrowed(Value::Boolean(truth)) => Self::Boolean(truth),
        }
    }
}

/// The output fields of a scorecard, in order.
#[derive(Debug, Default)]
pub(crate) struct NamedOutputs {
    outputs: Vec<CompiledOutput>,
}

#[derive(Debug)]
struct CompiledOutput {
    name: String,
    field_type: Option<FieldType>,
    source: CompiledSource,
}

#[derive(Debug)]
enum CompiledSource {
    Score,
    /// Rank, counted from 0.
    Reason(usize),
    Expression(CompiledExpression),
}

impl NamedOutputs {
    /// Looks up what the expressions use: fields and derived fields by their slots, the outputs before them after those.
    pub(crate) fn compile(scorecard: &Scorecard, derived: &Derived) -> Result<Self> {
        let first = scorecard.fields.len() + scorecard.derived.len();
        let mut outputs: Vec<CompiledOutput> = Vec::with_capacity(scorecard.output_fields.len());
        for output in &scorecard.output_fields {
            let earlier = |name: &str| outputs.iter().position(|known| known.name == name).map(|index| first + index);
            let resolve = |name: &str| derived.slot(name).or_else(|| earlier(name));
            let path = format!("output_fields[{}]", output.name);
            let source = match &output.value {
                OutputSource::Score => CompiledSource::Score,
                OutputSource::Reason(rank) => CompiledSource::Reason(usize::from(*rank).saturating_sub(1)),
                OutputSource::Expression(expression) => {
                    CompiledSource::Expression(CompiledExpression::compile(expression, &resolve, &path)?)
                }
            };
            outputs.push(CompiledOutput { name: output.name.clone(), field_type: output.field_type, source });
        }
        Ok(Self { outputs })
    }

    /// Whether anything is computed from fields, so that [`Self::evaluate`] needs `slots`.
    pub(crate) fn need_slots(&self) -> bool {
        self.outputs.iter().any(|output| matches!(output.source, CompiledSource::Expression(_)))
    }

    /// The values, in order. `slots` holds the fields and derived fields.
    pub(crate) fn evaluate(
        &self,
        slots: &[Value<'_>],
        evaluation: &Evaluation,
        codes: &[Reason],
    ) -> Result<Vec<OutputValue>> {
        let mut values: Vec<OutputValue> = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            let value = match &output.source {
                CompiledSource::Score => OutputValue::Score(evaluation.score),
                CompiledSource::Reason(rank) => {
                    let reason = evaluation.reasons.get(*rank).and_then(|reason| codes.get(reason.code as usize));
                    reason.map_or(OutputValue::Missing, |reason| OutputValue::Text(reason.code.clone()))
                }
                CompiledSource::Expression(expression) => {
                    let all: Vec<Value<'_>> =
                        slots.iter().copied().chain(values.iter().map(OutputValue::as_value)).collect();
                    output.computed(expression, &all)?
                }
            };
            values.push(value);
        }
        Ok(values)
    }
}

impl CompiledOutput {
    fn computed(&self, expression: &CompiledExpression, slots: &[Value<'_>]) -> Result<OutputValue> {
        let no_value = |problem| Error::NoValue { path: format!("output_fields[{}]", self.name), problem };
        let computed = expression.value(slots).map_err(no_value)?;
        let computed = match self.field_type {
            Some(field_type) => conform(computed, field_type).map_err(no_value)?,
            None => match computed.as_value() {
                Value::Number(number) if !number.is_finite() => {
                    return Err(no_value(format!("the result is {number}")));
                }
                _ => computed,
            },
        };
        Ok(OutputValue::of(computed))
    }
}
