//! An application to be scored, and what it would be scored if something were otherwise.

mod example;
mod input;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use scorecard::policy::Decision;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use self::input::Input;
pub(super) use self::input::words;
use crate::access::{Scope, scope};
use crate::console::{Asked, Page, Shell, Visitor, Waterfall, draw, figures};
use crate::conventions::extract::{self, Query};
use crate::problem::{Kind, Problem};
use crate::scoring::{Engine, ScoreEntry, WhatIfAnswer, WhatIfRequest};
use crate::state::App;

#[derive(Template)]
#[template(path = "console/score.html")]
struct Score {
    shell: Shell,
    /// `None` where no model is in force.
    form: Option<Form>,
}

struct Form {
    model: String,
    policy: Option<String>,
    inputs: Vec<Input>,
    has_example: bool,
    applicant: String,
}

/// What the form begins with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Like {
    /// A score whose application is filled in.
    like: Option<Uuid>,
}

pub(super) async fn page(
    visitor: Visitor<scope::ScoresWrite>,
    State(app): State<App>,
    Asked(Query(query)): Asked<Query<Like>>,
) -> Page {
    let Ok(engine) = app.engines().champion() else {
        return draw(&Score { shell: visitor.shell, form: None });
    };
    let (applicant, filled) = match query.like {
        None => (String::new(), Map::new()),
        Some(id) if visitor.may(Scope::ApplicantsRead) => application(&app, id).await?,
        Some(_) => {
            return Err(Kind::Forbidden.because("what an applicant stated needs the right applicants:read").into());
        }
    };
    let form = form(&engine, applicant, &filled);
    draw(&Score { shell: visitor.shell, form: Some(form) })
}

/// Whose a score is, and the application that it was drawn from.
async fn application(app: &App, id: Uuid) -> Result<(String, Map<String, Json>), Problem> {
    let stored = app.store()?.score(id).await?;
    let entry = ScoreEntry::read(&stored)?;
    let detail = entry.detail.ok_or(store::Error::Erased)?;
    let fields = serde_json::from_str(detail.application.get())
        .map_err(|_| Kind::Internal.because("what was scored cannot be read; run `plimsoll ledger verify`"))?;
    Ok((detail.reference.unwrap_or_default().into_owned(), fields))
}

fn form(engine: &Engine, applicant: String, filled: &Map<String, Json>) -> Form {
    let card = engine.scorecard();
    let example = example::of(engine);
    let none = Map::new();
    let inputs = card.fields.iter().enumerate().map(|(place, field)| {
        Input::of(card, field, place, filled.get(&field.name), example.as_ref().unwrap_or(&none).get(&field.name))
    });
    Form {
        model: card.name.clone(),
        policy: engine.policy.as_ref().map(|policy| policy.policy().name.clone()),
        inputs: inputs.collect(),
        has_example: example.is_some(),
        applicant,
    }
}

/// What an application would be scored, as part of the page.
#[derive(Template)]
#[template(path = "console/what_if.html")]
struct Outcome<'e> {
    answer: &'e WhatIfAnswer<'e>,
    score: String,
    waterfall: Waterfall,
    ways: Vec<WayView>,
    is_approved: bool,
}

/// Changes that would approve.
struct WayView {
    /// What to put into the form, as JSON.
    values: String,
    words: Vec<ChangeView>,
    score: String,
}

struct ChangeView {
    label: String,
    from: String,
    to: String,
}

/// The part of the page that moves with each field: asked by the page's own module, recorded nowhere.
pub(super) async fn what_if(
    _visitor: Visitor<scope::ScoresWrite>,
    State(app): State<App>,
    extract::Json(request): extract::Json<WhatIfRequest>,
) -> Result<Response, Problem> {
    let asked = app.what_if(request).await?;
    let assessment = asked.assessment(&app)?;
    let answer = asked.answer(&assessment);
    let is_plain_sum = asked.engine.scorecard().output.is_none();
    let part = Outcome {
        score: figures::exact(answer.score.get()),
        waterfall: Waterfall::of(answer.initial, &answer.contributions, is_plain_sum),
        ways: ways(&answer),
        is_approved: answer.decision == Some(Decision::Approve),
        answer: &answer,
    };
    Ok(draw(&part).into_response())
}

fn ways(answer: &WhatIfAnswer<'_>) -> Vec<WayView> {
    let ways = answer.changes.iter().flat_map(|changes| &changes.ways);
    let view = ways.map(|way| {
        let values: Map<String, Json> = way
            .fields
            .iter()
            .map(|change| (change.field.to_owned(), serde_json::to_value(change.to).unwrap_or_default()))
            .collect();
        let words = way.fields.iter().map(|change| ChangeView {
            label: change.label.to_owned(),
            from: words(change.from),
            to: words(&serde_json::to_value(change.to).unwrap_or_default()),
        });
        WayView {
            words: words.collect(),
            values: Json::Object(values).to_string(),
            score: figures::exact(&way.score.to_string()),
        }
    });
    view.collect()
}
