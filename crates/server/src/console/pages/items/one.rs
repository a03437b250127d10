//! An item: what it is, who is eligible, what became of it.

use askama::Template;
use axum::extract::State;
use uuid::Uuid;

use super::Row;
use crate::access::scope;
use crate::console::history::{Event, history};
use crate::console::people::People;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::Path;
use crate::state::App;

#[derive(Template)]
#[template(path = "console/item.html")]
struct One {
    shell: Shell,
    row: Row,
    history: Vec<Event>,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::AccountOwn>,
    Asked(Path(id)): Asked<Path<Uuid>>,
) -> Page {
    let item = app.items()?.item(id).await?;
    let store = app.store()?;
    let history = history(store, id, &mut People::new(store)).await?;
    draw(&One { shell: visitor.shell, row: Row::of(item, &app), history })
}
