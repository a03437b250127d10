//! Trainings: a table in, learnt from in the background, a registered model and its report out.

mod documents;
mod look;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use batch::Format;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use store::Actor;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, Caller, scope};
use crate::batches::upload;
use crate::conventions::context::Context;
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery, address};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;
use crate::trainings::{Job, Settings};
use crate::untrusted::Reader;
use documents::{FormDocument, Training};

/// Bytes of the settings: a dictionary of many columns among them.
const MOST_SETTINGS: usize = 1 << 20;
/// The list whose cursors these are.
const LIST: &str = "/v1/trainings";

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(read, cancel)).merge(look::routes())
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| settings_of(bytes).map(drop)];

/// Train a scorecard
///
/// Takes a table of applicants whose outcome is known, as CSV or Parquet, with the settings. It is learnt from in the
/// background, one table at a time; `GET /v1/trainings/{id}` says how far it is. The scorecard is registered as a model of whoever
/// asked, with its report; it answers nothing until it is activated. The table is not kept.
#[utoipa::path(post, path = "/v1/trainings", operation_id = "train", tag = "Models", security(("api_key" = ["models:write"])),
    request_body(content((FormDocument = "multipart/form-data")),
        encoding(("file" = (content_type = "text/csv, application/vnd.apache.parquet")), ("settings" = (content_type = "application/json")))),
    extensions(("x-max-body-bytes" = json!(268435456)), ("x-timeout-seconds" = json!(600))),
    responses((status = 202, description = "Received; its turn comes", body = Training,
            headers(("Location" = String, description = "Where its progress can be read"))),
        (status = 400, description = "No form, or one that breaks off", body = Document<'static>, content_type = "application/problem+json"),
        (status = 415, description = "A format that is not read", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "Settings that make no sense", body = Document<'static>, content_type = "application/problem+json"),
        (status = 429, description = "Too many trainings wait", body = Document<'static>, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::ModelsWrite>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.trim_start().to_ascii_lowercase().starts_with(upload::FORM) {
        let detail = "send multipart/form-data with the parts `file` (CSV or Parquet) and `settings` (JSON)";
        return Err(Kind::UnsupportedMediaType.because(detail));
    }
    let store = app.store()?;
    let place = app.trainings().place()?;
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(upload::full)?);
    let parts = [("settings", MOST_SETTINGS)];
    let (format, [settings]) = upload::read_parts(content_type, body.into_data_stream(), &mut file, parts).await?;
    if format == Format::Ndjson {
        return Err(Kind::UnsupportedMediaType.because("a training reads CSV and Parquet"));
    }
    let settings = settings.ok_or_else(|| {
        let problem = Kind::InvalidRequest.because("the form is not what is taken here; see errors");
        problem.parameter("settings", "is missing: JSON with `name` and `target` at least")
    })?;
    let settings = settings_of(settings.as_bytes())?;
    settings.options(None).map_err(|error| refused(&error))?;
    let asked = serde_json::to_value(&settings).map_err(|_| Kind::Internal.because("the settings cannot be kept"))?;
    let (by, author) = (caller.by(), author(&app, &caller).await?);
    let training = store.begin_training(&by, settings.name.trim(), &asked).await?;
    app.trainings().put(Job { id: training.id, by, author, settings, table: file.into_std().await, place });
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/v1/trainings/{}", training.id));
    let mut response = (StatusCode::ACCEPTED, Json(Training::from(training))).into_response();
    response.headers_mut().insert(header::LOCATION, location.map_err(|_| Kind::Internal.because("no address"))?);
    Ok(response)
}

fn settings_of(bytes: &[u8]) -> Result<Settings, Problem> {
    Json::from_bytes(bytes).map(|Json(settings)| settings)
}

/// Who answers for the scorecard: the person who asked, by name.
async fn author(app: &App, caller: &Caller) -> Result<Option<String>, Problem> {
    match caller.actor() {
        Actor::User(id) => Ok(Some(app.store()?.user(id).await?.name)),
        Actor::Key(_) | Actor::Operator => Ok(None),
    }
}

/// What the library refuses, by the setting or the column.
fn refused(error: &training::Error) -> Problem {
    let detail = error.to_string();
    let at = match error {
        training::Error::Setting { setting, .. } => format!("/{setting}"),
        _ => String::new(),
    };
    Kind::InvalidRequest.because(detail.clone()).at(at, detail)
}

/// List trainings
///
/// The newest first.
#[utoipa::path(get, path = "/v1/trainings", operation_id = "trainings", tag = "Models", security(("api_key" = ["models:read"])), params(PageQuery),
    responses((status = 200, description = "A page of trainings", body = Page<Training>),
        (status = 400, description = "A cursor that is not one", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Training>, Problem> {
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
    let before = before.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let before = before.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?;
    let mut all = app.store()?.trainings(before, u32::try_from(limit + 1).unwrap_or(u32::MAX)).await?;
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| app.cursors().make(LIST, last.id.as_bytes()));
    let path = address(LIST, &[("limit", query.limit.map(|limit| limit.to_string()))]);
    Ok(Page { data: all.into_iter().map(Training::from).collect(), next, path })
}

/// Read a training
///
/// How far it is; the model once it is there, the problem where there will be none.
#[utoipa::path(get, path = "/v1/trainings/{id}", operation_id = "training", tag = "Models", security(("api_key" = ["models:read"])),
    params(("id" = Uuid, Path, description = "The training's id")),
    responses((status = 200, description = "The training", body = Training),
        (status = 404, description = "No such training", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Path(id): Path<Uuid>,
) -> Result<Json<Training>, Problem> {
    Ok(Json(app.store()?.training(id).await?.into()))
}

/// Cancel a training
///
/// No model comes of it. What is being computed at this moment is thrown away.
#[utoipa::path(delete, path = "/v1/trainings/{id}", operation_id = "cancel_training", tag = "Models", security(("api_key" = ["models:write"])),
    params(("id" = Uuid, Path, description = "The training's id")),
    responses((status = 200, description = "Cancelled", body = Training),
        (status = 404, description = "No such training", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It has ended already", body = Document<'static>, content_type = "application/problem+json")))]
async fn cancel(
    State(app): State<App>,
    caller: Allowed<scope::ModelsWrite>,
    Path(id): Path<Uuid>,
) -> Result<Json<Training>, Problem> {
    let ended = app.store()?.end_training(id, None, &caller.by()).await?;
    app.trainings().forget(id);
    Ok(Json(ended.into()))
}
