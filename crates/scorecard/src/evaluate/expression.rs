//! Expressions: the values of PMML's transformations.

use regex::Regex;

use super::{
    field::equal,
    functions::{Function, Laziness, compile_pattern},
};
use crate::{
    Error, Literal, Result, Value,
    model::{DiscretizeBin, Expression, FieldType, InvalidTreatment, LinearNorm, OutlierTreatment},
};

/// Deepest nesting of expressions.
const MAX_DEPTH: usize = 64;

/// A value that an expression gives: one that was there, or a text that was made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Computed<'a> {
    /// Borrowed from the application or the model, or no text at all.
    Borrowed(Value<'a>),
    /// Made by a function of texts.
    Text(String),
}

impl Computed<'_> {
    pub(crate) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Borrowed(value) => *value,
            Self::Text(text) => Value::Text(text),
        }
    }
}

impl<'a> From<Value<'a>> for Computed<'a> {
    fn from(value: Value<'a>) -> Self {
        Self::Borrowed(value)
    }
}

/// An expression whose fields and functions have been looked up.
#[derive(Debug)]
pub(crate) enum CompiledExpression {
    Constant(Option<Literal>),
    Field { slot: usize, map_missing_to: Option<Literal> },
    NormContinuous { slot: usize, norms: Vec<LinearNorm>, outliers: OutlierTreatment, map_missing_to: Option<f64> },
    NormDiscrete { slot: usize, value: Literal, map_missing_to: Option<f64> },
    Discretize { slot: usize, bins: Vec<DiscretizeBin>, default: Option<Literal>, map_missing_to: Option<Literal> },
    MapValues { slots: Vec<usize>, rows: Vec<Vec<Literal>>, default: Option<Literal>, map_missing_to: Option<Literal> },
    Apply(Box<Application>),
}

/// A function applied to arguments.
#[derive(Debug)]
pub(crate) struct Application {
    function: Function,
    /// The regular expression, where the function takes one and it is constant.
    pattern: Option<Regex>,
    arguments: Vec<CompiledExpression>,
    map_missing_to: Option<Literal>,
    default: Option<Literal>,
    on_invalid: InvalidTreatment,
}

pub(crate) fn limit_depth(depth: usize, path: &str) -> Result<()> {
    if depth <= MAX_DEPTH {
        Ok(())
    } else {
        Err(Error::model(path, format!("expressions nest deeper than {MAX_DEPTH}")))
    }
}

impl CompiledExpression {
    /// Looks up the fields and functions that the expression uses.
    pub(crate) fn compile(
        expression: &Expression,
        resolve: &dyn Fn(&str) -> Option<usize>,
        path: &str,
    ) -> Result<Self> {
        Self::compile_at(expression, resolve, path, 0)
    }

