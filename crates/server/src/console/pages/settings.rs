//! Settings: what this instance runs and with which settings, secrets masked.

use askama::Template;
use axum::extract::State;

use crate::access::scope;
use crate::config::Origin;
use crate::console::{Page, Shell, VERSION, Visitor, draw};
use crate::state::App;

/// A setting as it is shown.
struct Row {
    name: &'static str,
    value: String,
    origin: String,
    is_default: bool,
    meaning: &'static str,
    accepted: String,
}

#[derive(Template)]
#[template(path = "console/settings.html")]
struct Settings {
    shell: Shell,
    version: &'static str,
    role: String,
    system: String,
    process: u32,
    database: &'static str,
    rows: Vec<Row>,
    changed: usize,
}

pub(super) async fn page(State(app): State<App>, visitor: Visitor<scope::KeysRead>) -> Page {
    let config = app.config();
    let rows: Vec<Row> = config
        .settings()
        .iter()
        .map(|setting| Row {
            name: setting.name,
            value: setting.value.clone(),
            origin: setting.origin.to_string(),
            is_default: setting.origin == Origin::Default,
            meaning: setting.meaning,
            accepted: setting.accepted.clone(),
        })
        .collect();
    draw(&Settings {
        shell: visitor.shell,
        version: VERSION,
        role: format!("{:?}", config.listeners.role).to_lowercase(),
        system: format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH),
        process: std::process::id(),
        database: match app.store()?.face() {
            store::Face::Sqlite => "SQLite",
            store::Face::Postgres => "PostgreSQL",
        },
        changed: rows.iter().filter(|row| !row.is_default).count(),
        rows,
    })
}
