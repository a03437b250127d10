//! What is done with a field's raw value before any characteristic sees it.

use crate::{
    Literal, Value,
    model::{Field, FieldType, OnInvalid, OutlierTreatment},
};

/// A field made ready: which treatments it has at all is known beforehand, so that the usual field costs one comparison.
#[derive(Debug, Clone)]
pub(crate) struct FieldTreatment {
    glance: Glance,
    field: Field,
}

/// Which values are known at a glance to pass unchanged.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Glance {
    /// Finite ones.
    pub(crate) numbers: bool,
    pub(crate) texts: bool,
    pub(crate) booleans: bool,
    pub(crate) missing: bool,
}

impl Glance {
    /// Whether the value passes. That it may still do so where this is false is for [`FieldTreatment::treat`] to say.
    #[inline]
    pub(crate) fn pass(self, value: &Value<'_>) -> bool {
        match value {
            Value::Number(n) => self.numbers && n.is_finite(),
            Value::Text(_) => self.texts,
            Value::Boolean(_) => self.booleans,
            Value::Missing => self.missing,
        }
    }
}

/// Why a value is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not of the field's type.
    Type,
    /// NaN or infinite.
    NotFinite,
    /// Outside the allowed ranges or values, or declared invalid.
    NotAllowed,
    /// Missing, where a value is required.
    Missing,
}

impl FieldTreatment {
    pub(crate) fn new(field: &Field) -> Self {
        let plain = field.ranges.is_empty()
            && field.values.is_empty()
            && field.missing_values.is_empty()
            && field.invalid_values.is_empty()
            && field.missing_as.is_none()
            && field.outliers.is_none()
            && matches!(field.field_type, FieldType::Numeric | FieldType::Categorical | FieldType::Boolean)
            && field.on_invalid == OnInvalid::Reject;
        let glance = Glance {
            numbers: plain && field.field_type == FieldType::Numeric,
            texts: plain && field.field_type == FieldType::Categorical,
            booleans: plain && field.field_type == FieldType::Boolean,
            missing: plain && !field.required,
        };
        Self { glance, field: field.clone() }
    }

    pub(crate) fn field(&self) -> &Field {
        &self.field
    }

    /// The value that characteristics and expressions see. In this order: codes that mean missing; type and allowed
    /// values; outliers; the stand-in for what is missing by then, which is itself not treated again.
    #[inline]
    pub(crate) fn treat<'a>(&'a self, value: Value<'a>) -> Result<Value<'a>, Refusal> {
        if self.glance.pass(&value) {
            return Ok(value);
        }
        match self.treat_in_full(value) {
            Ok(Value::Missing) if self.field.required => Err(Refusal::Missing),
            treated => treated,
        }
    }

    /// Whether a value is valid and passes as it is.
    pub(crate) fn takes(&self, value: Value<'_>) -> bool {
        self.refusal(value).is_none() && self.treat(value) == Ok(value)
    }

    pub(crate) fn glance(&self) -> Glance {
        self.glance
    }

    fn treat_in_full<'a>(&'a self, value: Value<'a>) -> Result<Value<'a>, Refusal> {
        if value.is_missing() || self.field.missing_values.iter().any(|code| equal(code, value)) {
            return Ok(self.stand_in());
        }
        let value = match self.refusal(value) {
            None => value,
            Some(refusal) => match &self.field.on_invalid {
                OnInvalid::Reject => return Err(refusal),
                OnInvalid::Missing => return Ok(self.stand_in()),
                // As it is: outliers are valid numbers. A value of another type cannot be: no attribute could compare with it.
                OnInvalid::Accept if refusal == Refusal::NotAllowed => return Ok(value),
                OnInvalid::Accept => return Err(refusal),
                OnInvalid::Replace(with) => return Ok(with.as_value()),
            },
        };
        Ok(self.bounded(value))
    }

