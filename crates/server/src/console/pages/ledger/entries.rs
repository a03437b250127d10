//! Entries of the ledger as they are kept.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use store::ledger::{Entry, Opening};
use store::{Moment, Position};

use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::{Path, Query};
use crate::problem::Kind;
use crate::resources::ledger::{LAST_CHAIN, position};
use crate::state::App;

/// Entries of a page.
const LIMIT: u64 = 50;

/// Which entries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::console::pages) struct Look {
    chain: Option<u32>,
    /// The first of the page; the last ones without it.
    from: Option<u64>,
}

/// An entry as it is shown.
struct Row {
    place: String,
    time: (String, String),
    kind: String,
    /// The score, of an entry of one.
    score: Option<String>,
    id: String,
    hash: String,
    body: String,
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let opening = Opening::parse(entry.body.as_bytes()).ok();
        let time = opening.map_or("", |opening| opening.time).to_owned();
        let written = Moment::parse(&time).map_or_else(|_| "unreadable".to_owned(), moment);
        let id = opening.map_or_else(String::new, |opening| opening.id.to_string());
        let kind = opening.map_or("unreadable", |opening| opening.kind).to_owned();
        Self {
            place: format!("{}-{}", entry.chain, entry.sequence),
            time: (time, written),
            score: (kind == "score").then(|| id.clone()),
            kind,
            id,
            hash: entry.hash.to_string(),
            body: entry.body,
        }
    }
}

#[derive(Template)]
#[template(path = "console/ledger_entries.html")]
struct Entries {
    shell: Shell,
    chain: u32,
    chains: Vec<u32>,
    size: u64,
    from: u64,
    rows: Vec<Row>,
    earlier: Option<u64>,
    later: Option<u64>,
}

pub(in crate::console::pages) async fn list(
    State(app): State<App>,
    visitor: Visitor<scope::LedgerRead>,
    Asked(Query(look)): Asked<Query<Look>>,
) -> Page {
    let store = app.store()?;
    let heads = store.heads().await?;
    let chain = look.chain.or_else(|| heads.first().map(|head| head.chain)).unwrap_or(0);
    if chain > LAST_CHAIN {
        return Err(Kind::InvalidParameter.because("there are not so many chains").into());
    }
    let size = heads.iter().find(|head| head.chain == chain).map_or(0, |head| head.size);
    let from = look.from.unwrap_or_else(|| size.saturating_sub(LIMIT)).min(size);
    let entries = store.entries_of(chain, from, LIMIT as usize).await?;
    draw(&Entries {
        shell: visitor.shell,
        chain,
        chains: heads.iter().map(|head| head.chain).collect(),
        size,
        from,
        rows: entries.into_iter().rev().map(Row::from).collect(),
        earlier: (from > 0).then(|| from.saturating_sub(LIMIT)),
        later: (from + LIMIT < size).then_some(from + LIMIT),
    })
}

#[derive(Template)]
#[template(path = "console/ledger_entry.html")]
struct One {
    shell: Shell,
    row: Row,
    /// The body with line breaks, for people.
    lines: String,
}

pub(in crate::console::pages) async fn one(
    State(app): State<App>,
    visitor: Visitor<scope::LedgerRead>,
    Asked(Path(id)): Asked<Path<String>>,
) -> Page {
    let Position { chain, sequence } = position(&id)?;
    let row = Row::from(app.store()?.entry(Position { chain, sequence }).await?);
    let body: Option<serde_json::Value> = serde_json::from_str(&row.body).ok();
    let lines = body.and_then(|body| serde_json::to_string_pretty(&body).ok()).unwrap_or_else(|| row.body.clone());
    draw(&One { shell: visitor.shell, row, lines })
}
