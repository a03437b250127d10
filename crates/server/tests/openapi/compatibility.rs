//! Whether clients of one document go on working with a later one.
//!
//! A request that was right must stay right, and an answer must still hold what was promised. So requests may only grow
//! looser and answers only richer. Compared are paths, operations, parameters, bodies, answers and their schemas with
//! `$ref`, `properties`, `required`, `type`, `enum`, `items`, `additionalProperties` and the alternatives of `oneOf`,
//! `anyOf` and `allOf`.

use std::collections::BTreeSet;

use serde_json::Value;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];
/// Schemas that hold themselves are followed this far.
const DEEPEST: usize = 12;

/// Who writes what a schema describes.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Answer,
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    broken: BTreeSet<String>,
}

/// What breaks, a line each, sorted.
pub(crate) fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, broken: BTreeSet::new() };
    comparison.paths();
    comparison.broken.into_iter().collect()
}

/// Follows references within one document.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value.get("$ref").and_then(Value::as_str).and_then(|reference| document.pointer(reference.get(1..)?));
    target.unwrap_or(value)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn texts(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Array(values) => {
            values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect()
        }
        Value::String(text) => BTreeSet::from([text.clone()]),
        _ => BTreeSet::new(),
    }
}

impl<'a> Comparison<'a> {
    fn broken(&mut self, at: &str, what: impl std::fmt::Display) {
        self.broken.insert(format!("{at}: {what}"));
    }

    fn paths(&mut self) {
        for (path, old) in fields(&self.old["paths"]) {
            let Some(new) = self.new["paths"].get(path) else {
                self.broken(path, "the path is gone");
                continue;
            };
            for method in METHODS {
                let at = format!("{} {path}", method.to_uppercase());
                match (old.get(method), new.get(method)) {
                    (Some(_), None) => self.broken(&at, "the operation is gone"),
                    (Some(old), Some(new)) => self.operation(&at, old, new),
                    _ => {}
                }
            }
        }
    }

    fn operation(&mut self, at: &str, old: &'a Value, new: &'a Value) {
        self.parameters(at, old, new);
        let (old_body, new_body) = (resolved(self.old, &old["requestBody"]), resolved(self.new, &new["requestBody"]));
        if new_body["required"] == true && old_body["required"] != true {
            self.broken(at, "a body is now required");
        }
        self.contents(&format!("{at} body"), old_body, new_body, Side::Request);
        for (status, old) in fields(&old["responses"]) {
            match new["responses"].get(status) {
                None => self.broken(at, format_args!("the answer {status} is gone")),
                Some(new) => {
                    let (old, new) = (resolved(self.old, old), resolved(self.new, new));
                    self.contents(&format!("{at} {status}"), old, new, Side::Answer);
                    for (name, _) in fields(&old["headers"]) {
                        if new["headers"].get(name).is_none() {
                            self.broken(at, format_args!("the header {name} of {status} is gone"));
                        }
                    }
                }
            }
        }
    }