    fn compile_at(
        expression: &Expression,
        resolve: &dyn Fn(&str) -> Option<usize>,
        path: &str,
        depth: usize,
    ) -> Result<Self> {
        limit_depth(depth, path)?;
        let slot =
            |field: &str| resolve(field).ok_or_else(|| Error::model(path, format!("there is no field `{field}`")));
        Ok(match expression {
            Expression::Constant(literal) => Self::Constant(literal.clone()),
            Expression::Field { name, map_missing_to } => {
                Self::Field { slot: slot(name)?, map_missing_to: map_missing_to.clone() }
            }
            Expression::NormContinuous { field, norms, outliers, map_missing_to } => {
                let ascending = norms.windows(2).all(|pair| matches!(pair, [a, b] if a.orig < b.orig));
                let finite = norms.iter().all(|norm| norm.orig.is_finite() && norm.norm.is_finite());
                if norms.len() < 2 || !ascending || !finite {
                    return Err(Error::model(
                        path,
                        "norm_continuous needs at least two finite points in ascending order of `orig`",
                    ));
                }
                Self::NormContinuous {
                    slot: slot(field)?,
                    norms: norms.clone(),
                    outliers: *outliers,
                    map_missing_to: *map_missing_to,
                }
            }
            Expression::NormDiscrete { field, value, map_missing_to } => {
                Self::NormDiscrete { slot: slot(field)?, value: value.clone(), map_missing_to: *map_missing_to }
            }
            Expression::Discretize { field, bins, default, map_missing_to } => Self::Discretize {
                slot: slot(field)?,
                bins: bins.clone(),
                default: default.clone(),
                map_missing_to: map_missing_to.clone(),
            },
            Expression::MapValues { fields, rows, default, map_missing_to } => {
                if let Some(row) = rows.iter().position(|row| row.len() != fields.len() + 1) {
                    return Err(Error::model(
                        path,
                        format!("row {row} of the map needs {} values: keys, then the result", fields.len() + 1),
                    ));
                }
                Self::MapValues {
                    slots: fields.iter().map(|field| slot(field)).collect::<Result<_>>()?,
                    rows: rows.clone(),
                    default: default.clone(),
                    map_missing_to: map_missing_to.clone(),
                }
            }
            Expression::Apply { function, arguments, map_missing_to, default, on_invalid } => {
                let arguments = arguments
                    .iter()
                    .map(|a| Self::compile_at(a, resolve, path, depth + 1))
                    .collect::<Result<Vec<_>>>()?;
                let wrong = |problem| Error::model(path, problem);
                let function = Function::named(function, arguments.len()).map_err(wrong)?;
                let pattern = match arguments.get(1) {
                    Some(Self::Constant(Some(Literal::Text(text)))) if function.takes_pattern() => {
                        Some(compile_pattern(text).map_err(wrong)?)
                    }
                    _ => None,
                };
                Self::Apply(Box::new(Application {
                    function,
                    pattern,
                    arguments,
                    map_missing_to: map_missing_to.clone(),
                    default: default.clone(),
                    on_invalid: *on_invalid,
                }))
            }
        })
    }

