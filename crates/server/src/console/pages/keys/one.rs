//! A key: what it may do, its secrets, a new one, its end.

use askama::Template;
use axum::extract::State;
use store::SecretState;
use uuid::Uuid;

use super::Row;
use crate::access::{Scope, scope};
use crate::console::figures::moment;
use crate::console::history::{Event, history};
use crate::console::people::People;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Path;
use crate::state::App;

/// The public part of a secret.
struct Secret {
    prefix: String,
    created: (String, String),
    ends: Option<(String, String)>,
}

impl From<SecretState> for Secret {
    fn from(secret: SecretState) -> Self {
        Self {
            prefix: secret.prefix,
            created: (secret.created.to_string(), moment(secret.created)),
            ends: secret.ends.map(|ends| (ends.to_string(), moment(ends))),
        }
    }
}

#[derive(Template)]
#[template(path = "console/key.html")]
struct One {
    shell: Shell,
    row: Row,
    by: String,
    /// What it may do, with what that allows.
    scopes: Vec<(String, &'static str)>,
    secrets: Vec<Secret>,
    history: Vec<Event>,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::KeysRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let key = store.api_key(id).await?;
    let mut people = People::new(store);
    let meaning =
        |name: &String| Scope::of_name(name).map_or("not known to this version: allows nothing", Scope::meaning);
    draw(&One {
        by: people.name(&key.created_by).await,
        scopes: key.scopes.iter().map(|name| (name.clone(), meaning(name))).collect(),
        secrets: key.secrets.iter().cloned().map(Secret::from).collect(),
        history: history(store, id, &mut people).await?,
        row: Row::from(key),
        shell: visitor.shell,
    })
}
