//! The pages that the types of problems point at.

use axum::response::{Html, IntoResponse, Response};
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::conventions::extract::{Json, Path};
use crate::conventions::negotiation;
use crate::problem::{Kind, Problem};
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// A kind of problem.
#[derive(Serialize, ToSchema)]
struct ProblemKind {
    /// Names the kind, as `type` in a problem does.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    kind: &'static str,
    /// The HTTP status it comes with.
    #[schema(example = 404)]
    status: u16,
    /// The kind in a few words.
    title: &'static str,
    /// When it happens and what to do about it.
    meaning: &'static str,
}

impl From<Kind> for ProblemKind {
    fn from(kind: Kind) -> Self {
        Self { kind: kind.uri(), status: kind.status().as_u16(), title: kind.title(), meaning: kind.meaning() }
    }
}

/// Every kind of problem
#[utoipa::path(get, path = "/problems", tag = "Service",
    responses((status = 200, description = "Every kind, by status", body = Vec<ProblemKind>)))]
async fn list() -> Json<Vec<ProblemKind>> {
    Json(Kind::ALL.iter().copied().map(ProblemKind::from).collect())
}

/// One kind of problem
#[utoipa::path(get, path = "/problems/{slug}", tag = "Service", params(("slug" = String, Path, description = "The last part of the type", example = "not-found")),
    responses((status = 200, description = "What it means and what to do", content((ProblemKind = "application/json"), (String = "text/html")))))]
async fn show(Path(slug): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let kind = Kind::of_slug(&slug).ok_or_else(|| Kind::NotFound.because("no problem has this type; see /problems"))?;
    let media_type = negotiation::choose(&headers, &["application/json", "text/html"])?;
    Ok(if media_type == "text/html" {
        Html(page(kind)).into_response()
    } else {
        Json(ProblemKind::from(kind)).into_response()
    })
}

fn page(kind: Kind) -> String {
    let (title, status) = (kind.title(), kind.status());
    // The texts are this crate's own: nothing to escape but the angle brackets of placeholders.
    let meaning = kind.meaning().replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n<h1>{title}</h1>\n\
         <p>{status}</p>\n<p>{meaning}</p>\n<p><a href=\"../docs\">All operations</a></p>\n</html>\n"
    )
}
