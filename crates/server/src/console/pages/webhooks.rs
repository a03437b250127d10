//! Webhooks: whom the service tells what happens.

mod one;

use askama::Template;
use axum::extract::State;
use store::webhooks::Endpoint;
use uuid::Uuid;

pub(super) use self::one::page as one;
use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Page, Shell, Visitor, draw};
use crate::conventions::entity_tag::EntityTag;
use crate::state::App;
use crate::webhooks::event::TYPES;

/// A webhook as it is shown.
struct Row {
    id: Uuid,
    url: String,
    description: String,
    events: Vec<String>,
    is_enabled: bool,
    /// Why the service disabled it, or since when every call has failed.
    trouble: Option<String>,
    created: (String, String),
    tag: String,
}

impl From<Endpoint> for Row {
    fn from(endpoint: Endpoint) -> Self {
        let failing = endpoint.failing_since.map(|since| format!("every call has failed since {}", moment(since)));
        Self {
            id: endpoint.id,
            url: endpoint.settings.url,
            description: endpoint.settings.description,
            events: endpoint.settings.events,
            is_enabled: endpoint.settings.enabled,
            trouble: endpoint.disabled_because.or(failing),
            created: (endpoint.created.to_string(), moment(endpoint.created)),
            tag: EntityTag::of_version(endpoint.version).to_string(),
        }
    }
}

/// A type of event to choose.
struct Choice {
    name: &'static str,
    meaning: &'static str,
    is_chosen: bool,
}

fn events(chosen: &[String]) -> Vec<Choice> {
    let choice = |&(name, meaning): &(&'static str, &'static str)| Choice {
        name,
        meaning,
        is_chosen: chosen.iter().any(|one| one == name),
    };
    TYPES.iter().map(choice).collect()
}

#[derive(Template)]
#[template(path = "console/webhooks.html")]
struct Webhooks {
    shell: Shell,
    rows: Vec<Row>,
    events: Vec<Choice>,
}

pub(super) async fn page(State(app): State<App>, visitor: Visitor<scope::WebhooksRead>) -> Page {
    let rows = app.store()?.webhooks().await?.into_iter().map(Row::from).collect();
    draw(&Webhooks { shell: visitor.shell, rows, events: events(&[]) })
}
