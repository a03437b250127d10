//! Applicants: found by the lender's reference.

mod one;

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use store::Applicant;
use uuid::Uuid;

pub(super) use self::one::page as one;
use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Query;
use crate::problem::Kind;
use crate::resources::applicants::{LIST, cursor, place};
use crate::state::App;

/// Applicants of a page.
const LIMIT: usize = 50;

/// Which applicants.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    reference: Option<String>,
    cursor: Option<String>,
}

/// An applicant as it is shown.
struct Row {
    id: Uuid,
    reference: Option<String>,
    created: (String, String),
}

impl From<Applicant> for Row {
    fn from(applicant: Applicant) -> Self {
        Self {
            id: applicant.id,
            reference: applicant.reference.as_ref().map(|reference| reference.to_string()),
            created: (applicant.created.to_string(), moment(applicant.created)),
        }
    }
}

#[derive(Template)]
#[template(path = "console/applicants.html")]
struct Applicants {
    shell: Shell,
    rows: Vec<Row>,
    asked: String,
    next: Option<String>,
    is_first: bool,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::ApplicantsRead>,
    Asked(Query(look)): Asked<Query<Look>>,
) -> Page {
    let store = app.store()?;
    let asked = look.reference.filter(|reference| !reference.is_empty()).unwrap_or_default();
    let (rows, next) = if asked.is_empty() {
        let after = look.cursor.as_deref().map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
        let after = after.map(|bytes| place(&bytes)).transpose()?;
        let mut found = store.applicants(after, LIMIT + 1).await?;
        let more = found.len() > LIMIT;
        found.truncate(LIMIT);
        let next = found.last().filter(|_| more).map(|last| cursor(&app, last));
        (found, next)
    } else {
        let found = store.applicant_by_reference(&asked).await.map_err(|error| match error {
            store::Error::Invalid(problem) => Kind::InvalidParameter.because(problem),
            error => error.into(),
        })?;
        (found.into_iter().collect(), None)
    };
    draw(&Applicants {
        shell: visitor.shell,
        rows: rows.into_iter().map(Row::from).collect(),
        asked,
        next,
        is_first: look.cursor.is_none(),
    })
}
