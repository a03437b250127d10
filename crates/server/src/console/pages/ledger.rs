//! The ledger: how far it has come, what signs it, and whether it is as it was recorded.

mod entries;

use askama::Template;
use axum::extract::State;
use store::ledger::{Checkpoint, Head};
use store::{Moment, Store};

pub(super) use self::entries::{list as entries, one as entry};
use crate::access::scope;
use crate::console::figures::{count, moment};
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Query;
use crate::conventions::page::PageQuery;
use crate::resources::ledger::{CHECKPOINTS, place};
use crate::state::App;

/// A chain as it is shown.
struct Chain {
    chain: u32,
    size: String,
    entries: u64,
    hash: String,
    root: String,
}

impl From<Head> for Chain {
    fn from(head: Head) -> Self {
        Self {
            chain: head.chain,
            size: count(head.size),
            entries: head.size,
            hash: head.hash.to_string(),
            root: head.root.to_string(),
        }
    }
}

/// A checkpoint as it is shown.
struct Row {
    number: u64,
    time: (String, String),
    chains: u64,
    size: String,
    hash: String,
    key: String,
}

impl From<&Checkpoint> for Row {
    fn from(checkpoint: &Checkpoint) -> Self {
        let statement = &checkpoint.signed.statement;
        let written = Moment::parse(&statement.time).map_or_else(|_| statement.time.clone(), moment);
        Self {
            number: statement.number,
            time: (statement.time.clone(), written),
            chains: statement.chains,
            size: count(statement.size),
            hash: checkpoint.hash().to_string(),
            key: statement.key_id.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "console/ledger.html")]
struct Ledger {
    shell: Shell,
    chains: Vec<Chain>,
    entries: String,
    checkpoints: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    /// The key's id and the key, or why there is none.
    key: Result<(String, String), String>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::LedgerRead>,
    Asked(Query(query)): Asked<Query<PageQuery>>,
) -> Page {
    let (store, limit) = (app.store()?, query.limit()?);
    let heads = store.heads().await?;
    let before = query.cursor.as_deref().map(|cursor| place(&app, CHECKPOINTS, cursor)).transpose()?;
    let mut checkpoints = store.checkpoints(before, u32::try_from(limit + 1).unwrap_or(u32::MAX)).await?;
    let more = checkpoints.len() > limit;
    checkpoints.truncate(limit);
    let next = checkpoints.last().filter(|_| more);
    let next = next.map(|last| app.cursors().make(CHECKPOINTS, &last.signed.statement.number.to_be_bytes()));
    draw(&Ledger {
        shell: visitor.shell,
        entries: count(heads.iter().map(|head| head.size).sum()),
        chains: heads.into_iter().map(Chain::from).collect(),
        checkpoints: checkpoints.iter().map(Row::from).collect(),
        next,
        is_first: query.cursor.is_none(),
        key: key(store),
    })
}

fn key(store: &Store) -> Result<(String, String), String> {
    store.public_key().map(|key| (key.id(), key.to_string())).map_err(|error| error.to_string())
}
