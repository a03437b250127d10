//! The JSON Schema of an application.

/// The JSON Schema 2020-12 of the applications that a scorecard takes.
#[must_use]
pub fn input_schema(scorecard: &crate::Scorecard) -> serde_json::Value {
    let _ = scorecard;
    serde_json::Value::Null
}
