//! The console: what analysts, approvers, administrators and auditors see in a browser.
//!
//! **For:** pages that are drawn here and read without a script; small modules of JavaScript where something is done.
//! **May use:** the store and whatever the resources use, to read. **Must never know:** another way to change anything:
//! what a page does, its modules ask the API for, so that rights, checks and the ledger's entries are in one place.
//!
//! To add a page: write `pages/<name>.rs` with a template `templates/console/<name>.html`, and name it in `pages::routes`
//! and in `navigation`. A handler takes `Visitor` of the scope that the page demands.

mod assets;
mod events;
mod export;
mod extract;
mod figures;
mod history;
mod navigation;
mod page_error;
mod pages;
mod people;
mod plots;
mod room;
mod shell;
mod visitor;
mod waterfall;

use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};

use crate::conventions::security_headers::PAGE_POLICY;

pub(crate) use assets::address as asset;
pub use export::export as export_assets;
pub(crate) use extract::Asked;
pub(crate) use page_error::PageError;
pub(crate) use people::Names;
pub(crate) use room::Rooms;
pub(crate) use shell::Shell;
pub(crate) use visitor::Visitor;
pub(crate) use waterfall::Waterfall;

/// What a page's handler gives.
pub(crate) type Page = Result<Response, PageError>;

/// The version that runs.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The address of the first page.
pub(crate) const HOME: &str = "/console";

/// All pages and assets, for the router of the public listener.
pub(crate) fn rooms() -> Rooms {
    let rooms = pages::routes(Rooms::new()).room("/console/events", get(events::events));
    rooms.room("/assets/{file}", get(assets::serve))
}

/// The way in for a process that serves nothing else.
pub(crate) fn front_door(rooms: Rooms) -> Rooms {
    rooms.room("/", get(async || Redirect::to(HOME)))
}

/// Draws a template as a page.
pub(crate) fn draw(template: &impl askama::Template) -> Page {
    let text = template.render().map_err(|error| {
        tracing::error!(%error, "a page's template failed");
        crate::problem::Kind::Internal.because("the page could not be drawn")
    })?;
    Ok(page_of(text))
}

/// An answer with a page's headers.
fn page_of(html: String) -> Response {
    let headers = [(CONTENT_SECURITY_POLICY, PAGE_POLICY), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, Html(html)).into_response()
}
