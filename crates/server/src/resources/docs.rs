//! The API's document, and the page that shows it.
//!
//! The page is Swagger UI from the crate that vendors its release: it needs no network, and no inline script or style
//! (so the strict policy of pages holds). Its files go out as they lie in the release's archive, compressed.

mod archive;

use std::sync::LazyLock;

use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::Path;
use crate::conventions::security_headers::PAGE_POLICY;
use crate::problem::{Kind, Problem};
use crate::state::App;

const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The document as it is served: the same for every request.
static DOCUMENT: LazyLock<(String, EntityTag)> = LazyLock::new(|| {
    let text = crate::api::document().to_json().unwrap_or_default();
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let hash: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    (text, EntityTag::of_hash(&hash))
});

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi)).routes(routes!(page)).routes(routes!(file))
}

/// This document
///
/// OpenAPI 3.1, generated from the code.
#[utoipa::path(get, path = "/openapi.json", tag = "Service",
    responses((status = 200, description = "The document", body = Object)))]
async fn openapi(headers: HeaderMap) -> Response {
    let (text, tag) = &*DOCUMENT;
    let head = [(CONTENT_TYPE, HeaderValue::from_static("application/json")), (CACHE_CONTROL, REVALIDATE)];
    tag.answer(&headers, (head, text.as_str()).into_response())
}

/// The documentation, to read and to try
#[utoipa::path(get, path = "/docs", tag = "Service",
    responses((status = 200, description = "A page for a browser", body = String, content_type = "text/html")))]
async fn page() -> Response {
    ([(CONTENT_SECURITY_POLICY, PAGE_POLICY), (CACHE_CONTROL, REVALIDATE)], Html(PAGE)).into_response()
}

/// A file of the documentation's page
#[utoipa::path(get, path = "/docs/{file}", tag = "Service",
    params(("file" = String, Path, description = "The file's name", example = "initializer.js")),
    responses((status = 200, description = "The file", content((String = "text/javascript"), (String = "text/css")))))]
async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let not_found = || Kind::NotFound.because("the page has no such file");
    let media_type = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => return Err(not_found()),
    };
    let mut response = match name.as_str() {
        "initializer.js" => INITIALIZER.into_response(),
        name => archive::file(name).ok_or_else(not_found)?.answer(&headers)?,
    };
    let tag = EntityTag::of_hash(env!("CARGO_PKG_VERSION"));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, REVALIDATE);
    response.headers_mut().insert(ETAG, tag.header());
    Ok(tag.answer(&headers, response))
}

const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>Plimsoll: the API</title>
<link rel=\"stylesheet\" href=\"docs/swagger-ui.css\">
<link rel=\"icon\" href=\"data:,\">
<div id=\"api\"></div>
<script src=\"docs/swagger-ui-bundle.js\"></script>
<script src=\"docs/initializer.js\"></script>
</html>
";

const INITIALIZER: &str = "SwaggerUIBundle({
  url: new URL('openapi.json', location.href).href,
  dom_id: '#api',
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
";
