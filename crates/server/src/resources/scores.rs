//! Scores: one application in, an explained decision out; read again, listed.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use scorecard::policy::Decision;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::{DECISIONS, Moment, ScoreFilter, StoredScore};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::context::Context;
use crate::conventions::extract::{Json, JsonBytes, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::idempotency::{REPLAYED, Repeatable};
use crate::problem::{Document, Kind, Problem};
use crate::scoring::{ScoreAnswer, Scored, Submission};
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(read))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<Submission<'_>>::from_bytes(bytes).map(drop)];

/// One application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Submission)]
#[allow(dead_code)] // describes [`Submission`]
pub(super) struct SubmissionDocument {
    /// The lender's own reference of the person: what scores are found and the person is erased by. Without one the score
    /// belongs to nobody who could be found again.
    #[schema(example = "customer-4711", min_length = 1, max_length = 256, format = "reference")]
    applicant: Option<String>,
    /// The fields that the model in force asks for: its input schema says which.
    application: std::collections::BTreeMap<String, FieldValue>,
}

/// The value of a field.
#[derive(Deserialize)]
pub(super) struct FieldValue;

impl PartialSchema for FieldValue {
    fn schema() -> RefOr<Schema> {
        let types = [Type::Number, Type::String, Type::Boolean, Type::Null];
        let object = ObjectBuilder::new().schema_type(SchemaType::from_iter(types));
        let object = object.description(Some("A number, a text, a truth value, or null where it is not known."));
        RefOr::T(Schema::Object(object.build()))
    }
}

impl ToSchema for FieldValue {}

/// Score an application
///
/// Evaluates the application with the model in force, has the policy decide, and records both. What is answered is on the
/// disk. With an `Idempotency-Key` the request can be repeated safely: the same key and body give the same answer, byte
/// for byte.
#[utoipa::path(post, path = "/v1/scores", tag = "Scores", security(("api_key" = ["scores:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body = SubmissionDocument,
    responses(
        (status = 201, description = "Scored and recorded", body = ScoreAnswer<'static>,
            headers(("Location" = String, description = "Where it can be read"),
                ("Idempotency-Replayed" = Option<String>, description = "`true` where an earlier request is answered again"))),
        (status = 400, description = "No JSON, or a header that cannot be read", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "A request with this Idempotency-Key is in work", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The application cannot be scored, or the Idempotency-Key was used with another request", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot be written, or no model is in force", body = Document<'static>, content_type = "application/problem+json"),
    ))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::ScoresWrite>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/scores", &body)?;
    let _taken = app.take(repeatable.as_ref()).await?;
    let Json(submission): Json<Submission<'_>> = Json::from_bytes(&body)?;
    let engine = app.engines().champion()?;
    let scored = app.score(&engine, &submission, &caller.by(), repeatable).await?;
    created(scored)
}

