//! Monitoring: from day to day what is scored, how it is decided, and how far applicants have shifted.

mod characteristics;
mod course;
mod groups;
mod shadows;

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use store::ledger::Hash;
use store::monitoring::{Day, begin_of};
use store::registry::DocumentKind;
use store::{Moment, Store};
use training::report::drawing::Numbers;

use self::characteristics::Characteristics;
use self::course::Course;
use self::groups::Groups;
use self::shadows::Shadow;
use crate::access::scope;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Query;
use crate::monitoring::{by_model, comparisons, together};
use crate::resources::monitoring::days;
use crate::scoring::hash_bytes;
use crate::state::App;

/// What is looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    from: Option<String>,
    to: Option<String>,
    /// A model's hash.
    model: Option<String>,
    /// The characteristic by whose attributes groups are made.
    by: Option<String>,
}

/// A model to choose.
struct Choice {
    hash: String,
    name: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "console/monitoring.html")]
struct Monitoring {
    shell: Shell,
    from: String,
    to: String,
    today: String,
    models: Vec<Choice>,
    course: Option<Course>,
    characteristics: Option<Characteristics>,
    groups: Option<Groups>,
    shadows: Vec<Shadow>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::MonitoringRead>,
    Asked(Query(look)): Asked<Query<Look>>,
) -> Page {
    let store = app.store()?;
    // A form sends what was left empty as nothing.
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (from, to) = days(given(&look.from).as_deref(), given(&look.to).as_deref())?;
    let models = by_model(&store.monitoring_sums(from, to, None).await?);
    let champion = app.engines().deployed().champion.as_ref().map(|engine| Hash(hash_bytes(&engine.model_hash)));
    let asked = look.model.as_deref().and_then(|text| Hash::from_hex(text.as_bytes()));
    let most = || models.iter().max_by_key(|(_, days)| days.len()).map(|(hash, _)| *hash);
    let chosen = asked.or_else(|| champion.filter(|hash| models.contains_key(hash))).or_else(most);
    let engine = match chosen {
        Some(chosen) => app.engines().load(store, &chosen.to_string(), None).await.ok(),
        None => None,
    };
    let mut numbers = Numbers::default();
    let all: Vec<Day> = (from..=to).collect();
    let of_chosen = chosen.and_then(|chosen| models.get(&chosen));
    let course = of_chosen.map(|sums| Course::of(&mut numbers, engine.as_deref(), &all, sums));
    let characteristics = of_chosen
        .zip(engine.as_deref())
        .and_then(|(sums, engine)| Characteristics::of(&mut numbers, engine, sums, &together(sums)));
    let groups = of_chosen
        .zip(engine.as_deref())
        .and_then(|(sums, engine)| Groups::of(&mut numbers, engine, &all, sums, look.by.as_deref()));
    let mut choices = Vec::with_capacity(models.len());
    for hash in models.keys() {
        let name = name_of(store, *hash).await?;
        choices.push(Choice { hash: hash.to_string(), name, is_chosen: chosen == Some(*hash) });
    }
    let mut shadows = Vec::new();
    for one in comparisons(&store.challenger_sums(from, to).await?) {
        shadows.push(Shadow::of(store, one).await?);
    }
    draw(&Monitoring {
        shell: visitor.shell,
        from: begin_of(from).day(),
        to: begin_of(to).day(),
        today: Moment::now().day(),
        models: choices,
        course,
        characteristics,
        groups,
        shadows,
    })
}

/// What people call a model.
async fn name_of(store: &Store, model: Hash) -> store::Result<String> {
    let known = store.registered_by_hash(DocumentKind::Model, model).await?;
    let short = || model.to_string().chars().take(12).collect();
    Ok(known.map_or_else(short, |known| format!("{} {}", known.name, known.label)))
}
