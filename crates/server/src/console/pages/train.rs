//! Train: a table becomes a scorecard; how far each training is.

use askama::Template;
use axum::extract::State;
use serde_json::Value as Json;
use store::{Moment, Training, TrainingState};
use uuid::Uuid;

use super::documents::ListQuery;
use crate::access::scope;
use crate::console::{Asked, Names, Page, Shell, Visitor, draw};
use crate::conventions::extract::{Path, Query};
use crate::problem::Kind;
use crate::state::App;

/// The list whose cursors these are.
const LIST: &str = "console trainings";
/// Rows of a page.
const ROWS: usize = 25;

#[derive(Template)]
#[template(path = "console/train.html")]
struct Train {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A training in the list, and the head of its page.
struct Row {
    id: Uuid,
    name: String,
    state: &'static str,
    flag: &'static str,
    is_over: bool,
    stage: String,
    progress: f64,
    by: String,
    created: Moment,
    finished: Option<Moment>,
    model: Option<Uuid>,
    problem: Option<String>,
}

impl Row {
    fn of(training: Training, people: &Names) -> Self {
        let flag = match training.state {
            TrainingState::Completed => "good",
            TrainingState::Failed => "bad",
            TrainingState::Waiting | TrainingState::Running => "amber",
            TrainingState::Cancelled => "",
        };
        Self {
            id: training.id,
            name: training.name,
            state: training.state.name(),
            flag,
            is_over: training.state.is_final(),
            stage: training.stage,
            progress: training.progress,
            by: people.name(&training.by),
            created: training.created,
            finished: training.finished,
            model: training.model,
            problem: training.problem,
        }
    }

    /// How much is done, in whole per cent.
    fn percent(&self) -> u32 {
        (self.progress.clamp(0.0, 1.0) * 100.0) as u32
    }
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::ModelsRead>,
    Asked(Query(query)): Asked<Query<ListQuery>>,
) -> Page {
    let store = app.store()?;
    let before = query.cursor.as_deref().map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
    let before = before.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let before = before.map_err(|_| Kind::InvalidCursor.because("the address is of another list"))?;
    let mut all = store.trainings(before, u32::try_from(ROWS + 1).unwrap_or(u32::MAX)).await?;
    let more = all.len() > ROWS;
    all.truncate(ROWS);
    let next = all.last().filter(|_| more).map(|last| app.cursors().make(LIST, last.id.as_bytes()));
    let who: Vec<&str> = all.iter().map(|one| one.by.as_str()).collect();
    let people = Names::of(store, &who).await?;
    let rows = all.into_iter().map(|one| Row::of(one, &people)).collect();
    draw(&Train { shell: visitor.shell, rows, next })
}

#[derive(Template)]
#[template(path = "console/training.html")]
struct One {
    shell: Shell,
    row: Row,
    has_report: bool,
    settings: Vec<(&'static str, String)>,
}

pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor<scope::ModelsRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let training = store.training(id).await?;
    let people = Names::of(store, &[training.by.as_str()]).await?;
    let has_report = match training.model {
        Some(model) => store.model_report(model).await?.is_some(),
        None => false,
    };
    let settings = settings(&training.settings);
    draw(&One { shell: visitor.shell, row: Row::of(training, &people), has_report, settings })
}

/// What settings are called on the page, in its order.
const SETTINGS: [(&str, &str); 12] = [
    ("target", "Column with the outcome"),
    ("bad", "Values that are bad"),
    ("exclude", "Columns left out"),
    ("protected", "Protected columns"),
    ("weight", "Weight of the rows"),
    ("numeric", "Read as numbers"),
    ("categorical", "Read as categories"),
    ("dictionary", "Dictionary"),
    ("holdout", "Share held out"),
    ("folds", "Folds"),
    ("bootstrap", "Draws of intervals"),
    ("seed", "Seed"),
];

/// What was asked for, a line a setting.
fn settings(asked: &Json) -> Vec<(&'static str, String)> {
    let text = |one: &Json| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    let words = |value: &Json| match value {
        Json::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(", "),
        Json::Object(_) => "given".to_owned(),
        other => text(other),
    };
    SETTINGS.into_iter().filter_map(|(name, said)| asked.get(name).map(|value| (said, words(value)))).collect()
}
