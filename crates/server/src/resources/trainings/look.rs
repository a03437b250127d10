//! A first look at a table, before it is learnt from.

use axum::body::Body;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Allowed, scope};
use crate::api::File;
use crate::conventions::body;
use crate::conventions::extract::Json;
use crate::problem::{Document, Kind, Problem};
use crate::resources::registered::apart;
use crate::state::App;
use crate::trainings::{Inspection, inspect};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look))
}

/// Inspect a table
///
/// Says how a training would read its columns, with a few of their values, and which could hold the outcome. Nothing is kept.
#[utoipa::path(post, path = "/v1/trainings/inspect", operation_id = "inspect_table", tag = "Models", security(("api_key" = ["models:write"])),
    request_body(content((String = "text/csv"), (File = "application/vnd.apache.parquet"))),
    extensions(("x-max-body-bytes" = json!(268435456)), ("x-timeout-seconds" = json!(300))),
    responses((status = 200, description = "What is in it", body = Inspection),
        (status = 422, description = "No table", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "Another table is being looked at", body = Document<'static>, content_type = "application/problem+json")))]
async fn look(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsWrite>,
    body: Body,
) -> Result<Json<Inspection>, Problem> {
    let turn = app.turns().table()?;
    let bytes = body::read(body).await?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(Kind::UnsupportedMediaType.because("send the table unpacked: CSV as it is, or Parquet"));
    }
    let looking = apart(move || {
        // It lasts as long as the work, whether or not anybody waits for it.
        let _turn = turn;
        inspect(bytes.into())
    });
    looking.await?.map(Json).map_err(|error| {
        let detail = error.to_string();
        Kind::InvalidRequest.because(detail.clone()).at("", detail)
    })
}
