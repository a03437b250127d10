//! Keys: what programs call with.

mod one;

use askama::Template;
use axum::extract::State;
use store::{ApiKey, Moment};
use uuid::Uuid;

pub(super) use self::one::page as one;
use crate::access::{Scope, scope};
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::Query;
use crate::conventions::page::PageQuery;
use crate::resources::api_keys::{LIST, after, next};
use crate::state::App;

/// A key as it is shown.
struct Row {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    state: &'static str,
    class: &'static str,
    created: (String, String),
    last_used: Option<(String, String)>,
    expires: Option<(String, String)>,
    is_usable: bool,
    tag: String,
}

impl From<ApiKey> for Row {
    fn from(key: ApiKey) -> Self {
        let written = |moment_: Moment| (moment_.to_string(), moment(moment_));
        let is_over = key.expires.is_some_and(|expires| expires <= Moment::now());
        let (state, class) = match (key.revoked, is_over) {
            (Some(_), _) => ("revoked", "bad"),
            (None, true) => ("expired", "amber"),
            (None, false) => ("in use", "good"),
        };
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            state,
            class,
            created: written(key.created),
            last_used: key.last_used.map(written),
            expires: key.expires.map(written),
            is_usable: key.revoked.is_none() && !is_over,
            tag: EntityTag::of_version(key.version).to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "console/keys.html")]
struct Keys {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    /// Scopes that a key can have, with what each allows.
    scopes: Vec<(&'static str, &'static str)>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::KeysRead>,
    Asked(Query(query)): Asked<Query<PageQuery>>,
) -> Page {
    let limit = query.limit()?;
    let from = after(&app, LIST, query.cursor.as_deref())?;
    let mut keys = app.store()?.api_keys(from, limit + 1).await?;
    let next = next(&app, LIST, &mut keys, limit, |key| key.id);
    let scopes = Scope::ALL.iter().filter(|scope| scope.is_for_keys());
    draw(&Keys {
        shell: visitor.shell,
        rows: keys.into_iter().map(Row::from).collect(),
        next,
        is_first: query.cursor.is_none(),
        scopes: scopes.map(|scope| (scope.name(), scope.meaning())).collect(),
    })
}
