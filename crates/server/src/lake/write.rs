//! Writes a planned file from the ledger.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use lake::{DecisionFile, Lake, Written};
use serde::Deserialize;
use store::{
    LakeFile, Opened, Store,
    ledger::{Entry, Opening},
    monitoring::begin_of,
};

use super::row::row;
use crate::config::LakeFields;
use crate::followers::Trouble;
use crate::scoring::{Engine, Engines};

/// Entries that are read and opened at once.
const PAGE: usize = 1024;

/// What an entry was made with.
#[derive(Deserialize)]
struct Made<'b> {
    #[serde(borrow)]
    model: Cow<'b, str>,
    #[serde(default, borrow)]
    policy: Option<Cow<'b, str>>,
}

/// Writes a file: what the ledger says and the keys that are left open, and nothing else. Gives what was written.
pub(super) async fn write(
    store: &Store,
    engines: &Engines,
    lake: &Lake,
    file: &LakeFile,
    fields: LakeFields,
) -> Result<Written, Trouble> {
    let mut writing = DecisionFile::new(&**lake, &begin_of(file.day).day(), file.first.chain, file.first.sequence)?;
    let mut made: HashMap<(String, Option<String>), Option<Arc<Engine>>> = HashMap::new();
    let mut next = file.first.sequence;
    while next <= file.last.sequence {
        let left = usize::try_from(file.last.sequence - next + 1).unwrap_or(usize::MAX);
        let entries = store.entries_of(file.first.chain, next, left.min(PAGE)).await?;
        let Some(last) = entries.last() else {
            return Err(format!("the ledger ends before entry {next} of chain {}", file.first.chain).into());
        };
        next = last.sequence + 1;
        let is_score =
            |entry: &Entry| Opening::parse(entry.body.as_bytes()).is_ok_and(|opening| opening.kind == "score");
        let scores: Vec<Entry> = entries.into_iter().filter(is_score).collect();
        let opened = open(store, &scores).await?;
        let mut rows = Vec::with_capacity(scores.len());
        for (entry, personal) in scores.iter().zip(opened) {
            let engine = match serde_json::from_str::<Made<'_>>(&entry.body) {
                Err(_) => None,
                Ok(Made { model, policy }) => {
                    let name = (model.into_owned(), policy.map(Cow::into_owned));
                    match made.get(&name) {
                        Some(engine) => engine.clone(),
                        None => made.entry(name.clone()).or_insert(engine(store, engines, &name).await?).clone(),
                    }
                }
            };
            let personal = personal.as_ref().map(|personal| personal.as_slice());
            match row(store, entry, personal, engine.as_deref(), fields) {
                Some(row) => rows.push(row),
                None => tracing::error!(
                    chain = entry.chain,
                    sequence = entry.sequence,
                    "an entry of a score cannot be read and is not in the lake; run `plimsoll ledger verify`"
                ),
            }
        }
        writing = writing.push(rows).await?;
    }
    Ok(writing.finish().await?)
}

/// What entries sealed. One that is corrupt holds the others up no longer than it takes to say so.
async fn open(store: &Store, scores: &[Entry]) -> Result<Vec<Opened>, Trouble> {
    match store.open_all_sealed(scores).await {
        Err(store::Error::Corrupt(_)) => {}
        opened => return Ok(opened?),
    }
    let mut opened = Vec::with_capacity(scores.len());
    for entry in scores {
        opened.push(match store.open_sealed(entry).await {
            Err(store::Error::Corrupt(problem)) => {
                tracing::error!(problem, "what a score sealed is not in the lake; run `plimsoll ledger verify`");
                None
            }
            one => one?,
        });
    }
    Ok(opened)
}

/// The engine that an entry names; none where nobody registered its documents.
async fn engine(
    store: &Store,
    engines: &Engines,
    (model, policy): &(String, Option<String>),
) -> Result<Option<Arc<Engine>>, Trouble> {
    match engines.load(store, model, policy.as_deref()).await {
        Ok(engine) => Ok(Some(engine)),
        Err(problem) if problem.is_passing() => Err(problem.detail().to_owned().into()),
        Err(_) => Ok(None),
    }
}
