//! The report on a model: kept by its training, or brought with a model that was trained elsewhere.

use axum::extract::State;
use store::registry::DocumentKind;
use training::report::{REPORT_VERSION, ReportData};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::registered::author;
use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Path};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;
use crate::trainings::report;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, put))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<ReportData>::from_bytes(bytes).map(drop)];

/// Read a model's report
///
/// As data, like the `report.json` of `plimsoll train`. The console draws it.
#[utoipa::path(get, path = "/v1/models/{id}/report", operation_id = "model_report", tag = "Models", security(("api_key" = ["models:read"])),
    params(("id" = Uuid, Path, description = "The model's id")),
    responses((status = 200, description = "The report", body = Object),
        (status = 404, description = "No such model, or no report on it", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Path(id): Path<Uuid>,
) -> Result<Json<ReportData>, Problem> {
    let store = app.store()?;
    store.registered(DocumentKind::Model, id).await?;
    let none = || Kind::NotFound.because("no report is kept of this model; PUT the report.json of its training here");
    report::of(store, id).await?.map(Json).ok_or_else(none)
}

/// Bring a model's report
///
/// The `report.json` that `plimsoll train` wrote beside the scorecard. It takes the place of the one before; the ledger holds the
/// hash of each. A report is taken as data only: the service draws it itself.
#[utoipa::path(put, path = "/v1/models/{id}/report", operation_id = "put_model_report", tag = "Models", security(("api_key" = ["models:write"])),
    params(("id" = Uuid, Path, description = "The model's id")), request_body = Object,
    extensions(("x-max-body-bytes" = json!(33554432))),
    responses((status = 204, description = "Kept"),
        (status = 404, description = "No such model", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No report, or one on another model", body = Document<'static>, content_type = "application/problem+json")))]
async fn put(
    State(app): State<App>,
    caller: Allowed<scope::ModelsWrite>,
    Path(id): Path<Uuid>,
    Json(report): Json<ReportData>,
) -> Result<http::StatusCode, Problem> {
    let store = app.store()?;
    let model = store.registered(DocumentKind::Model, id).await?;
    let refuse = |pointer: &str, detail: String| {
        Kind::InvalidRequest.because(format!("the report cannot be kept with this model: {detail}")).at(pointer, detail)
    };
    if report.report_version != REPORT_VERSION {
        let detail = format!("is {}; this service reads version {REPORT_VERSION}", report.report_version);
        return Err(refuse("/report_version", detail));
    }
    let hash = format!("sha256:{}", model.hash);
    if report.model.content_hash != hash {
        let detail = format!("is of the model {}; this one is {hash}", report.model.content_hash);
        return Err(refuse("/model/content_hash", detail));
    }
    report::keep(store, id, &report, &author(&caller)).await?;
    Ok(http::StatusCode::NO_CONTENT)
}
