//! The JSON Schema of an application, derived from the model.

use serde_json::{Map, Value as Json, json};

use crate::{
    Literal, Scorecard,
    model::{Field, FieldType, Interval, OnInvalid, OutlierTreatment},
};

/// A calendar date, but for the length of its month.
const DATE: &str = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
/// A time of day, with or without seconds and their fraction.
const TIME: &str = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?";

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
    let mut accepted = usable(field);
    if !must_be_given(field) {
        let missing = [json!({ "type": "null" })].into_iter().chain(codes(&field.missing_values));
        accepted.splice(0..0, missing);
    } else if let Some(codes) = codes(&field.missing_values) {
        // A code that means missing is refused, though it may look like a value.
        schema.insert("not".into(), codes);
    }
    schema.insert("anyOf".into(), Json::Array(accepted));
    Json::Object(schema)
}

/// What is a value, or stands for one that is set aside.
fn usable(field: &Field) -> Vec<Json> {
    let of_type = type_schema(field.field_type);
    // Whatever cannot be used is set aside, whatever its type; only lists and objects are no values at all.
    let anything = json!({ "type": ["string", "number", "boolean"] });
    let otherwise = match &field.on_invalid {
        OnInvalid::Reject => None,
        // An invalid value counts as missing: refused where a value must be given.
        OnInvalid::Missing => (!must_be_given(field)).then_some(anything),
        OnInvalid::Accept => Some(of_type.clone()),
        OnInvalid::Replace(_) => Some(anything),
    };
    let valid = allowed(field, &of_type);
    match (outliers_refused(field), otherwise) {
        (None, None) => valid,
        (None, Some(otherwise)) => vec![otherwise],
        (Some(bounds), otherwise) => {
            let invalid = otherwise.map(|schema| json!({ "allOf": [schema], "not": { "anyOf": valid } }));
            let within = json!({ "allOf": [{ "anyOf": valid }, bounds] });
            [within].into_iter().chain(invalid).collect()
        }
    }
}

/// The bounds beyond which a valid number counts as missing, where that is refused.
fn outliers_refused(field: &Field) -> Option<Json> {
    let outliers = field.outliers.as_ref().filter(|outliers| outliers.treatment == OutlierTreatment::Missing)?;
    must_be_given(field)
        .then(|| json!({ "minimum": Literal::Number(outliers.low), "maximum": Literal::Number(outliers.high) }))
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
        // Not the formats `time` and `date-time`: those ask for a zone.
        FieldType::Time => json!({ "type": "string", "pattern": format!("^{TIME}$") }),
        FieldType::DateTime => json!({ "type": "string", "pattern": format!("^{DATE}T{TIME}$") }),
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
