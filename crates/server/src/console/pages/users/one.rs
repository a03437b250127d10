//! A user: changed, disabled, given a password, removed.

use askama::Template;
use axum::extract::State;
use uuid::Uuid;

use super::{Choice, Row, roles};
use crate::access::scope;
use crate::console::history::{Event, history};
use crate::console::people::People;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Path;
use crate::state::App;

#[derive(Template)]
#[template(path = "console/user.html")]
struct One {
    shell: Shell,
    row: Row,
    by: String,
    roles: Vec<Choice>,
    /// Whether the visitor looks at themselves.
    is_self: bool,
    history: Vec<Event>,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::UsersRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let store = app.store()?;
    let user = store.user(id).await?;
    let mut people = People::new(store);
    draw(&One {
        by: people.name(&user.created_by).await,
        roles: roles(user.role),
        is_self: visitor.user_id() == Some(id),
        history: history(store, id, &mut people).await?,
        row: Row::from(user),
        shell: visitor.shell,
    })
}
