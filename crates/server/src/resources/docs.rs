//! The API's document.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use std::sync::LazyLock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::conventions::entity_tag::EntityTag;
use crate::state::App;

/// The document as it is served: the same for every request.
static DOCUMENT: LazyLock<(String, EntityTag)> = LazyLock::new(|| {
    let text = crate::api::document().to_json().unwrap_or_default();
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let hash: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    (text, EntityTag::of_hash(&hash))
});

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi))
}

/// This document
///
/// OpenAPI 3.1, generated from the code.
#[utoipa::path(get, path = "/openapi.json", tag = "Service", responses((status = 200, description = "The document", body = serde_json::Value)))]
async fn openapi(headers: HeaderMap) -> Response {
    let (text, tag) = &*DOCUMENT;
    let head = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    tag.answer(&headers, (head, text.as_str()).into_response())
}
