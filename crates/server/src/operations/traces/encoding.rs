//! Spans as OTLP's JSON: ids in hexadecimal digits, times as texts of nanoseconds.

use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::Span;

/// `SPAN_KIND_SERVER`.
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// Who sends the spans.
pub(super) fn resource(service_name: &str) -> Value {
    json!({"attributes": [
        text("service.name", service_name),
        text("service.version", env!("CARGO_PKG_VERSION")),
        text("telemetry.sdk.language", "rust"),
    ]})
}

/// An `ExportTraceServiceRequest`.
pub(super) fn request(resource: &Value, spans: &[Span]) -> Value {
    let spans: Vec<Value> = spans.iter().map(span).collect();
    let scope = json!({"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")});
    json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": spans}]}]})
}

fn span(span: &Span) -> Value {
    let ended = span.ended.duration_since(UNIX_EPOCH).unwrap_or_default();
    let started = ended.saturating_sub(span.took);
    let mut attributes = vec![
        text("http.request.method", span.method.as_str()),
        json!({"key": "http.response.status_code", "value": {"intValue": span.status.to_string()}}),
    ];
    if !span.route.is_empty() {
        attributes.push(text("http.route", &span.route));
    }
    if let Some(problem) = span.problem {
        attributes.push(text("error.type", problem));
    }
    let mut value = json!({
        "traceId": span.place.trace_id().to_string(),
        "spanId": span.place.span_id().to_string(),
        "name": format!("{} {}", span.method, span.route).trim_end(),
        "kind": SERVER,
        "startTimeUnixNano": started.as_nanos().to_string(),
        "endTimeUnixNano": ended.as_nanos().to_string(),
        "attributes": attributes,
        "status": if span.status >= 500 { json!({"code": ERROR}) } else { json!({}) },
    });
    if let Some(parent) = span.place.parent_id() {
        value["parentSpanId"] = parent.to_string().into();
    }
    value
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}
