//! The front door.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::console::HOME;
use crate::conventions::context::Context;
use crate::conventions::extract::Json;
use crate::conventions::negotiation;
use crate::problem::Problem;
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(welcome))
}

/// What this is and where to go on.
#[derive(Serialize, ToSchema)]
struct Welcome {
    /// `Plimsoll`.
    name: &'static str,
    /// The version that runs.
    version: &'static str,
    /// Where to go on.
    links: Links,
}

/// Where to go on.
#[derive(Serialize, ToSchema)]
struct Links {
    /// The documentation, to read and to try.
    docs: String,
    /// The API's document.
    openapi: String,
    /// Whether the service is alive.
    health: String,
    /// Whether it can take work.
    ready: String,
    /// The API, version 1.
    v1: String,
}

/// What this is and where to go on
#[utoipa::path(get, path = "/", tag = "Service",
    responses((status = 200, description = "Links", content((Welcome = "application/json"), (String = "text/html"))),
        (status = 303, description = "The console, for browsers, where this process serves it")))]
async fn welcome(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let media_type = negotiation::choose(&headers, &["application/json", "text/html"])?;
    if media_type == "text/html" {
        let has_console = app.config().listeners.role.has_console();
        return Ok(if has_console { Redirect::to(HOME).into_response() } else { Html(PAGE).into_response() });
    }
    let base = Context::current().map_or("", |context| context.base());
    let link = |path: &str| format!("{base}{path}");
    let links = Links {
        docs: link("/docs"),
        openapi: link("/openapi.json"),
        health: link("/health"),
        ready: link("/ready"),
        v1: link("/v1"),
    };
    Ok(Json(Welcome { name: "Plimsoll", version: env!("CARGO_PKG_VERSION"), links }).into_response())
}

const PAGE: &str = concat!(
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Plimsoll</title>\n<h1>Plimsoll ",
    env!("CARGO_PKG_VERSION"),
    "</h1>\n<p>Credit scores, decisions and their reasons.</p>\n",
    "<ul><li><a href=\"docs\">The API, to read and to try</a><li><a href=\"openapi.json\">Its document</a>",
    "<li><a href=\"ready\">Whether it is ready</a></ul>\n</html>\n"
);
