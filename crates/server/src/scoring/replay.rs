//! Scores evaluated again, years later: from the sealed application, with the model and the policy that the entry names.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json};
use store::ledger::{Entry, Opening};
use store::{Cursors, Store};

use super::{Assessment, Detail, EligibleItem, Engine, Engines, Outcome, assess};
use crate::problem::Problem;

/// Entries that are read at once.
const PAGE: usize = 512;
/// Differences that are listed; more are counted.
const LISTED: usize = 100;

/// What a replay found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Scores that came out as they were recorded: score, decision, attributes, reasons, rules.
    pub same: u64,
    /// Scores of persons who were erased: nothing is left to evaluate.
    pub erased: u64,
    /// Scores that did not come out the same.
    pub different: u64,
    /// The first of those.
    pub differences: Vec<Difference>,
}

/// A score that did not come out the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The chain.
    pub chain: u32,
    /// Place in the chain.
    pub sequence: u64,
    /// Which members differ, or why it cannot be evaluated. Never what they say: that may be personal.
    pub problem: String,
}

/// Evaluates every score of the ledger again. Changes nothing.
///
/// # Errors
/// Where the store cannot be read.
pub async fn replay(store: &Store, progress: impl Fn(u64)) -> Result<Replayed, Problem> {
    let (engines, mut cursors, mut replayed) = (Engines::default(), Cursors::new(), Replayed::default());
    loop {
        let entries = store.entries_after(&cursors, PAGE).await?;
        if entries.is_empty() {
            return Ok(replayed);
        }
        for entry in &entries {
            cursors.insert(entry.chain, entry.sequence.saturating_add(1));
        }
        progress(entries.len() as u64);
        let is_score =
            |entry: &Entry| Opening::parse(entry.body.as_bytes()).is_ok_and(|opening| opening.kind == "score");
        let scores: Vec<Entry> = entries.into_iter().filter(is_score).collect();
        for (entry, personal) in scores.iter().zip(store.open_all_sealed(&scores).await?) {
            let Some(personal) = personal else {
                replayed.erased += 1;
                continue;
            };
            match again(store, &engines, entry, &personal).await {
                Ok(()) => replayed.same += 1,
                Err(problem) => {
                    replayed.different += 1;
                    if replayed.differences.len() < LISTED {
                        let Entry { chain, sequence, .. } = *entry;
                        replayed.differences.push(Difference { chain, sequence, problem });
                    }
                }
            }
        }
    }
}

/// Evaluates one score again, from what its entry sealed; the error says what differs.
pub(crate) async fn again(store: &Store, engines: &Engines, entry: &Entry, personal: &[u8]) -> Result<(), String> {
    let unreadable = |what: &str| format!("its {what} cannot be read");
    let outcome: Outcome<'_> = serde_json::from_str(&entry.body).map_err(|_| unreadable("entry"))?;
    let detail: Detail<'_> = serde_json::from_slice(personal).map_err(|_| unreadable("sealed part"))?;
    let engine = engines.load(store, &outcome.model, outcome.policy.as_deref()).await;
    let engine = engine.map_err(|problem| format!("its model or policy: {}", problem.detail()))?;
    let assessment = evaluate(&engine, &outcome, &detail)?;
    let recorded: Map<String, Json> = serde_json::from_str(&entry.body).map_err(|_| unreadable("entry"))?;
    let computed = object(&assessment.outcome).ok_or_else(|| unreadable("outcome"))?;
    let sealed: Map<String, Json> = serde_json::from_slice(personal).map_err(|_| unreadable("sealed part"))?;
    let computed_detail = object(&assessment.detail).ok_or_else(|| unreadable("detail"))?;
    let mut differing = differing(&recorded, &computed);
    differing.extend(self::differing(&sealed, &computed_detail));
    if differing.is_empty() { Ok(()) } else { Err(format!("{} came out otherwise", differing.join(", "))) }
}

/// What was computed, as it would be read from the ledger.
fn object(computed: &impl Serialize) -> Option<Map<String, Json>> {
    serde_json::from_slice(&serde_json::to_vec(computed).ok()?).ok()
}

fn evaluate<'a>(
    engine: &'a Arc<Engine>,
    outcome: &'a Outcome<'_>,
    detail: &'a Detail<'_>,
) -> Result<Assessment<'a>, String> {
    let application: Map<String, Json> =
        serde_json::from_str(detail.application.get()).map_err(|_| "its application is no object".to_owned())?;
    // What somebody was eligible for rests on the catalogue of that day, not on the model.
    let items = |_: &[scorecard::Value<'_>], _: &scorecard::Evaluation| {
        let own = |item: &EligibleItem<'_>| EligibleItem {
            id: item.id,
            name: item.name.clone().into_owned().into(),
            category: item.category.clone().into_owned().into(),
        };
        detail.items.iter().map(own).collect()
    };
    let reference = detail.reference.as_deref();
    assess(engine, reference, &detail.application, &application, &items, &outcome.by)
        .map_err(|problem| format!("it cannot be evaluated: {}", problem.detail()))
}

/// Members that were computed and are not what was recorded.
fn differing<'c>(recorded: &Map<String, Json>, computed: &'c Map<String, Json>) -> Vec<&'c str> {
    computed.iter().filter(|(name, value)| recorded.get(*name) != Some(value)).map(|(name, _)| name.as_str()).collect()
}
