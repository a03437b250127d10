//! Batches: a file of applications in, scored in the background, results when they are there.

use axum::body::{Body, BodyDataStream};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use batch::Format;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::{Batch, BatchState, Moment};
use tokio::io::AsyncWriteExt;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::api::File;
use crate::batches::{Intake, lines, receive, upload};
use crate::conventions::context::Context;
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(read, cancel)).routes(routes!(results))
}

/// A batch.
#[derive(Serialize, ToSchema)]
#[schema(as = Batch)]
struct BatchAnswer {
    /// Identifies it.
    id: Uuid,
    /// `receiving`, `running`, `completed`, `cancelled` or `failed`.
    #[schema(example = "running")]
    state: &'static str,
    /// `csv`, `ndjson` or `parquet`.
    format: String,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished: Option<Moment>,
    /// Applications that were read.
    applications: u64,
    /// Those that were scored so far.
    scored: u64,
    /// Those that could not be.
    failed: u64,
    /// How much is done, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    progress: f64,
    /// Why it failed.
    problem: Option<String>,
}

impl From<Batch> for BatchAnswer {
    fn from(batch: Batch) -> Self {
        let done = batch.scored + batch.failed;
        let progress = match (batch.state, batch.applications) {
            (BatchState::Completed, _) => 1.0,
            (_, 0) => 0.0,
            (_, all) => done as f64 / all as f64,
        };
        Self {
            id: batch.id,
            state: batch.state.name(),
            format: batch.format,
            created: batch.created,
            finished: batch.finished,
            applications: batch.applications,
            scored: batch.scored,
            failed: batch.failed,
            progress,
            problem: batch.problem,
        }
    }
}

/// How the file is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// The column or member with the lender's references of the applicants; without it the scores belong to nobody who
    /// could be found again.
    reference: Option<String>,
}

/// A file that comes in a form.
#[derive(ToSchema)]
#[schema(as = BatchForm)]
#[allow(dead_code)] // describes [`upload::read`]
struct FormDocument {
    /// The file. Its part says its format by `Content-Type`, as a file without a form does, or by its name's ending.
    #[schema(value_type = File)]
    file: (),
    /// As the parameter of that name.
    #[schema(max_length = 1024)]
    reference: Option<String>,
}