    fn parameters(&mut self, at: &str, old: &'a Value, new: &'a Value) {
        let (old_document, new_document) = (self.old, self.new);
        let list = |operation: &'a Value, document: &'a Value| -> Vec<&'a Value> {
            operation["parameters"].as_array().into_iter().flatten().map(|p| resolved(document, p)).collect()
        };
        let (old, new) = (list(old, old_document), list(new, new_document));
        let same = |a: &Value, b: &Value| a["name"] == b["name"] && a["in"] == b["in"];
        for was in &old {
            let at = format!("{at} parameter {}", was["name"]);
            match new.iter().find(|is| same(is, was)) {
                None => self.broken(&at, "is gone"),
                Some(is) => self.schema(&at, &was["schema"], &is["schema"], Side::Request, 0),
            }
        }
        for is in &new {
            let was = old.iter().find(|was| same(was, is));
            if is["required"] == true && was.is_none_or(|was| was["required"] != true) {
                self.broken(at, format_args!("parameter {} is now required", is["name"]));
            }
        }
    }

    fn contents(&mut self, at: &str, old: &'a Value, new: &'a Value, side: Side) {
        for (media_type, old) in fields(&old["content"]) {
            match new["content"].get(media_type) {
                None => self.broken(at, format_args!("{media_type} is gone")),
                Some(new) => self.schema(at, &old["schema"], &new["schema"], side, 0),
            }
        }
    }

    fn schema(&mut self, at: &str, old: &'a Value, new: &'a Value, side: Side, depth: usize) {
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        if depth > DEEPEST || !old.is_object() || !new.is_object() {
            return;
        }
        self.types(at, old, new, side);
        self.values(at, old, new, side);
        self.properties(at, old, new, side, depth);
        for inner in ["items", "additionalProperties"] {
            self.schema(&format!("{at}/{inner}"), &old[inner], &new[inner], side, depth + 1);
        }
        if side == Side::Request && new["additionalProperties"] == false && old["additionalProperties"] != false {
            self.broken(at, "unknown fields are now refused");
        }
        for kind in ["oneOf", "anyOf", "allOf"] {
            self.alternatives(&format!("{at}/{kind}"), &old[kind], &new[kind], side, depth);
        }
    }

    fn types(&mut self, at: &str, old: &Value, new: &Value, side: Side) {
        let (was, is) = (texts(&old["type"]), texts(&new["type"]));
        // What was allowed to be sent must stay so; what could be received must not grow.
        let narrower = |inner: &BTreeSet<String>, outer: &BTreeSet<String>| {
            outer.is_empty() || (!inner.is_empty() && inner.is_subset(outer))
        };
        let holds = if side == Side::Request { narrower(&was, &is) } else { narrower(&is, &was) };
        if !holds {
            self.broken(at, format_args!("the type {was:?} is now {is:?}"));
        }
        let format = |value: &Value| value["format"].as_str().unwrap_or_default().to_owned();
        if format(old) != format(new) {
            self.broken(at, format_args!("the format {:?} is now {:?}", format(old), format(new)));
        }
    }

    fn values(&mut self, at: &str, old: &Value, new: &Value, side: Side) {
        let (was, is) = (texts(&old["enum"]), texts(&new["enum"]));
        let lost: Vec<&String> = match side {
            Side::Request if is.is_empty() => Vec::new(),
            Side::Request if was.is_empty() => return self.broken(at, format_args!("only {is:?} is now taken")),
            Side::Request => was.difference(&is).collect(),
            Side::Answer if was.is_empty() => Vec::new(),
            Side::Answer if is.is_empty() => return self.broken(at, "any value may now come"),
            Side::Answer => is.difference(&was).collect(),
        };
        if !lost.is_empty() {
            let what = if side == Side::Request { "is no longer taken" } else { "may now come" };
            self.broken(at, format_args!("{lost:?} {what}"));
        }
    }

    fn properties(&mut self, at: &str, old: &'a Value, new: &'a Value, side: Side, depth: usize) {
        let (was, is) = (texts(&old["required"]), texts(&new["required"]));
        match side {
            Side::Request => {
                for name in is.difference(&was) {
                    self.broken(at, format_args!("the field {name} is now required"));
                }
            }
            Side::Answer => {
                for name in was.difference(&is).filter(|name| new["properties"].get(name).is_some()) {
                    self.broken(at, format_args!("the field {name} may now be missing"));
                }
            }
        }
        for (name, old) in fields(&old["properties"]) {
            match new["properties"].get(name) {
                Some(new) => self.schema(&format!("{at}/{name}"), old, new, side, depth + 1),
                None => self.broken(at, format_args!("the field {name} is gone")),
            }
        }
    }

    fn alternatives(&mut self, at: &str, old: &'a Value, new: &'a Value, side: Side, depth: usize) {
        let list = |value: &'a Value| value.as_array().map(Vec::as_slice).unwrap_or_default();
        let (old, new) = (list(old), list(new));
        // Alternatives are compared in their order: the generator keeps that of the code.
        for (i, (old, new)) in old.iter().zip(new).enumerate() {
            self.schema(&format!("{at}/{i}"), old, new, side, depth + 1);
        }
        match side {
            Side::Request if new.len() < old.len() => self.broken(at, "fewer alternatives are taken"),
            Side::Answer if new.len() > old.len() => self.broken(at, "more alternatives may come"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "paths": {"/scores": {
                "post": {
                    "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Application"}}}},
                    "responses": {
                        "200": {"headers": {"ETag": {}}, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Score"}}}},
                        "404": {}
                    }
                },
                "get": {"responses": {"200": {}}}
            }},
            "components": {"schemas": {
                "Application": {"type": "object", "required": ["age"], "properties": {
                    "age": {"type": "integer", "format": "int32"},
                    "purpose": {"type": "string", "enum": ["car", "house"]},
                    "loans": {"type": "array", "items": {"$ref": "#/components/schemas/Application"}}
                }},
                "Score": {"type": "object", "required": ["score"], "properties": {
                    "score": {"type": "integer"},
                    "decision": {"type": "string", "enum": ["approve", "decline"]},
                    "reason": {"oneOf": [{"type": "null"}, {"type": "string"}]}
                }}
            }}
        })
    }

    /// What breaks when the value at a pointer is replaced.
    fn changed(pointer: &str, value: Value) -> Vec<String> {
        let (old, mut new) = (document(), document());
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let (parent, name) = (new.pointer_mut(parent).expect("a place"), &name.replace("~1", "/"));
        match value {
            Value::Null => drop(parent.as_object_mut().expect("an object").remove(name)),
            value => parent[name] = value,
        }
        breaks(&old, &new)
    }

    const POST: &str = "/paths/~1scores/post";
    const APPLICATION: &str = "/components/schemas/Application";
    const SCORE: &str = "/components/schemas/Score";

    #[test]
    fn each_kind_of_break_is_found() {
        let table: Vec<(String, Value, &str)> = vec![
            ("/paths/~1scores".into(), Value::Null, "/scores: the path is gone"),
            ("/paths/~1scores/get".into(), Value::Null, "GET /scores: the operation is gone"),
            (format!("{POST}/responses/404"), Value::Null, "the answer 404 is gone"),
            (format!("{POST}/responses/200/headers"), Value::Null, "the header ETag of 200 is gone"),
            (format!("{POST}/responses/200/content"), json!({"text/csv": {}}), "application/json is gone"),
            (format!("{POST}/parameters"), json!([]), "parameter \"dry\": is gone"),
            (format!("{POST}/parameters/0/required"), json!(true), "parameter \"dry\" is now required"),
            (format!("{POST}/parameters/0/schema/type"), json!("string"), "is now"),
            ("/paths/~1scores/get/requestBody".into(), json!({"required": true}), "a body is now required"),
            (format!("{APPLICATION}/required"), json!(["age", "purpose"]), "the field purpose is now required"),
            (format!("{APPLICATION}/properties/loans"), Value::Null, "the field loans is gone"),
            (format!("{APPLICATION}/properties/age/type"), json!("string"), "is now"),
            (format!("{APPLICATION}/properties/age/format"), json!("int64"), "the format"),
            (format!("{APPLICATION}/properties/purpose/enum"), json!(["car"]), "[\"house\"] is no longer taken"),
            (format!("{APPLICATION}/additionalProperties"), json!(false), "unknown fields are now refused"),
            (format!("{SCORE}/properties/score"), Value::Null, "the field score is gone"),
            (format!("{SCORE}/properties/score/type"), json!("number"), "is now"),
            (format!("{SCORE}/properties/score/type"), json!(["integer", "null"]), "is now"),
            (format!("{SCORE}/required"), json!([]), "the field score may now be missing"),
            (
                format!("{SCORE}/properties/decision/enum"),
                json!(["approve", "decline", "refer"]),
                "[\"refer\"] may now come",
            ),
            (format!("{SCORE}/properties/reason/oneOf/1/type"), json!("integer"), "is now"),
            (
                format!("{SCORE}/properties/reason/oneOf"),
                json!([{"type": "null"}, {"type": "string"}, {"type": "integer"}]),
                "more alternatives",
            ),
        ];
        for (pointer, value, expected) in table {
            let found = changed(&pointer, value.clone());
            assert!(
                found.iter().any(|line| line.contains(expected)),
                "{pointer} to {value}: {found:?}, not {expected:?}"
            );
        }
    }

    #[test]
    fn what_breaks_nobody_is_let_through() {
        let table: Vec<(String, Value)> = vec![
            ("/paths/~1new".into(), json!({"get": {}})),
            (format!("{POST}/responses/409"), json!({})),
            (format!("{POST}/description"), json!("said better")),
            (format!("{APPLICATION}/required"), json!([])),
            (format!("{APPLICATION}/properties/income"), json!({"type": "number"})),
            (format!("{APPLICATION}/properties/age/type"), json!(["integer", "null"])),
            (format!("{APPLICATION}/properties/purpose/enum"), json!(["car", "house", "boat"])),
            (format!("{SCORE}/properties/points"), json!({"type": "integer"})),
            (format!("{SCORE}/required"), json!(["score", "decision"])),
            (format!("{SCORE}/properties/decision/enum"), json!(["approve"])),
        ];
        for (pointer, value) in table {
            assert_eq!(changed(&pointer, value), Vec::<String>::new(), "{pointer}");
        }
        assert_eq!(breaks(&document(), &document()), Vec::<String>::new());
    }
}
