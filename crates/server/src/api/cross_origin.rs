//! CORS: off unless origins are listed.

use std::time::Duration;

use axum::Router;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER};
use http::{HeaderName, Method};
use tower_http::cors::CorsLayer;

use crate::config::Cors;
use crate::conventions::request_id::X_REQUEST_ID;

/// Lets pages of the listed origins call. Credentials are not allowed: cookies are the console's own, and it is same-origin.
pub(super) fn allow(router: Router, cors: &Cors) -> Router {
    if cors.origins.is_empty() {
        return router;
    }
    let own = |name| HeaderName::from_static(name);
    router.layer(
        CorsLayer::new()
            .allow_origin(cors.origins.clone())
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([
                ACCEPT,
                AUTHORIZATION,
                CONTENT_TYPE,
                IF_MATCH,
                IF_NONE_MATCH,
                X_REQUEST_ID,
                own("idempotency-key"),
                own("traceparent"),
                own("x-api-key"),
            ])
            .expose_headers([
                ETAG,
                LINK,
                LOCATION,
                RETRY_AFTER,
                X_REQUEST_ID,
                own("ratelimit"),
                own("ratelimit-policy"),
                own("traceparent"),
            ])
            .max_age(Duration::from_secs(600)),
    )
}
