//! Users: people who log in.

mod account;
mod one;

use askama::Template;
use axum::extract::State;
use store::{Role, User};
use uuid::Uuid;

pub(super) use self::account::page as account;
pub(super) use self::one::page as one;
use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::Query;
use crate::conventions::page::PageQuery;
use crate::resources::api_keys::{after, next};
use crate::resources::users::LIST;
use crate::state::App;

/// What each role is for, for those who choose one.
const ROLES: [(Role, &str); 4] = [
    (Role::Viewer, "reads decisions, models, monitoring and the ledger"),
    (Role::Analyst, "also scores, and uploads models, policies and items"),
    (Role::Approver, "puts models and policies in force, reviews decisions"),
    (Role::Administrator, "keeps keys, users and webhooks; erases applicants"),
];

/// A role to choose.
struct Choice {
    name: &'static str,
    meaning: &'static str,
    is_chosen: bool,
}

fn roles(chosen: Role) -> Vec<Choice> {
    ROLES.map(|(role, meaning)| Choice { name: role.name(), meaning, is_chosen: role == chosen }).into()
}

/// A user as they are shown.
struct Row {
    id: Uuid,
    login: String,
    name: String,
    role: &'static str,
    created: (String, String),
    last_login: Option<(String, String)>,
    is_disabled: bool,
    tag: String,
}

impl From<User> for Row {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            login: user.login,
            name: user.name,
            role: user.role.name(),
            created: (user.created.to_string(), moment(user.created)),
            last_login: user.last_login.map(|last| (last.to_string(), moment(last))),
            is_disabled: user.disabled.is_some(),
            tag: EntityTag::of_version(user.version).to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "console/users.html")]
struct Users {
    shell: Shell,
    rows: Vec<Row>,
    next: Option<String>,
    is_first: bool,
    roles: Vec<Choice>,
}

pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::UsersRead>,
    Asked(Query(query)): Asked<Query<PageQuery>>,
) -> Page {
    let limit = query.limit()?;
    let from = after(&app, LIST, query.cursor.as_deref())?;
    let mut users = app.store()?.users(from, limit + 1).await?;
    let next = next(&app, LIST, &mut users, limit, |user| user.id);
    draw(&Users {
        shell: visitor.shell,
        rows: users.into_iter().map(Row::from).collect(),
        next,
        is_first: query.cursor.is_none(),
        roles: roles(Role::Viewer),
    })
}