/// Send a file of applications
///
/// CSV, NDJSON or Parquet with the fields of the model in force as columns, by itself or in a form. Once this answers, the file is stored and will
/// be scored to the end, over restarts. Lines that are no applications are in the results with what is wrong with them.
#[utoipa::path(post, path = "/v1/batches", tag = "Batches", security(("api_key" = ["batches:write"])), params(FileQuery),
    request_body(content((FormDocument = "multipart/form-data"), (String = "text/csv"), (String = "application/x-ndjson"), (File = "application/vnd.apache.parquet")),
        encoding(("file" = (content_type = "text/csv, application/x-ndjson, application/vnd.apache.parquet")))),
    extensions(("x-max-body-bytes" = json!(1073741824)), ("x-timeout-seconds" = json!(3600))),
    responses((status = 202, description = "Stored, and being scored", body = BatchAnswer,
            headers(("Location" = String, description = "Where its progress can be read"))),
        (status = 400, description = "No form, or one that breaks off", body = Document<'static>, content_type = "application/problem+json"),
        (status = 415, description = "A format that is not read", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The file cannot be read, or a part of the form is not what is taken", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot be written, or no model is in force", body = Document<'static>, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::BatchesWrite>,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let engine = app.engines().champion()?;
    let intake = received(content_type, body.into_data_stream(), query.reference).await?;
    let store = app.store()?;
    let batch = store.begin_batch(&caller.by(), name(intake.format)).await?;
    let (chunks, rejected, rejections) = match receive(&app, engine, batch, intake).await {
        Ok(received) => received,
        Err(problem) => {
            store.end_batch(batch, Some(problem.detail()), &caller.by()).await?;
            return Err(problem);
        }
    };
    let submitted = store.submit_batch(batch, chunks, rejected, &rejections).await?;
    app.batch_waiting().notify_waiters();
    let mut response = (StatusCode::ACCEPTED, Json(BatchAnswer::from(submitted))).into_response();
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/v1/batches/{batch}"));
    response.headers_mut().insert(header::LOCATION, location.map_err(|_| Kind::Internal.because("no address"))?);
    Ok(response)
}

/// What batches call a format.
fn name(format: Format) -> &'static str {
    match format {
        Format::Csv => "csv",
        Format::Ndjson => "ndjson",
        Format::Parquet => "parquet",
    }
}

/// Puts the file into one without a name, which is gone with this process.
async fn received(content_type: &str, mut body: BodyDataStream, reference: Option<String>) -> Result<Intake, Problem> {
    let in_form = content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(upload::FORM);
    let format = if in_form { None } else { Some(upload::format_of(content_type)?) };
    let mut file = tokio::fs::File::from_std(tempfile::tempfile().map_err(upload::full)?);
    let (format, reference) = match format {
        None => {
            let form = upload::read(content_type, body, &mut file).await?;
            if form.reference.is_some() && reference.is_some() {
                return Err(Kind::InvalidRequest
                    .because("the reference is said twice; see errors")
                    .parameter("reference", "is a parameter and a part of the form; leave one out"));
            }
            (form.format, form.reference.or(reference))
        }
        Some(format) => {
            while let Some(part) = body.next().await {
                let part = part.map_err(|error| crate::conventions::body::fault(&error))?;
                file.write_all(&part).await.map_err(upload::full)?;
            }
            file.flush().await.map_err(upload::full)?;
            (format, reference)
        }
    };
    Ok(Intake { file: file.into_std().await, format, reference })
}

/// Read a batch
#[utoipa::path(get, path = "/v1/batches/{id}", tag = "Batches", security(("api_key" = ["batches:read"])),
    params(("id" = Uuid, Path, description = "The batch's id")),
    responses((status = 200, description = "The batch", body = BatchAnswer),
        (status = 404, description = "No such batch", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::BatchesRead>,
    Path(id): Path<Uuid>,
) -> Result<Json<BatchAnswer>, Problem> {
    Ok(Json(app.store()?.batch(id).await?.into()))
}

/// Cancel a batch
///
/// What was scored stays on record; what was not is destroyed. Up to 500 applications that are in work at this moment are
/// still scored, and are not in the results.
#[utoipa::path(delete, path = "/v1/batches/{id}", tag = "Batches", security(("api_key" = ["batches:write"])),
    params(("id" = Uuid, Path, description = "The batch's id")),
    responses((status = 200, description = "Cancelled", body = BatchAnswer),
        (status = 404, description = "No such batch", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It has ended already", body = Document<'static>, content_type = "application/problem+json")))]
async fn cancel(
    State(app): State<App>,
    caller: Allowed<scope::BatchesWrite>,
    Path(id): Path<Uuid>,
) -> Result<Json<BatchAnswer>, Problem> {
    let store = app.store()?;
    store.batch(id).await?;
    Ok(Json(store.end_batch(id, None, &caller.by()).await?.into()))
}

/// The list whose cursors these are.
const LIST: &str = "batches";

/// List batches
///
/// The latest first.
#[utoipa::path(get, path = "/v1/batches", tag = "Batches", security(("api_key" = ["batches:read"])), params(PageQuery),
    responses((status = 200, description = "A page of batches", body = Page<BatchAnswer>),
        (status = 400, description = "A cursor that is not one", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::BatchesRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<BatchAnswer>, Problem> {
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
    let before = before.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let before = before.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?;
    let mut batches = app.store()?.batches(before, u32::try_from(limit + 1).unwrap_or(u32::MAX)).await?;
    let more = batches.len() > limit;
    batches.truncate(limit);
    let next = batches.last().filter(|_| more).map(|last| app.cursors().make(LIST, last.id.as_bytes()));
    let path = crate::conventions::page::address("/v1/batches", &[("limit", query.limit.map(|n| n.to_string()))]);
    Ok(Page { data: batches.into_iter().map(Into::into).collect(), next, path })
}

/// Which results.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ResultsQuery {
    /// Only applications that were scored, or only those that could not be; all without it.
    #[param(inline)]
    only: Option<Only>,
}

/// Which results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Only {
    /// Those that were scored.
    Scored,
    /// Those that could not be.
    Failed,
}

/// A part of the results with the lines that were asked for.
fn chosen(part: &[u8], only: Option<Only>) -> Result<Bytes, Problem> {
    let lines = lines(part)?;
    let Some(only) = only else { return Ok(Bytes::copy_from_slice(part)) };
    let mut text = Vec::with_capacity(part.len());
    for line in lines.iter().filter(|line| line.id.is_some() == (only == Only::Scored)) {
        serde_json::to_writer(&mut text, line).map_err(|_| Kind::Internal.because("a result cannot be written"))?;
        text.push(b'\n');
    }
    Ok(text.into())
}

/// Read the results of a batch
///
/// One JSON object a line: the line of the file, the score's id, or what is wrong. As far as the batch has come: ask again
/// once it is completed.
#[utoipa::path(get, path = "/v1/batches/{id}/results", tag = "Batches", security(("api_key" = ["batches:read"])),
    params(("id" = Uuid, Path, description = "The batch's id"), ResultsQuery), extensions(("x-timeout-seconds" = json!(3600))),
    responses((status = 200, description = "What became of each application", body = crate::batches::ResultLine, content_type = "application/x-ndjson"),
        (status = 404, description = "No such batch", body = Document<'static>, content_type = "application/problem+json")))]
async fn results(
    State(app): State<App>,
    _caller: Allowed<scope::BatchesRead>,
    Path(id): Path<Uuid>,
    Query(query): Query<ResultsQuery>,
) -> Result<Response, Problem> {
    app.store()?.batch(id).await?;
    let only = query.only;
    let parts = stream::try_unfold((app, 0), move |(app, from)| async move {
        let store = app.store().map_err(|problem| std::io::Error::other(problem.detail().to_owned()))?;
        let Some((number, part)) = store.batch_results(id, from).await.map_err(std::io::Error::other)? else {
            return Ok::<_, std::io::Error>(None);
        };
        let text = chosen(&part, only).map_err(|problem| std::io::Error::other(problem.detail().to_owned()))?;
        Ok(Some((text, (app, number + 1))))
    });
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"))];
    Ok((kind, Body::from_stream(parts)).into_response())
}
