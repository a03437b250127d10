//! Policies: every version, and one of them with its rules, its cut-offs and a backtest.

use askama::Template;
use axum::extract::State;
use scorecard::policy::{self, BandEnd, Effect, OnUnknown, Policy as Document, Rule};
use store::registry::DocumentKind;
use training::report::drawing::short;
use uuid::Uuid;

use super::documents::{Choice, ListQuery, Row, choices, rows};
use crate::access::scope;
use crate::console::{Asked, Names, Page, Shell, Visitor, draw};
use crate::conventions::extract::{Path, Query};
use crate::problem::Kind;
use crate::state::App;

/// The list whose cursors these are.
const LIST: &str = "console policies";

#[derive(Template)]
#[template(path = "console/policies.html")]
struct Policies {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    models: Vec<Choice>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::PoliciesRead>,
    Asked(Query(query)): Asked<Query<ListQuery>>,
) -> Page {
    let (rows, next) = rows(&app, DocumentKind::Policy, LIST, query.cursor.as_deref()).await?;
    let store = app.store()?;
    let champion = store.deployment().await?.champion.map(|champion| champion.model.id);
    let models = choices(store, DocumentKind::Model, champion).await?;
    draw(&Policies { shell: visitor.shell, rows, next, models })
}

#[derive(Template)]
#[template(path = "console/policy.html")]
struct Policy {
    shell: Shell,
    row: Row,
    four_eyes: bool,
    description: String,
    bands: Vec<Band>,
    cut: &'static str,
    rules: Vec<RuleRow>,
    models: Vec<Choice>,
    champion: Option<Champion>,
}

/// A band of scores, in words.
struct Band {
    name: String,
    scores: String,
    decision: String,
}

/// A rule, in words.
struct RuleRow {
    id: String,
    description: String,
    effect: &'static str,
    flag: &'static str,
    when: String,
    code: String,
    reason: String,
    unknown: &'static str,
    is_enabled: bool,
}

/// The model that answers, and whether this policy decides on its scores already.
struct Champion {
    id: Uuid,
    title: String,
    has_this: bool,
}

pub(super) async fn one(
    State(app): State<App>,
    visitor: Visitor<scope::PoliciesRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let registered = store.registered(DocumentKind::Policy, id).await?;
    let text = store.document(DocumentKind::Policy, registered.hash).await?;
    let document = policy::from_json(text.as_bytes()).map_err(|error| {
        tracing::error!(%error, policy = %id, "a registered policy cannot be read");
        Kind::Internal.because("this policy cannot be read; the log says why")
    })?;
    let people = Names::of(store, &[registered.by.as_str()]).await?;
    let present = store.deployment().await?.champion;
    let models = choices(store, DocumentKind::Model, present.map(|champion| champion.model.id)).await?;
    let champion = present.map(|champion| Champion {
        id: champion.model.id,
        title: models.iter().find(|model| model.is_chosen).map(|model| model.title.clone()).unwrap_or_default(),
        has_this: champion.policy.is_some_and(|policy| policy.id == id),
    });
    draw(&Policy {
        four_eyes: app.config().deployment.four_eyes,
        description: document.description.clone(),
        bands: bands(&document),
        cut: match document.scores.closed {
            BandEnd::Left => "A score that is exactly a cut-off belongs to the band above it.",
            BandEnd::Right => "A score that is exactly a cut-off belongs to the band below it.",
        },
        rules: document.rules.iter().map(|rule| row(rule, document.on_unknown)).collect(),
        models,
        champion,
        row: Row::of(registered, &people),
        shell: visitor.shell,
    })
}

fn bands(document: &Document) -> Vec<Band> {
    let (low, high) = match document.scores.closed {
        BandEnd::Left => ("from", "below"),
        BandEnd::Right => ("above", "up to"),
    };
    let words = |band: &policy::Band| match (band.from, band.to) {
        (Some(from), Some(to)) => format!("{low} {}, {high} {}", short(from, 2), short(to, 2)),
        (Some(from), None) => format!("{low} {}", short(from, 2)),
        (None, Some(to)) => format!("{high} {}", short(to, 2)),
        (None, None) => "all".to_owned(),
    };
    let band = |band: &policy::Band| Band {
        name: band.name.clone(),
        scores: words(band),
        decision: band.decision.to_string(),
    };
    // The best scores first, as people read them.
    document.scores.bands.iter().rev().map(band).collect()
}

fn row(rule: &Rule, unknown: OnUnknown) -> RuleRow {
    let (effect, flag) = match rule.effect {
        Effect::KnockOut => ("decline", "decline"),
        Effect::Refer => ("refer", "refer"),
    };
    RuleRow {
        id: rule.id.clone(),
        description: rule.description.clone(),
        effect,
        flag,
        when: rule.when.clone(),
        code: rule.reason.code.clone(),
        reason: rule.reason.text.clone(),
        unknown: in_words(rule.on_unknown.unwrap_or(unknown)),
        is_enabled: rule.enabled,
    }
}

fn in_words(unknown: OnUnknown) -> &'static str {
    match unknown {
        OnUnknown::Refer => "a person decides",
        OnUnknown::Fire => "as if it were true",
        OnUnknown::Ignore => "as if it were false",
    }
}
