//! A field of an application as a field of a form.

use scorecard::model::{Condition, Field, FieldType, Interval};
use scorecard::{Literal, Scorecard};
use serde_json::Value as Json;

/// Choices that are shown as a list to choose from; more are suggestions to a text.
const MOST_CHOICES: usize = 100;

/// A field of the form.
pub(super) struct Input {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) unit: Option<String>,
    /// What is allowed, in words.
    pub(super) hint: Option<String>,
    pub(super) is_required: bool,
    pub(super) choices: Vec<String>,
    pub(super) value: String,
    /// Of the typical application; empty where it has none.
    pub(super) example: String,
}

/// What a form takes the value by.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Number {
        whole: bool,
    },
    Choice,
    Truth,
    Text,
    /// `date`, `time` or `datetime-local`, as HTML names it.
    Time(&'static str),
}

impl Input {
    pub(super) fn of(
        card: &Scorecard,
        field: &Field,
        place: usize,
        value: Option<&Json>,
        example: Option<&Json>,
    ) -> Self {
        let choices = choices(card, field);
        let kind = match field.field_type {
            FieldType::Numeric => Kind::Number { whole: false },
            FieldType::Integer => Kind::Number { whole: true },
            FieldType::Boolean => Kind::Truth,
            FieldType::Categorical if !field.values.is_empty() && choices.len() <= MOST_CHOICES => Kind::Choice,
            FieldType::Categorical => Kind::Text,
            FieldType::Date => Kind::Time("date"),
            FieldType::Time => Kind::Time("time"),
            FieldType::DateTime => Kind::Time("datetime-local"),
        };
        let text = |value: Option<&Json>| value.filter(|value| !value.is_null()).map(plain).unwrap_or_default();
        Self {
            id: format!("field-{place}"),
            name: field.name.clone(),
            label: field.label.clone().unwrap_or_else(|| field.name.replace('_', " ")),
            kind,
            unit: field.unit.clone(),
            hint: hint(field),
            is_required: field.required && field.missing_as.is_none(),
            choices,
            value: text(value),
            example: text(example),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number { .. })
    }

    pub(super) fn is_whole(&self) -> bool {
        self.kind == Kind::Number { whole: true }
    }

    pub(super) fn is_choice(&self) -> bool {
        self.kind == Kind::Choice
    }

    pub(super) fn is_truth(&self) -> bool {
        self.kind == Kind::Truth
    }

    pub(super) fn time_type(&self) -> &'static str {
        match self.kind {
            Kind::Time(name) => name,
            _ => "text",
        }
    }
}

/// The texts that a field may hold, or that its attributes name.
fn choices(card: &Scorecard, field: &Field) -> Vec<String> {
    let mut choices: Vec<String> = Vec::new();
    let mut take = |literals: &[Literal]| {
        for literal in literals {
            if let Literal::Text(text) = literal
                && !choices.contains(text)
            {
                choices.push(text.clone());
            }
        }
    };
    if field.field_type == FieldType::Categorical {
        take(&field.values);
        if field.values.is_empty() {
            let own = card.characteristics.iter().filter(|characteristic| characteristic.field == field.name);
            for attribute in own.flat_map(|characteristic| &characteristic.attributes) {
                if let Condition::Values(literals) | Condition::Special(literals) = &attribute.when {
                    take(literals);
                }
            }
        }
    }
    choices
}

fn hint(field: &Field) -> Option<String> {
    let ranges: Vec<String> = field.ranges.iter().map(range).collect();
    (!ranges.is_empty()).then(|| ranges.join(" or "))
}

/// A range in words; whether an end belongs to it, the service says when it matters.
fn range(interval: &Interval) -> String {
    match (interval.from, interval.to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        _ => interval.to_string(),
    }
}

/// A value as a form holds it.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as people read it.
pub(in crate::console::pages) fn words(value: &Json) -> String {
    match value {
        Json::Null => "not known".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(number) => number.to_string().replacen('-', "−", 1),
        other => plain(other),
    }
}