    /// The value for one application; an error says in words why there is none.
    pub(crate) fn value<'a>(&'a self, slots: &[Value<'a>]) -> std::result::Result<Computed<'a>, String> {
        let at = |slot: &usize| slots.get(*slot).copied().unwrap_or(Value::Missing);
        let or_missing = |literal: &'a Option<Literal>| literal.as_ref().map_or(Value::Missing, Literal::as_value);
        let number_or_missing = |number: &Option<f64>| number.map_or(Value::Missing, Value::Number);
        Ok(Computed::Borrowed(match self {
            Self::Constant(literal) => or_missing(literal),
            Self::Field { slot, map_missing_to } => match at(slot) {
                Value::Missing => or_missing(map_missing_to),
                value => value,
            },
            Self::NormContinuous { slot, norms, outliers, map_missing_to } => match at(slot) {
                Value::Missing => number_or_missing(map_missing_to),
                Value::Number(x) => interpolate(x, norms, *outliers).map_or(Value::Missing, Value::Number),
                other => return Err(format!("{other} where a number is expected")),
            },
            Self::NormDiscrete { slot, value, map_missing_to } => match at(slot) {
                Value::Missing => number_or_missing(map_missing_to),
                found => Value::Number(f64::from(u8::from(equal(value, found)))),
            },
            Self::Discretize { slot, bins, default, map_missing_to } => match at(slot) {
                Value::Missing => or_missing(map_missing_to),
                Value::Number(x) => match bins.iter().find(|bin| bin.interval.contains(x)) {
                    Some(bin) => bin.value.as_value(),
                    None => or_missing(default),
                },
                other => return Err(format!("{other} where a number is expected")),
            },
            Self::MapValues { slots: keys, rows, default, map_missing_to } => {
                if keys.iter().any(|slot| at(slot).is_missing()) {
                    or_missing(map_missing_to)
                } else {
                    let matches =
                        |row: &&Vec<Literal>| row.iter().zip(keys).all(|(literal, slot)| equal(literal, at(slot)));
                    match rows.iter().find(matches).and_then(|row| row.last()) {
                        Some(result) => result.as_value(),
                        None => or_missing(default),
                    }
                }
            }
            Self::Apply(application) => return application.value(slots),
        }))
    }
}

impl Application {
    fn value<'a>(&'a self, slots: &[Value<'a>]) -> std::result::Result<Computed<'a>, String> {
        let arguments = self.arguments(slots)?;
        if let Some(literal) = &self.map_missing_to
            && arguments.iter().any(|argument| argument.as_value().is_missing())
        {
            return Ok(literal.as_value().into());
        }
        let result = match self.function.apply(arguments, self.pattern.as_ref()) {
            Ok(result) => result,
            Err(_) if self.on_invalid == InvalidTreatment::Missing => Value::Missing.into(),
            Err(problem) => return Err(format!("{}: {problem}", self.function.name())),
        };
        Ok(match (&self.default, result.as_value()) {
            (Some(default), Value::Missing) => default.as_value().into(),
            _ => result,
        })
    }

    /// The arguments that the function needs, in order.
    fn arguments<'a>(&'a self, slots: &[Value<'a>]) -> std::result::Result<Vec<Computed<'a>>, String> {
        let laziness = self.function.laziness();
        let mut computed: Vec<Computed<'a>> = Vec::with_capacity(self.arguments.len());
        for (index, argument) in self.arguments.iter().enumerate() {
            let needed = match (laziness, computed.first().map(Computed::as_value)) {
                (Laziness::Choice, Some(Value::Boolean(condition))) => index == if condition { 1 } else { 2 },
                (Laziness::Choice, Some(Value::Missing)) => false,
                _ => true,
            };
            if !needed {
                continue;
            }
            let value = argument.value(slots)?;
            if laziness == Laziness::Choice
                && index == 0
                && matches!(value.as_value(), Value::Number(_) | Value::Text(_))
            {
                return Err(format!("{}: {} where a truth value is expected", self.function.name(), value.as_value()));
            }
            let decided =
                matches!((laziness, value.as_value()), (Laziness::UpTo(end), Value::Boolean(truth)) if truth == end);
            computed.push(value);
            if decided {
                break;
            }
        }
        Ok(computed)
    }
}

/// Piecewise linear interpolation; beyond the ends extrapolated, clamped or missing. Source: PMML 4.4.1, "NormContinuous".
fn interpolate(x: f64, norms: &[LinearNorm], outliers: OutlierTreatment) -> Option<f64> {
    let (first, last) = (norms.first()?, norms.last()?);
    let x = match outliers {
        OutlierTreatment::Missing if x < first.orig || x > last.orig => return None,
        OutlierTreatment::Clamp => x.clamp(first.orig, last.orig),
        _ => x,
    };
    let right = norms.partition_point(|norm| norm.orig <= x).clamp(1, norms.len() - 1);
    let (a, b) = (norms.get(right - 1)?, norms.get(right)?);
    Some(a.norm + (x - a.orig) / (b.orig - a.orig) * (b.norm - a.norm))
}

/// A computed value as the derived field's type asks: numbers and truth values of the right kind, texts as they are.
pub(crate) fn conform(computed: Computed<'_>, field_type: FieldType) -> std::result::Result<Computed<'_>, String> {
    let converted = match (computed.as_value(), field_type) {
        (Value::Missing, _) => return Ok(Value::Missing.into()),
        (Value::Number(n), FieldType::Numeric | FieldType::Integer) => {
            if !n.is_finite() {
                return Err(format!("the result is {n}"));
            }
            if field_type == FieldType::Integer && n.fract() != 0.0 {
                return Err(format!("the result {n} is not a whole number, as the derived field's type asks"));
            }
            return Ok(computed);
        }
        (Value::Boolean(truth), FieldType::Numeric | FieldType::Integer) => Value::Number(f64::from(u8::from(truth))),
        (Value::Boolean(_), FieldType::Boolean) => return Ok(computed),
        (Value::Number(n), FieldType::Boolean) if n == 0.0 || n == 1.0 => Value::Boolean(n == 1.0),
        (Value::Text(text), FieldType::Numeric | FieldType::Integer) => match text.trim().parse::<f64>() {
            Ok(n) if n.is_finite() => Value::Number(n),
            _ => return Err(format!("the text \"{text}\" is not a number")),
        },
        (Value::Text(_), FieldType::Boolean) | (Value::Number(_), FieldType::Boolean) => {
            return Err(format!("{} is not a truth value", computed.as_value()));
        }
        (Value::Text(_), _) => return Ok(computed),
        (other, FieldType::Categorical) => return Ok(Computed::Text(other.to_string())),
        (other, _) => return Err(format!("{other} is not a {field_type}")),
    };
    Ok(converted.into())
}
