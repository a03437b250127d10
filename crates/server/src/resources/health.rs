//! Whether the service is alive, and whether it can take work.

use std::collections::BTreeMap;

use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::conventions::extract::Json;
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// That the process is alive.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `alive`.
    #[schema(example = "alive")]
    status: &'static str,
    /// The version that runs.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Whether the service can take work.
#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready`, `not ready` or `draining`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Each check: `ok`, or what is wrong.
    checks: BTreeMap<&'static str, String>,
}

/// Whether the service is alive
///
/// Answers as long as the process does; a load balancer asks `/ready` instead.
#[utoipa::path(get, path = "/health", tag = "Service", responses((status = 200, description = "Alive", body = Health)),
    extensions(("x-vital" = json!(true))))]
async fn health() -> Json<Health> {
    Json(Health { status: "alive", version: env!("CARGO_PKG_VERSION") })
}

/// Whether the service can take work
///
/// Asks everything it needs (store, keyring, model). Says no as soon as the service begins to stop.
#[utoipa::path(get, path = "/ready", tag = "Service", extensions(("x-vital" = json!(true))),
    responses((status = 200, description = "Ready", body = Ready), (status = 503, description = "Not ready: which check fails", body = Ready)))]
async fn ready(State(app): State<App>) -> (StatusCode, Json<Ready>) {
    let outcomes = app.readiness().check().await;
    let status = match (app.drain().has_begun(), outcomes.iter().all(|(_, outcome)| outcome.is_ok())) {
        (true, _) => "draining",
        (false, true) => "ready",
        (false, false) => "not ready",
    };
    let checks = outcomes.into_iter().map(|(name, o)| (name, o.map_or_else(|why| why, |()| "ok".into()))).collect();
    let code = if status == "ready" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(Ready { status, checks }))
}
