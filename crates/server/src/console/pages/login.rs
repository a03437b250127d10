//! The way in.

use askama::Template;
use axum::extract::Extension;
use serde::Deserialize;

use crate::access::Client;
use crate::access::cookie::Way;
use crate::console::{Asked, HOME, Page, draw};
use crate::conventions::extract::Query;

#[derive(Template)]
#[template(path = "console/login.html")]
struct Login {
    next: String,
    is_open: bool,
}

/// Where to go on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Next {
    next: Option<String>,
}

pub(super) async fn page(Extension(client): Extension<Client>, Asked(Query(query)): Asked<Query<Next>>) -> Page {
    // Only into the console: an address of somebody else's would make the login a lure.
    let is_ours = |next: &String| next.strip_prefix(HOME).is_some_and(|rest| rest.starts_with(['/', '?']));
    let next = query.next.filter(is_ours).unwrap_or_else(|| HOME.to_owned());
    draw(&Login { next, is_open: client.way == Way::Open })
}
