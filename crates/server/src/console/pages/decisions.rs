//! Decisions that are on record: found by their day, what was decided, the score, the applicant, the model.

use askama::Template;
use axum::extract::State;
use scorecard::policy::Decision;
use serde::Deserialize;
use store::registry::DocumentKind;
use store::{DECISIONS, Moment, ScoreFilter, StoredScore};
use uuid::Uuid;

use crate::access::scope;
use crate::console::{Asked, Page, Shell, Visitor, draw, figures};
use crate::conventions::extract::Query;
use crate::conventions::page::{PageQuery, address};
use crate::problem::{Kind, Problem};
use crate::resources::scores;
use crate::scoring::{ScoreAnswer, ScoreEntry, hash_bytes};
use crate::state::App;

/// The page's address.
const HERE: &str = "/console/decisions";
/// Models that can be chosen from; older ones are found by their hash through the API.
const MODELS: usize = 50;

#[derive(Template)]
#[template(path = "console/decisions.html")]
struct Decisions {
    shell: Shell,
    asked: Filters,
    models: Vec<Model>,
    rows: Vec<Row>,
    /// The address of the next page.
    next: Option<String>,
    /// Whether this is the first page.
    is_first: bool,
    /// The address of the first page.
    first: String,
    is_filtered: bool,
}

/// What is asked for; a form sends what was left empty as an empty text.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Filters {
    from: String,
    to: String,
    decision: String,
    model: String,
    applicant: String,
    min_score: String,
    max_score: String,
    cursor: String,
}

struct Model {
    hash: String,
    name: String,
}

struct Row {
    id: Uuid,
    time: Moment,
    applicant: Option<String>,
    is_erased: bool,
    score: String,
    decision: Option<Decision>,
    reason: String,
    model: String,
}

pub(super) async fn page(
    visitor: Visitor<scope::ScoresRead>,
    State(app): State<App>,
    Asked(Query(asked)): Asked<Query<Filters>>,
) -> Page {
    let filter = asked.filter()?;
    let cursor = Some(asked.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let (scores, next) = scores::page(&app, &filter, cursor, PageQuery::DEFAULT).await?;
    let mut rows = Vec::with_capacity(scores.len());
    for stored in &scores {
        rows.push(row(&app, stored).await?);
    }
    let registered = app.store()?.registered_list(DocumentKind::Model, None, MODELS).await?;
    let models = registered
        .into_iter()
        .map(|model| Model { hash: model.hash.to_string(), name: format!("{} {}", model.name, model.label) });
    let page = Decisions {
        models: models.collect(),
        rows,
        next: next.map(|cursor| asked.address(Some(cursor))),
        is_first: cursor.is_none(),
        first: asked.address(None),
        is_filtered: asked.set().iter().any(|(_, value)| value.is_some()),
        shell: visitor.shell,
        asked,
    };
    draw(&page)
}

async fn row(app: &App, stored: &StoredScore) -> Result<Row, Problem> {
    let entry = ScoreEntry::read(stored)?;
    let engine = app.engine_of(&entry.outcome).await?;
    let answer = ScoreAnswer::draw(&entry, &engine);
    Ok(Row {
        id: entry.id,
        time: entry.time,
        applicant: answer.applicant.map(str::to_owned),
        is_erased: entry.detail.is_none(),
        score: figures::exact(entry.outcome.score.get()),
        decision: entry.outcome.decision,
        reason: answer.reasons.first().map(|reason| reason.text.to_owned()).unwrap_or_default(),
        model: engine.scorecard().name.clone(),
    })
}

impl Filters {
    /// What is asked for, without the cursor.
    fn set(&self) -> [(&'static str, Option<String>); 7] {
        let given = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        [
            ("from", given(&self.from)),
            ("to", given(&self.to)),
            ("decision", given(&self.decision)),
            ("model", given(&self.model)),
            ("applicant", given(&self.applicant)),
            ("min_score", given(&self.min_score)),
            ("max_score", given(&self.max_score)),
        ]
    }

    fn address(&self, cursor: Option<String>) -> String {
        let filters: Vec<_> = self.set().into_iter().chain([("cursor", cursor)]).collect();
        address(HERE, &filters)
    }

    fn filter(&self) -> Result<ScoreFilter, Problem> {
        let [from, to, decision, model, reference, at_least, at_most] = self.set().map(|(_, value)| value);
        let decision = decision.map(|name| {
            let place = DECISIONS.iter().position(|known| *known == name).and_then(|place| u8::try_from(place).ok());
            place.ok_or_else(|| refuse("decision", "must be approve, refer, decline or none"))
        });
        let is_hash = |hash: &String| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if model.as_ref().is_some_and(|hash| !is_hash(hash)) {
            return Err(refuse("model", "must be the 64 hexadecimal digits of a model's hash"));
        }
        Ok(ScoreFilter {
            from: from.map(|day| begin("from", &day)).transpose()?,
            // The last day belongs to what is asked for.
            to: to.map(|day| begin("to", &day).map(|begin| begin.plus_seconds(86_400))).transpose()?,
            decision: decision.transpose()?,
            model: model.map(|hash| hash_bytes(&hash)),
            reference,
            at_least: at_least.map(|text| number("min_score", &text)).transpose()?,
            at_most: at_most.map(|text| number("max_score", &text)).transpose()?,
        })
    }
}

/// The first moment of a day in UTC.
fn begin(name: &'static str, day: &str) -> Result<Moment, Problem> {
    Moment::parse(&format!("{day}T00:00:00Z")).map_err(|_| refuse(name, "must be a day such as 2026-11-26"))
}

fn number(name: &'static str, text: &str) -> Result<f64, Problem> {
    let number = text.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    number.ok_or_else(|| refuse(name, "must be a number"))
}

fn refuse(name: &'static str, detail: &'static str) -> Problem {
    Kind::InvalidParameter.because(format!("the filter `{name}` {detail}")).parameter(name, detail)
}