    fn refusal(&self, value: Value<'_>) -> Option<Refusal> {
        let field = &self.field;
        match (value, field.field_type) {
            (Value::Number(n), FieldType::Numeric | FieldType::Integer) => {
                if !n.is_finite() {
                    return Some(Refusal::NotFinite);
                }
                if field.field_type == FieldType::Integer && n.fract() != 0.0 {
                    return Some(Refusal::Type);
                }
            }
            (Value::Text(_), FieldType::Categorical) | (Value::Boolean(_), FieldType::Boolean) => {}
            (Value::Text(text), temporal @ (FieldType::Date | FieldType::Time | FieldType::DateTime)) => {
                if !super::temporal::is_valid(text, temporal) {
                    return Some(Refusal::Type);
                }
            }
            _ => return Some(Refusal::Type),
        }
        if field.invalid_values.iter().any(|invalid| equal(invalid, value)) {
            return Some(Refusal::NotAllowed);
        }
        let listed = field.values.iter().any(|allowed| equal(allowed, value));
        let in_range = matches!(value, Value::Number(n) if field.ranges.iter().any(|range| range.contains(n)));
        let unrestricted = field.values.is_empty() && field.ranges.is_empty();
        (!(listed || in_range || unrestricted)).then_some(Refusal::NotAllowed)
    }

    /// What stands in for a missing value.
    fn stand_in(&self) -> Value<'_> {
        self.field.missing_as.as_ref().map_or(Value::Missing, Literal::as_value)
    }

    fn bounded<'a>(&'a self, value: Value<'a>) -> Value<'a> {
        match (&self.field.outliers, value) {
            (Some(outliers), Value::Number(n)) if n < outliers.low || n > outliers.high => match outliers.treatment {
                OutlierTreatment::AsIs => value,
                OutlierTreatment::Missing => self.stand_in(),
                OutlierTreatment::Clamp => Value::Number(n.clamp(outliers.low, outliers.high)),
            },
            _ => value,
        }
    }

    /// What was wrong with a refused value and what would be accepted, for a person.
    pub(crate) fn explain(&self, value: Value<'_>, refusal: Refusal) -> String {
        let expected = match self.field.field_type {
            FieldType::Numeric => "a number",
            FieldType::Integer => "a whole number",
            FieldType::Categorical => "a text",
            FieldType::Boolean => "true or false",
            FieldType::Date => "a date such as \"2026-11-23\"",
            FieldType::Time => "a time such as \"17:03:53\"",
            FieldType::DateTime => "a date and time such as \"2026-11-23T17:03:53\"",
        };
        match refusal {
            Refusal::Type => format!("{} where {expected} is expected", excerpt(value)),
            Refusal::NotFinite => format!("{value} is not a finite number"),
            Refusal::Missing if value.is_missing() => format!("required, but missing; expected {expected}"),
            Refusal::Missing => format!("{} counts as missing, and a value is required", excerpt(value)),
            Refusal::NotAllowed => format!("{} is not allowed; expected {}", excerpt(value), self.allowed()),
        }
    }

    fn allowed(&self) -> String {
        let mut parts: Vec<String> = self.field.ranges.iter().map(ToString::to_string).collect();
        parts.extend(self.field.values.iter().take(20).map(ToString::to_string));
        if self.field.values.len() > 20 {
            parts.push(format!("… ({} values in all)", self.field.values.len()));
        }
        if parts.is_empty() { "another value".into() } else { parts.join(", ") }
    }
}

/// A value as a message may show it: a text of any length must not fill a log.
fn excerpt(value: Value<'_>) -> String {
    const LONGEST: usize = 60;
    match value {
        Value::Text(text) if text.chars().count() > LONGEST => {
            format!("\"{}…\"", text.chars().take(LONGEST).collect::<String>())
        }
        _ => value.to_string(),
    }
}

/// Whether a constant is this value. Numbers compare as numbers; a text never equals a number.
#[inline]
pub(crate) fn equal(literal: &Literal, value: Value<'_>) -> bool {
    match (literal, value) {
        (Literal::Number(a), Value::Number(b)) => *a == b,
        (Literal::Text(a), Value::Text(b)) => a == b,
        (Literal::Boolean(a), Value::Boolean(b)) => *a == b,
        _ => false,
    }
}
