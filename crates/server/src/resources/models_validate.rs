//! Validating a model on applicants whose outcome is known.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::{Moment, registry::DocumentKind};
use training::{scoring::read_options, table, validate::ValidateOptions};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::registered::{apart, author, created};
use crate::access::{Allowed, scope};
use crate::api::File;
use crate::conventions::body;
use crate::conventions::extract::{Path, Query};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

/// Cells of a sample, rows times columns: 400 MB of numbers.
const MOST_CELLS: usize = 50_000_000;
/// Draws of the intervals, where nothing is asked for and at most.
const DRAWS: (u32, u32) = (200, 2_000);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(validate))
}

/// A validation that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Validation {
    id: Uuid,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    time: Moment,
    /// Who had it made.
    by: String,
    /// AUC, Gini, KS, calibration, gains, distribution and stability, as `plimsoll validate` reports them.
    figures: Json,
}

impl From<store::registry::Validation> for Validation {
    fn from(validation: store::registry::Validation) -> Self {
        let store::registry::Validation { id, time, by, figures } = validation;
        Self { id, time, by, figures }
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
struct Outcome {
    #[serde(flatten)]
    validation: Validation,
    /// What to look into, the most serious first.
    warnings: Vec<String>,
}

/// What the sample is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SampleQuery {
    /// Column with the outcome.
    target: String,
    /// Values of it that are bad, separated by commas; found where empty and plain.
    bad: Option<String>,
    /// Column with the weight of each row.
    weight: Option<String>,
    /// What the sample is called.
    sample: Option<String>,
    /// Draws of the bootstrap intervals, at most 2000; 0 for none.
    #[param(minimum = 0, maximum = 2000, default = 200)]
    bootstrap: Option<u32>,
}

/// Validate a model
///
/// Scores a sample whose outcome is known and measures the scores against it. The sample itself is not kept, only the
/// figures; they are part of the model's record and their hash of the ledger.
#[utoipa::path(post, path = "/v1/models/{id}/validate", tag = "Models", security(("api_key" = ["models:write"])),
    params(("id" = Uuid, Path, description = "The model's id"), SampleQuery),
    request_body(content((String = "text/csv"), (File = "application/vnd.apache.parquet"))),
    extensions(("x-max-body-bytes" = json!(67108864)), ("x-timeout-seconds" = json!(300))),
    responses((status = 201, description = "Validated", body = Outcome),
        (status = 404, description = "No such model", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No figures can be drawn from the sample", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "Another validation is in work", body = Document<'static>, content_type = "application/problem+json")))]
async fn validate(
    State(app): State<App>,
    caller: Allowed<scope::ModelsWrite>,
    Path(id): Path<Uuid>,
    Query(query): Query<SampleQuery>,
    body: Body,
) -> Result<Response, Problem> {
    let mut options = ValidateOptions::new(query.sample.as_deref().unwrap_or("validation"), query.target.as_str());
    options.bad_values = query.bad.iter().flat_map(|bad| bad.split(',')).map(|bad| bad.trim().to_owned()).collect();
    options.weight = query.weight;
    options.bootstrap = query.bootstrap.unwrap_or(DRAWS.0);
    if options.bootstrap > DRAWS.1 {
        let problem = Kind::InvalidParameter.because("too many draws");
        return Err(problem.parameter("bootstrap", format!("must be at most {}", DRAWS.1)));
    }
    let store = app.store()?;
    let model = store.registered(DocumentKind::Model, id).await?;
    let engine = app.engines().load(store, &model.hash.to_string(), None).await?;
    let turn = app.turns().validation()?;
    let bytes = body::read(body).await?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(Kind::UnsupportedMediaType.because("send the sample unpacked: CSV as it is, or Parquet"));
    }
    let measuring = apart(move || {
        // It lasts as long as the work, whether or not anybody waits for it.
        let _turn = turn;
        let mut reading = read_options(engine.scorecard());
        reading.set_aside = true;
        reading.leave_out = true;
        reading.max_cells = MOST_CELLS;
        let table = table::read_bytes(bytes.into(), "the sample", &reading)?;
        training::validate::validate(&engine.evaluator, &table, &options)
    });
    let validated = measuring.await?.map_err(|error| {
        let detail = error.to_string();
        Kind::InvalidRequest.because(detail.clone()).at("", detail)
    })?;
    let report = validated.report;
    // The sample's rows are quoted in the answer at most, never kept.
    let figures = json!({
        "data": report.data,
        "row_errors": validated.row_errors,
        "samples": report.samples,
        "stability": report.stability,
        "options": report.options,
    });
    let validation = store.add_validation(id, figures, &author(&caller)).await?.into();
    created(&format!("/v1/models/{id}"), Outcome { validation, warnings: report.warnings })
}
