//! From an entry of the ledger to a row of the lake.

use std::collections::HashMap;

use lake::{Decision, Matched, millionths};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use store::{
    Moment, Store,
    ledger::{Entry, Hash, Opening},
};

use crate::config::LakeFields;
use crate::scoring::{Detail, Engine, Outcome, codes_of_reasons};

/// The row of a score's entry. `personal` is what it sealed, as far as a key opens it; `None` where the entry makes no sense,
/// which is for whoever verifies the ledger.
pub(super) fn row(
    store: &Store,
    entry: &Entry,
    personal: Option<&[u8]>,
    engine: Option<&Engine>,
    fields: LakeFields,
) -> Option<Decision> {
    let opening = Opening::parse(entry.body.as_bytes()).ok()?;
    let outcome: Outcome<'_> = serde_json::from_str(&entry.body).ok()?;
    let detail: Option<Detail<'_>> = personal.and_then(|personal| serde_json::from_slice(personal).ok());
    let known = detail.as_ref().zip(engine);
    let reference = detail.as_ref().and_then(|detail| detail.reference.as_deref());
    Some(Decision {
        id: opening.id.to_string(),
        time: Moment::parse(opening.time).ok()?.micros(),
        chain: entry.chain,
        sequence: entry.sequence,
        model_hash: digits(&outcome.model),
        policy_hash: outcome.policy.as_deref().map(digits),
        score: amount(&outcome.score),
        probability_of_bad: outcome.pd,
        decision: outcome.decision.map(|decision| decision.to_string()),
        applicant_token: reference.map(|reference| Hash(store.lake_token(reference)).to_string()),
        reasons: known
            .map(|(detail, engine)| codes_of_reasons(detail, outcome.decision, engine).map(str::to_owned).collect()),
        characteristics: known.filter(|_| fields.has_attributes()).map(|(detail, engine)| matched(detail, engine)),
        inputs: known.filter(|_| fields == LakeFields::Inputs).and_then(|(detail, engine)| inputs(detail, engine)),
    })
}

/// A hash without the name of its kind.
fn digits(hash: &str) -> String {
    hash.strip_prefix("sha256:").unwrap_or(hash).to_owned()
}

/// An amount, which is a number or, where it is exact with a fraction, a text.
fn amount(raw: &RawValue) -> Option<i64> {
    millionths(raw.get().trim_matches('"'))
}

fn matched(detail: &Detail<'_>, engine: &Engine) -> Vec<Matched> {
    let characteristics = engine.scorecard().characteristics.iter().zip(&detail.attributes);
    let one = characteristics.map(|(characteristic, (attribute, points, _))| Matched {
        name: characteristic.name.clone(),
        attribute: *attribute,
        points: amount(points),
    });
    one.collect()
}

/// The model's fields as they were submitted: a text as it is, anything else as JSON writes it; nothing where it was not
/// given or null.
fn inputs(detail: &Detail<'_>, engine: &Engine) -> Option<Vec<(String, Option<String>)>> {
    let application: HashMap<&str, &RawValue> = serde_json::from_str(detail.application.get()).ok()?;
    let value = |raw: &RawValue| match serde_json::from_str(raw.get()) {
        Ok(Json::Null) | Err(_) => None,
        Ok(Json::String(text)) => Some(text),
        Ok(_) => Some(raw.get().to_owned()),
    };
    let fields = engine.scorecard().fields.iter();
    Some(
        fields
            .map(|field| (field.name.clone(), application.get(field.name.as_str()).and_then(|raw| value(raw))))
            .collect(),
    )
}
