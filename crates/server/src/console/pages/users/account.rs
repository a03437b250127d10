//! One's own account: what one may do, one's password, one's sessions.

use askama::Template;
use axum::extract::State;

use super::Row;
use crate::access::scope;
use crate::console::{Page, Shell, Visitor, draw};
use crate::problem::Kind;
use crate::state::App;

#[derive(Template)]
#[template(path = "console/account.html")]
struct Account {
    shell: Shell,
    row: Row,
    rights: Vec<(&'static str, &'static str)>,
}

pub(in crate::console::pages) async fn page(State(app): State<App>, visitor: Visitor<scope::AccountOwn>) -> Page {
    let id = visitor.user_id().ok_or_else(|| Kind::Forbidden.because("a key has no account"))?;
    let rights = visitor.scopes().iter().map(|scope| (scope.name(), scope.meaning())).collect();
    draw(&Account { row: Row::from(app.store()?.user(id).await?), rights, shell: visitor.shell })
}