fn created(scored: Scored) -> Result<Response, Problem> {
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/v1/scores/{}", scored.id))
        .map_err(|_| Kind::Internal.because("the score has no address"))?;
    let mut response = json(scored.body);
    *response.status_mut() = StatusCode::CREATED;
    response.headers_mut().insert(header::LOCATION, location);
    if scored.replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// Read a score
///
/// The same bytes that the request was answered with. Where the person was erased, what is personal is gone.
#[utoipa::path(get, path = "/v1/scores/{id}", tag = "Scores", security(("api_key" = ["scores:read"])),
    params(("id" = Uuid, Path, description = "The score's id")),
    responses((status = 200, description = "The score", body = ScoreAnswer<'static>),
        (status = 404, description = "No such score", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::ScoresRead>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let stored = app.store()?.score(id).await?;
    app.answer(&stored).await.map(json)
}

/// Which scores.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ScoresQuery {
    /// How many at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u64>,
    /// Where to go on: the cursor of the page before.
    cursor: Option<String>,
    /// Recorded at or after this moment (RFC 3339).
    #[param(format = DateTime)]
    from: Option<String>,
    /// Recorded before this moment (RFC 3339).
    #[param(format = DateTime)]
    to: Option<String>,
    /// With this decision.
    #[param(value_type = Option<crate::scoring::DecisionName>)]
    decision: Option<Decision>,
    /// By the model of this hash: `sha256:` and 64 hexadecimal digits.
    #[param(pattern = "^(sha256:)?[0-9a-f]{64}$")]
    model: Option<String>,
    /// Of the applicant of this reference.
    applicant: Option<String>,
    /// Not below this score.
    min_score: Option<f64>,
    /// Not above this score.
    max_score: Option<f64>,
}

impl ScoresQuery {
    fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }

    fn filter(&self) -> Result<ScoreFilter, Problem> {
        let refuse = |name: &'static str, detail: String| {
            Kind::InvalidParameter.because("a filter is not what is taken; see errors").parameter(name, detail)
        };
        let moment = |name: &'static str, text: &Option<String>| {
            text.as_deref().map(Moment::parse).transpose().map_err(|problem| refuse(name, problem))
        };
        let model = self.model.as_deref().map(|hash| {
            let digits = hash.strip_prefix("sha256:").unwrap_or(hash).as_bytes();
            let hash = store::ledger::Hash::from_hex(digits).map(|hash| hash.0);
            hash.ok_or_else(|| refuse("model", "must be `sha256:` and 64 hexadecimal digits in lower case".to_owned()))
        });
        let decision = self.decision.map(|decision| decision.to_string());
        let decision = decision.and_then(|name| DECISIONS.iter().position(|known| *known == name));
        Ok(ScoreFilter {
            from: moment("from", &self.from)?,
            to: moment("to", &self.to)?,
            decision: decision.and_then(|place| u8::try_from(place).ok()),
            model: model.transpose()?,
            reference: self.applicant.clone(),
            at_least: self.min_score,
            at_most: self.max_score,
        })
    }

    /// The list's address with its filters, for links to further pages.
    fn address(&self) -> String {
        let filters = [
            ("limit", self.limit.map(|limit| limit.to_string())),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("decision", self.decision.map(|decision| decision.to_string())),
            ("model", self.model.clone()),
            ("applicant", self.applicant.clone()),
            ("min_score", self.min_score.map(|score| score.to_string())),
            ("max_score", self.max_score.map(|score| score.to_string())),
        ];
        crate::conventions::page::address("/v1/scores", &filters)
    }
}

/// The list whose cursors these are.
const LIST: &str = "scores";

/// A page of scores, the latest first, and the cursor of the next one.
///
/// # Errors
/// 400 for a cursor of another list.
pub(crate) async fn page(
    app: &App,
    filter: &ScoreFilter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(Vec<StoredScore>, Option<String>), Problem> {
    let before = cursor.map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
    let before = before.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let before = before.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?;
    let rows = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let mut scores = app.store()?.scores(filter, before, rows).await?;
    let more = scores.len() > limit;
    scores.truncate(limit);
    let next = scores.last().filter(|_| more).map(|last| app.cursors().make(LIST, last.id.as_bytes()));
    Ok((scores, next))
}

/// List scores
///
/// The latest first.
#[utoipa::path(get, path = "/v1/scores", tag = "Scores", security(("api_key" = ["scores:read"])), params(ScoresQuery),
    responses((status = 200, description = "A page of scores", body = Page<ScoreAnswer<'static>>),
        (status = 400, description = "A filter or cursor is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::ScoresRead>,
    Query(query): Query<ScoresQuery>,
) -> Result<Page<Box<RawValue>>, Problem> {
    let (scores, next) = page(&app, &query.filter()?, query.cursor.as_deref(), query.page().limit()?).await?;
    let mut data = Vec::with_capacity(scores.len());
    for stored in &scores {
        let text = String::from_utf8(app.answer(stored).await?);
        let text = text.map_err(|_| Kind::Internal.because("an answer is no text"))?;
        data.push(RawValue::from_string(text).map_err(|_| Kind::Internal.because("an answer is no JSON"))?);
    }
    Ok(Page { data, next, path: query.address() })
}
