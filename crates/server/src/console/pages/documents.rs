//! What the lists of models and of policies have in common.

use serde::Deserialize;
use store::registry::{DocumentKind, Registered, Status};
use store::{Moment, Store};
use uuid::Uuid;

use crate::console::{Names, figures};
use crate::problem::{Kind, Problem};
use crate::state::App;

/// Rows of a page.
const ROWS: usize = 50;
/// Documents that are offered where one is to be chosen.
const OFFERED: usize = 200;

/// Where a list goes on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    pub(super) cursor: Option<String>,
}

/// A document in a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hash: String,
    pub(super) status: Standing,
    pub(super) source: &'static str,
    pub(super) created: Moment,
    pub(super) retired: Option<Moment>,
    pub(super) by: String,
}

/// Where a document stands: its word and the colour of its flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) word: &'static str,
    pub(super) flag: &'static str,
}

impl From<Status> for Standing {
    fn from(status: Status) -> Self {
        let (word, flag) = match status {
            Status::Draft => ("draft", ""),
            Status::Champion => ("in force", "good"),
            Status::Challenger => ("challenger", "amber"),
            Status::Retired => ("retired", "bad"),
        };
        Self { word, flag }
    }
}

impl Row {
    pub(super) fn of(registered: Registered, people: &Names) -> Self {
        Self {
            id: registered.id,
            hash: registered.hash.to_string(),
            status: registered.status.into(),
            source: if registered.source == store::registry::Source::Pmml { "PMML" } else { "JSON" },
            created: registered.created,
            retired: registered.retired,
            by: people.name(&registered.by),
            name: registered.name,
            label: registered.label,
        }
    }

    /// Name and version, as people call it.
    pub(super) fn title(&self) -> String {
        title(&self.name, &self.label)
    }

    /// When it was registered, before a script makes it the visitor's time.
    pub(super) fn when(&self) -> String {
        figures::moment(self.created)
    }

    /// The first digits of its hash.
    pub(super) fn short_hash(&self) -> &str {
        self.hash.get(..12).unwrap_or(&self.hash)
    }
}

/// Name and version, as people call it.
pub(super) fn title(name: &str, label: &str) -> String {
    format!("{name} {label}")
}

/// A page of a list, and the cursor of the next.
pub(super) async fn rows(
    app: &App,
    kind: DocumentKind,
    list: &str,
    cursor: Option<&str>,
) -> Result<(Vec<Row>, Option<String>), Problem> {
    let store = app.store()?;
    let below = cursor.map(|cursor| app.cursors().read(list, cursor)).transpose()?;
    let below = below.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let below =
        below.map_err(|_| Kind::InvalidCursor.because("the address is of another list; begin at its first page"))?;
    let mut all = store.registered_list(kind, below, ROWS + 1).await?;
    let more = all.len() > ROWS;
    all.truncate(ROWS);
    let next = all.last().filter(|_| more).map(|last| app.cursors().make(list, last.id.as_bytes()));
    let who: Vec<&str> = all.iter().map(|one| one.by.as_str()).collect();
    let people = Names::of(store, &who).await?;
    Ok((all.into_iter().map(|one| Row::of(one, &people)).collect(), next))
}

/// A document that may be chosen.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) is_chosen: bool,
}

/// The documents of a kind that may be put in force, the newest first.
pub(super) async fn choices(store: &Store, kind: DocumentKind, chosen: Option<Uuid>) -> Result<Vec<Choice>, Problem> {
    let all = store.registered_list(kind, None, OFFERED).await?.into_iter();
    let usable = all.filter(|one| one.status != Status::Retired);
    Ok(usable
        .map(|one| Choice { id: one.id, title: title(&one.name, &one.label), is_chosen: chosen == Some(one.id) })
        .collect())
}
