//! An applicant: what is kept of a person, taken along, erased.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use store::{ExportPage, Moment};
use uuid::Uuid;

use super::Row;
use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Path;
use crate::state::App;

/// A decision on the person.
struct Decision {
    id: String,
    time: (String, String),
    decision: String,
    score: String,
}

/// Something else that was recorded about the person.
struct Other {
    kind: String,
    time: (String, String),
}

/// What of an entry is listed.
#[derive(Deserialize)]
struct Listed {
    id: String,
    time: String,
    kind: String,
    decision: Option<String>,
    score: Option<serde_json::Value>,
}

#[derive(Template)]
#[template(path = "console/applicant.html")]
struct One {
    shell: Shell,
    row: Row,
    /// What has to be typed to erase the person.
    name: String,
    decisions: Vec<Decision>,
    others: Vec<Other>,
    /// Whether there is more than is shown.
    has_more: bool,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::ApplicantsRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let row = Row::from(store.applicant(id).await?);
    let (scores, more_scores) = listed(store.export_scores(id, None).await?);
    let (others, more_others) = listed(store.export_others(id, None).await?);
    let decision = |one: Listed| Decision {
        id: one.id,
        time: written(one.time),
        decision: one.decision.unwrap_or_else(|| "none".to_owned()),
        score: one
            .score
            .map_or_else(String::new, |score| score.as_str().map_or_else(|| score.to_string(), str::to_owned)),
    };
    draw(&One {
        shell: visitor.shell,
        name: row.reference.clone().unwrap_or_else(|| id.to_string().chars().take(8).collect()),
        row,
        decisions: scores.into_iter().map(decision).collect(),
        others: others.into_iter().map(|one| Other { kind: one.kind, time: written(one.time) }).collect(),
        has_more: more_scores || more_others,
    })
}

fn listed(page: ExportPage) -> (Vec<Listed>, bool) {
    let read = |entry| serde_json::from_value(serde_json::Value::Object(entry)).ok();
    (page.entries.into_iter().filter_map(read).collect(), page.next.is_some())
}

fn written(time: String) -> (String, String) {
    let words = Moment::parse(&time).map_or_else(|_| time.clone(), moment);
    (time, words)
}
