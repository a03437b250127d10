//! Batches: files of applications, sent, followed, and taken home.

mod one;

use askama::Template;
use axum::extract::State;
use store::{Batch, BatchState};
use uuid::Uuid;

pub(super) use self::one::page as one;
use crate::access::scope;
use crate::console::figures::{count, moment};
use crate::console::people::People;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Query;
use crate::conventions::page::PageQuery;
use crate::resources::api_keys::{after, next};
use crate::state::App;

/// The list whose cursors these are.
const LIST: &str = "batches";

/// A batch as it is shown.
struct Row {
    id: Uuid,
    /// What people may call it: the beginning of its id.
    short: String,
    state: &'static str,
    class: &'static str,
    is_final: bool,
    format: String,
    by: String,
    created: (String, String),
    finished: Option<(String, String)>,
    applications: String,
    scored: String,
    failed: String,
    has_failed: bool,
    /// Applications that are done, and all.
    done: (u64, u64),
    problem: Option<String>,
}

impl Row {
    async fn of(batch: Batch, people: &mut People<'_>) -> Self {
        let class = match batch.state {
            BatchState::Completed => "good",
            BatchState::Failed => "bad",
            BatchState::Cancelled => "amber",
            BatchState::Receiving | BatchState::Running => "",
        };
        Self {
            id: batch.id,
            short: batch.id.to_string().chars().take(8).collect(),
            state: batch.state.name(),
            class,
            is_final: batch.state.is_final(),
            by: people.name(&batch.by).await,
            format: batch.format,
            created: (batch.created.to_string(), moment(batch.created)),
            finished: batch.finished.map(|finished| (finished.to_string(), moment(finished))),
            applications: count(batch.applications),
            scored: count(batch.scored),
            failed: count(batch.failed),
            has_failed: batch.failed > 0,
            done: (batch.scored + batch.failed, batch.applications.max(1)),
            problem: batch.problem,
        }
    }
}

#[derive(Template)]
#[template(path = "console/batches.html")]
struct Batches {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    /// Fields that a file should have as columns.
    fields: Vec<String>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::BatchesRead>,
    Asked(Query(query)): Asked<Query<PageQuery>>,
) -> Page {
    let (store, limit) = (app.store()?, query.limit()?);
    let before = after(&app, LIST, query.cursor.as_deref())?;
    let mut batches = store.batches(before, u32::try_from(limit + 1).unwrap_or(u32::MAX)).await?;
    let next = next(&app, LIST, &mut batches, limit, |batch| batch.id);
    let mut people = People::new(store);
    let mut rows = Vec::with_capacity(batches.len());
    for batch in batches {
        rows.push(Row::of(batch, &mut people).await);
    }
    let champion = app.engines().deployed().champion.clone();
    let fields = champion.map(|engine| engine.scorecard().fields.iter().map(|field| field.name.clone()).collect());
    draw(&Batches {
        shell: visitor.shell,
        rows,
        next,
        is_first: query.cursor.is_none(),
        fields: fields.unwrap_or_default(),
    })
}
