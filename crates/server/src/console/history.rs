//! What was recorded about something: an item, a key, a user.

use serde::Deserialize;
use serde_json::Value;
use store::ledger::{Entry, Opening};
use store::{Moment, Store};
use uuid::Uuid;

use super::figures::moment;
use super::people::People;

/// Entries that are shown at most: the last ones.
const SHOWN: usize = 100;

/// Something that happened.
pub(crate) struct Event {
    pub(crate) time: String,
    pub(crate) written: String,
    pub(crate) what: String,
    pub(crate) by: String,
    /// Its place in the ledger, as `0-17`.
    pub(crate) place: String,
}

/// Members that entries about things have, under one name or another.
#[derive(Deserialize)]
struct Said {
    action: Option<Value>,
    change: Option<Value>,
    state: Option<Value>,
    by: Option<String>,
}

/// What was recorded about something, the latest first.
///
/// # Errors
/// Where the store cannot be read.
pub(crate) async fn history(store: &Store, subject: Uuid, people: &mut People<'_>) -> store::Result<Vec<Event>> {
    let entries = store.entries_about(subject).await?;
    let mut events = Vec::with_capacity(entries.len().min(SHOWN));
    for entry in entries.iter().rev().take(SHOWN) {
        events.extend(event(entry, people).await);
    }
    Ok(events)
}

async fn event(entry: &Entry, people: &mut People<'_>) -> Option<Event> {
    let opening = Opening::parse(entry.body.as_bytes()).ok()?;
    let said: Said = serde_json::from_str(&entry.body).ok()?;
    let by = match said.by {
        Some(by) => people.name(&by).await,
        None => "–".to_owned(),
    };
    let told =
        [said.action, said.change, said.state].into_iter().flatten().find_map(|told| told.as_str().map(str::to_owned));
    let what = told.unwrap_or_else(|| opening.kind.replace('_', " "));
    Some(Event {
        time: opening.time.to_owned(),
        written: Moment::parse(opening.time).map_or_else(|_| opening.time.to_owned(), moment),
        what: what.replace('_', " "),
        by,
        place: format!("{}-{}", entry.chain, entry.sequence),
    })
}
