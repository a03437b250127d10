//! Applicants: found by reference, exported with all that is held on them, erased.

mod export;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use store::{Applicant, Erasure, ErasureReason, Moment};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{self, Page, PageQuery};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read, erase)).routes(routes!(export))
}

/// A person on whom something is held.
#[derive(Serialize, ToSchema)]
#[schema(as = Applicant)]
struct ApplicantAnswer {
    /// What scores name the person by.
    id: Uuid,
    /// The lender's own reference; absent where an application came without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "customer-4711")]
    reference: Option<String>,
    /// When the person was first heard of.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
}

impl From<Applicant> for ApplicantAnswer {
    fn from(applicant: Applicant) -> Self {
        let reference = applicant.reference.as_ref().map(|reference| reference.to_string());
        Self { id: applicant.id, reference, created: applicant.created }
    }
}

/// A person who was erased.
#[derive(Serialize, ToSchema)]
#[schema(as = Erasure)]
struct ErasureAnswer {
    /// What scores still name nobody by.
    id: Uuid,
    /// Always true.
    erased: bool,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    erased_at: Moment,
    /// When the last trace of the person's key was known to be out of the database's own files; absent while that is
    /// pending. Backups and replicas have their own life.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    destroyed_at: Option<Moment>,
}

impl From<Erasure> for ErasureAnswer {
    fn from(erasure: Erasure) -> Self {
        let Erasure { applicant: id, erased: erased_at, destroyed: destroyed_at, .. } = erasure;
        Self { id, erased: true, erased_at, destroyed_at }
    }
}

/// Which applicants.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApplicantsQuery {
    /// How many at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u64>,
    /// Where to go on: the cursor of the page before.
    cursor: Option<String>,
    /// The one with this reference.
    #[param(min_length = 1, max_length = 256)]
    reference: Option<String>,
}

/// The list whose cursors these are.
pub(crate) const LIST: &str = "applicants";

