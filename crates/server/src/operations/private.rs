//! The private listener's routes. The public router does not know them.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;

use super::{diagnostics, metrics};
use crate::api::Public;
use crate::problem::Kind;
use crate::state::App;

/// Connections at once: some scrapers and a person.
pub(crate) const MOST_CONNECTIONS: usize = 32;

/// `/metrics` and `/debug/…`.
pub(crate) fn router(app: &App) -> Public {
    let router = Router::new()
        .route("/metrics", get(encode))
        .nest("/debug", diagnostics::routes())
        .fallback(|| async { Kind::NotFound.because("here are /metrics, /debug/runtime and /debug/profile") })
        .method_not_allowed_fallback(|| async { Kind::MethodNotAllowed.because("Allow lists the methods there are") });
    crate::api::plain(router.with_state(app.clone()))
}

async fn encode(State(app): State<App>) -> Response {
    match app.metrics().encode() {
        Ok(text) => ([(CONTENT_TYPE, metrics::MEDIA_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            Kind::Internal.because("the metrics cannot be written").into_response()
        }
    }
}
