//! Events: what an entry of the ledger tells receivers. Only members that are listed here go out, and none that is
//! personal is: a receiver asks for details with its own key.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use store::Position;
use store::ledger::{Entry, Opening};

/// The type of the event that is sent on request, to try an endpoint.
pub(crate) const PING: &str = "ping";

/// Longest text of a member that goes out, in bytes.
const MAX_TEXT: usize = 256;
/// Most entries of a list that goes out.
const MAX_LIST: usize = 16;

/// Every type of event, and when it arises.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("applicant.erased", "an applicant's data was erased"),
    ("batch.completed", "a batch came to its end"),
    ("deployment.changed", "what is in force changed, or a change was proposed or rejected"),
    ("flag.changed", "a flag was made, changed or deleted"),
    ("item.changed", "a credit product was made, changed or deleted"),
    ("model.changed", "a model was validated or retired"),
    ("model.uploaded", "a model was uploaded"),
    ("policy.changed", "a policy was retired"),
    ("policy.uploaded", "a policy was uploaded"),
    ("score.created", "an application was scored"),
    ("score.reviewed", "a person reviewed a decision"),
];

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    /// Its id, the same however often the entry is read.
    pub(crate) id: String,
    /// Its type.
    pub(crate) kind: &'static str,
    /// The entry's place.
    pub(crate) position: Position,
    /// When the entry was recorded.
    pub(crate) time: store::Moment,
    /// The body that is sent.
    pub(crate) payload: String,
}

/// An entry's members: what was done, and the rest by name.
#[derive(Deserialize)]
struct Members {
    #[serde(default)]
    action: Option<String>,
    #[serde(flatten, default)]
    rest: Map<String, Value>,
}

impl Event {
    /// The event of an entry; none where it is of no interest.
    pub(crate) fn of(entry: &Entry) -> Option<Self> {
        let opening = Opening::parse(entry.body.as_bytes()).ok()?;
        let (named, listed) = members_of(opening.kind)?;
        let members: Members = serde_json::from_str(&entry.body).ok()?;
        let kind = type_of(opening.kind, members.action.as_deref())?;
        let mut data = Map::new();
        data.insert("id".into(), json!(opening.id));
        data.insert("position".into(), json!({"chain": entry.chain, "sequence": entry.sequence}));
        if let Some(action) = members.action.filter(|action| action.len() <= MAX_TEXT) {
            data.insert("action".into(), action.into());
        }
        for name in named {
            if let Some(value) = members.rest.get(*name).filter(|value| is_small(value)) {
                data.insert((*name).into(), value.clone());
            }
        }
        for name in listed {
            if let Some(value) = members.rest.get(*name).and_then(references) {
                data.insert((*name).into(), value);
            }
        }
        Some(Self {
            id: format!("evt_{}_{}", entry.chain, entry.sequence),
            kind,
            position: Position { chain: entry.chain, sequence: entry.sequence },
            time: store::Moment::parse(opening.time).ok()?,
            payload: payload(kind, opening.time, &Value::Object(data)),
        })
    }
}

/// The body of an event.
pub(crate) fn payload(kind: &str, time: &str, data: &Value) -> String {
    json!({"type": kind, "timestamp": time, "data": data}).to_string()
}

/// Members that go out of entries of a kind: plain ones, and ones that refer to models and policies.
fn members_of(kind: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match kind {
        "score" => (&["score", "decision", "model", "policy"], &[]),
        "review" => (&["score", "decision", "original"], &[]),
        "deployment" => (&["version", "proposal", "model", "policy"], &["champion", "challengers"]),
        "model" | "policy" => (&["model", "policy", "name", "label", "source", "validation"], &[]),
        "erasure" => (&["applicant", "reason"], &[]),
        "flag" => (&["flag", "version", "state", "percentage"], &[]),
        "item" => (&["item", "version"], &[]),
        "batch" => (&["batch", "rows", "scored", "failed"], &[]),
        _ => return None,
    })
}

fn type_of(kind: &str, action: Option<&str>) -> Option<&'static str> {
    Some(match (kind, action) {
        ("score", _) => "score.created",
        ("review", _) => "score.reviewed",
        ("deployment", _) => "deployment.changed",
        ("model", Some("registered")) => "model.uploaded",
        ("model", _) => "model.changed",
        ("policy", Some("registered")) => "policy.uploaded",
        ("policy", _) => "policy.changed",
        ("erasure", _) => "applicant.erased",
        ("flag", _) => "flag.changed",
        ("item", _) => "item.changed",
        ("batch", Some("completed")) => "batch.completed",
        _ => return None,
    })
}

fn is_small(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= MAX_TEXT,
        Value::Array(_) | Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// What names a model, a policy and a share, or a list of such.
fn references(value: &Value) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let names = ["model", "policy", "share"].into_iter();
            let kept =
                names.filter_map(|name| Some((name.to_owned(), members.get(name).filter(|v| is_small(v))?.clone())));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(entries) => Some(entries.iter().take(MAX_LIST).filter_map(references).collect()),
        Value::Null => Some(Value::Null),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use store::ledger::Hash;

    use super::*;

    fn entry(kind: &str, members: &str) -> Entry {
        let id = uuid::Uuid::nil();
        let opening = Opening { chain: 3, sequence: 7, time: "2026-11-26T08:00:00.000000Z", kind, id };
        Entry::new(&Hash::ZERO, format!("{}{members}}}", opening.text())).unwrap()
    }

    #[test]
    fn only_listed_members_go_out() {
        let members =
            r#","score":612,"decision":"approve","model":"ab","sealed":"c2VjcmV0","applicant":"x","name":"Jane Doe""#;
        let event = Event::of(&entry("score", members)).unwrap();
        assert_eq!((event.id.as_str(), event.kind), ("evt_3_7", "score.created"));
        let expected = r#"{"data":{"decision":"approve","id":"00000000-0000-0000-0000-000000000000","model":"ab","position":{"chain":3,"sequence":7},"score":612},"timestamp":"2026-11-26T08:00:00.000000Z","type":"score.created"}"#;
        let (sent, expected): (Value, Value) =
            (serde_json::from_str(&event.payload).unwrap(), serde_json::from_str(expected).unwrap());
        assert_eq!(sent, expected);
        let nested = Event::of(&entry("score", r#","score":{"name":"Jane Doe"}"#)).unwrap();
        assert!(!nested.payload.contains("Jane"), "{}", nested.payload);
    }

    #[test]
    fn kinds_and_actions_make_types() {
        let type_of = |kind: &str, members: &str| Event::of(&entry(kind, members)).map(|event| event.kind);
        assert_eq!(type_of("model", r#","action":"registered""#), Some("model.uploaded"));
        assert_eq!(type_of("model", r#","action":"retired""#), Some("model.changed"));
        assert_eq!(type_of("batch", r#","action":"started""#), None);
        assert_eq!(type_of("batch", r#","action":"completed""#), Some("batch.completed"));
        for none in ["key", "user", "webhook", "unheard_of"] {
            assert_eq!(type_of(none, ""), None, "{none}");
        }
        let members = r#","action":"activated","champion":{"model":"ab","policy":null,"x":1},"challengers":[{"model":"cd","share":10}]"#;
        let event = Event::of(&entry("deployment", members)).unwrap();
        assert!(event.payload.contains(r#""champion":{"model":"ab","policy":null}"#), "{}", event.payload);
    }
}