/// List applicants
///
/// Those first heard of earliest first; or the one with a reference, if there is one.
#[utoipa::path(get, path = "/v1/applicants", tag = "Applicants", security(("api_key" = ["applicants:read"])), params(ApplicantsQuery),
    responses((status = 200, description = "A page of applicants", body = Page<ApplicantAnswer>),
        (status = 400, description = "A parameter is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::ApplicantsRead>,
    Query(query): Query<ApplicantsQuery>,
) -> Result<Page<ApplicantAnswer>, Problem> {
    let limit = PageQuery { limit: query.limit, cursor: None }.limit()?;
    let store = app.store()?;
    let path = page::address("/v1/applicants", &[("limit", query.limit.map(|limit| limit.to_string()))]);
    if let Some(reference) = &query.reference {
        let found = store.applicant_by_reference(reference).await.map_err(|error| match error {
            store::Error::Invalid(problem) => Kind::InvalidParameter
                .because("the reference cannot be one; see errors")
                .parameter("reference", problem),
            error => error.into(),
        })?;
        return Ok(Page { data: found.into_iter().map(ApplicantAnswer::from).collect(), next: None, path });
    }
    let after = query.cursor.as_deref().map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
    let after = after.map(|bytes| place(&bytes)).transpose()?;
    let mut applicants = store.applicants(after, limit + 1).await?;
    let more = applicants.len() > limit;
    applicants.truncate(limit);
    let next = applicants.last().filter(|_| more).map(|last| cursor(&app, last));
    Ok(Page { data: applicants.into_iter().map(ApplicantAnswer::from).collect(), next, path })
}

/// The cursor to those behind an applicant.
pub(crate) fn cursor(app: &App, last: &Applicant) -> String {
    let place = [&last.created.micros().to_be_bytes()[..], last.id.as_bytes()].concat();
    app.cursors().make(LIST, &place)
}

/// What such a cursor holds.
///
/// # Errors
/// 400 where it is of another list.
pub(crate) fn place(bytes: &[u8]) -> Result<(Moment, Uuid), Problem> {
    let parts = bytes.split_first_chunk::<8>();
    let parts = parts.and_then(|(micros, id)| Some((i64::from_be_bytes(*micros), Uuid::from_slice(id).ok()?)));
    let (micros, id) = parts.ok_or_else(|| Kind::InvalidCursor.because("the cursor is of another list"))?;
    Ok((Moment::from_micros(micros), id))
}

/// Read an applicant
#[utoipa::path(get, path = "/v1/applicants/{id}", tag = "Applicants", security(("api_key" = ["applicants:read"])),
    params(("id" = Uuid, Path, description = "The applicant's id, as scores have it")),
    responses((status = 200, description = "The applicant", body = ApplicantAnswer),
        (status = 404, description = "No such applicant", body = Document<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Erased", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::ApplicantsRead>,
    Path(id): Path<Uuid>,
) -> Result<Json<ApplicantAnswer>, Problem> {
    Ok(Json(app.store()?.applicant(id).await?.into()))
}

/// Export an applicant
///
/// Everything that is held on a person, as one JSON document: scores with the application, reasons and attributes, then
/// reviews and notices. Sent as it is read; broken off where the person is erased meanwhile.
#[utoipa::path(get, path = "/v1/applicants/{id}/export", tag = "Applicants", security(("api_key" = ["applicants:read"])),
    params(("id" = Uuid, Path, description = "The applicant's id")),
    responses((status = 200, description = "The document", body = export::ExportDocument),
        (status = 404, description = "No such applicant", body = Document<'static>, content_type = "application/problem+json"),
        (status = 410, description = "Erased", body = Document<'static>, content_type = "application/problem+json")))]
async fn export(
    State(app): State<App>,
    _caller: Allowed<scope::ApplicantsRead>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let document = export::start(app.store()?, id).await?;
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"applicant-{id}.json\""))
        .map_err(|_| Kind::Internal.because("the document has no name"))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(document)).into_response())
}

/// Why somebody is erased.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Why {
    /// The person asked for it.
    #[default]
    Request,
    /// The data is no longer needed.
    NoLongerNeeded,
    /// It should not have been recorded.
    Mistake,
    /// A supervisor or court ordered it.
    Order,
}

/// How somebody is erased.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EraseQuery {
    /// Why; `request` where nothing is said.
    #[param(inline)]
    reason: Option<Why>,
}

/// Erase an applicant
///
/// Destroys the person's key, for good: what was sealed under it cannot be read by anyone. Scores stay, of nobody, and
/// the ledger still verifies. Doing so again changes nothing.
#[utoipa::path(delete, path = "/v1/applicants/{id}", tag = "Applicants", security(("api_key" = ["applicants:erase"])),
    params(("id" = Uuid, Path, description = "The applicant's id"), EraseQuery),
    responses((status = 200, description = "Erased, and no trace of the key is left in the database's own files", body = ErasureAnswer),
        (status = 202, description = "Erased; traces of the key are still being destroyed", body = ErasureAnswer),
        (status = 404, description = "No such applicant", body = Document<'static>, content_type = "application/problem+json")))]
async fn erase(
    State(app): State<App>,
    caller: Allowed<scope::ApplicantsErase>,
    Path(id): Path<Uuid>,
    Query(query): Query<EraseQuery>,
) -> Result<Response, Problem> {
    let reason = match query.reason.unwrap_or_default() {
        Why::Request => ErasureReason::Request,
        Why::NoLongerNeeded => ErasureReason::NoLongerNeeded,
        Why::Mistake => ErasureReason::Mistake,
        Why::Order => ErasureReason::Order,
    };
    let erasure = app.store()?.erase_applicant(id, reason, &caller.by()).await?;
    let status = if erasure.destroyed.is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok((status, Json(ErasureAnswer::from(erasure))).into_response())
}
