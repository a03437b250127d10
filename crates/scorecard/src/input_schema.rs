//! The JSON Schema of an application, derived from the model.

use serde_json::{Map, Value as Json, json};

use crate::{
    Literal, Scorecard,
    model::{Field, FieldType, Interval, OnInvalid},
};

/// The JSON Schema 2020-12 of the applications that a scorecard takes: what [`crate::ApplicationReader`] accepts.
#[must_use]
pub fn input_schema(scorecard: &Scorecard) -> Json {
    let properties: Map<String, Json> =
        scorecard.fields.iter().map(|field| (field.name.clone(), property(field))).collect();
    let required: Vec<&str> = scorecard.fields.iter().filter(|f| must_be_given(f)).map(|f| f.name.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Application to {}", scorecard.name),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Whether nothing stands in for a missing value.
fn must_be_given(field: &Field) -> bool {
    field.required && field.missing_as.is_none()
}

fn property(field: &Field) -> Json {
    let mut schema = Map::new();
    if let Some(label) = &field.label {
        schema.insert("title".into(), json!(label));
    }
    if let Some(unit) = &field.unit {
        schema.insert("description".into(), json!(format!("Unit: {unit}")));
    }
    let mut accepted = Vec::new();
    if !must_be_given(field) {
        accepted.push(json!({ "type": "null" }));
        accepted.extend(codes(&field.missing_values));
    }
    let of_type = type_schema(field.field_type);
    match &field.on_invalid {
        OnInvalid::Reject => accepted.extend(allowed(field, &of_type)),
        OnInvalid::Accept => accepted.push(of_type),
        // Whatever cannot be used is set aside, whatever its type; only lists and objects are no values at all.
        OnInvalid::Missing | OnInvalid::Replace(_) => accepted.push(json!({ "type": ["string", "number", "boolean"] })),
    }
    schema.insert("anyOf".into(), Json::Array(accepted));
    Json::Object(schema)
}

fn codes(literals: &[Literal]) -> Option<Json> {
    (!literals.is_empty()).then(|| json!({ "enum": literals }))
}

/// What is valid: the listed values, the ranges, or anything of the type; less what is declared invalid.
fn allowed(field: &Field, of_type: &Json) -> Vec<Json> {
    let mut valid: Vec<Json> = codes(&field.values).into_iter().collect();
    valid.extend(field.ranges.iter().map(|range| within(range, of_type)));
    if valid.is_empty() {
        valid.push(of_type.clone());
    }
    match codes(&field.invalid_values) {
        None => valid,
        Some(invalid) => vec![json!({ "anyOf": valid, "not": invalid })],
    }
}

fn type_schema(field_type: FieldType) -> Json {
    match field_type {
        FieldType::Numeric => json!({ "type": "number" }),
        FieldType::Integer => json!({ "type": "integer" }),
        FieldType::Categorical => json!({ "type": "string" }),
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::Date => json!({ "type": "string", "format": "date" }),
        FieldType::Time => json!({ "type": "string", "format": "time" }),
        FieldType::DateTime => json!({ "type": "string", "format": "date-time" }),
    }
}

fn within(range: &Interval, of_type: &Json) -> Json {
    let mut schema = of_type.clone();
    let mut bound = |key: &str, number: Option<f64>| {
        if let (Some(number), Some(schema)) = (number, schema.as_object_mut()) {
            schema.insert(key.into(), json!(Literal::Number(number)));
        }
    };
    bound(if range.closed.left() { "minimum" } else { "exclusiveMinimum" }, range.from);
    bound(if range.closed.right() { "maximum" } else { "exclusiveMaximum" }, range.to);
    schema
}
