//! Reviews: a person decides on an application, with reasons, beside what the system decided.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use scorecard::policy::Decision;
use serde::{Deserialize, Serialize};
use store::{Beside, BesideScore, Moment};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::context::Context;
use crate::conventions::extract::{Json, JsonBytes, Path};
use crate::idempotency::Repeatable;
use crate::problem::{Document, Kind, Problem};
use crate::scoring::{DecisionName, LedgerPlace};
use crate::state::App;
use crate::untrusted::Reader;

/// Reasons that a reviewer may state.
const MOST_REASONS: usize = 10;
/// The longest code, in characters.
const LONGEST_CODE: usize = 64;
/// The longest text of a reason, in characters.
const LONGEST_TEXT: usize = 1_000;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 10_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(list))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| check(&Json::<Request>::from_bytes(bytes)?.0)];

/// What a reviewer decides.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewRequest)]
struct Request {
    /// The decision; `refer` while the review goes on.
    #[schema(value_type = DecisionName)]
    decision: Decision,
    /// Why, the weightiest first: the applicant may be told these where the decision is adverse.
    #[schema(min_items = 1, max_items = 10)]
    reasons: Vec<StatedReason>,
    /// For the file; the applicant is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10000)]
    note: Option<String>,
}

/// A reason that a reviewer states.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatedReason {
    /// The lender's code.
    #[schema(min_length = 1, max_length = 64, format = "one-line")]
    pub(crate) code: String,
    /// What the applicant is told.
    #[schema(min_length = 1, max_length = 1000, format = "one-line")]
    pub(crate) text: String,
}

/// A person's decision on an application.
#[derive(Serialize, ToSchema)]
pub(crate) struct Review<'e> {
    /// Identifies the review.
    pub(crate) id: Uuid,
    /// The score that was reviewed.
    score: Uuid,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) time: Moment,
    /// What the person decided.
    #[schema(value_type = DecisionName)]
    pub(crate) decision: Decision,
    /// Why; empty once the applicant is erased.
    pub(crate) reasons: Vec<StatedReason>,
    /// For the file.
    pub(crate) note: Option<String>,
    /// Who decided: `user:` or `key:` and an id.
    pub(crate) by: Cow<'e, str>,
    /// Where it stands in the ledger.
    pub(crate) ledger: LedgerPlace,
}

/// The members of the entry.
#[derive(Serialize, Deserialize)]
struct Members<'e> {
    score: Uuid,
    decision: Decision,
    #[serde(borrow)]
    by: Cow<'e, str>,
}

/// What the entry seals.
#[derive(Default, Serialize, Deserialize)]
struct Sealed {
    reasons: Vec<StatedReason>,
    note: Option<String>,
}

/// Reviews of a score.
#[derive(Serialize, ToSchema)]
struct Reviews<'e> {
    /// The earliest first; the last one counts.
    data: Vec<Review<'e>>,
}

/// Review a decision
///
/// A person's reasoned decision is recorded beside the system's, never over it; of several the last counts. Open to the
/// person's right to have a human look at an automated decision (GDPR, Article 22(3)).
#[utoipa::path(post, path = "/v1/scores/{id}/review", tag = "Reviews", security(("api_key" = ["reviews:write"])),
    params(("id" = Uuid, Path, description = "The score's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body = Request,
    responses((status = 201, description = "Recorded", body = Review<'static>),
        (status = 404, description = "No such score", body = Document<'static>, content_type = "application/problem+json"),
        (status = 410, description = "The applicant was erased", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The review is not what is taken", body = Document<'static>, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::ReviewsWrite>,
    Path(score): Path<Uuid>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/scores/{id}/review", &body)?;
    let repeatable = repeatable.map(|repeatable| repeatable.about(score));
    let _taken = app.take(repeatable.as_ref()).await?;
    let Json(request): Json<Request> = Json::from_bytes(&body)?;
    check(&request)?;
    let store = app.store()?;
    let id = match app.kept(repeatable.as_ref()).await? {
        Some(kept) => Uuid::from_slice(&kept).map_err(|_| unreadable())?,
        None => {
            let scored = store.score(score).await?;
            let id = Uuid::now_v7();
            let members = Members { score, decision: request.decision, by: caller.by().into() };
            let sealed = Sealed { reasons: request.reasons, note: request.note };
            let content = serde_json::to_vec(&sealed).map_err(|_| unreadable())?;
            let keep = app.keep(repeatable.as_ref(), id.as_bytes())?;
            store.record_beside(Beside::Review, id, &scored, members_of(&members)?, content, keep).await?;
            id
        }
    };
    let all = store.beside_score(Beside::Review, score).await?;
    let recorded = all.iter().find(|beside| beside.id == id).ok_or_else(unreadable)?;
    let mut response = Json(review(recorded)?).into_response();
    *response.status_mut() = StatusCode::CREATED;
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/v1/scores/{score}/reviews")).map_err(|_| unreadable())?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// List the reviews of a score
#[utoipa::path(get, path = "/v1/scores/{id}/reviews", tag = "Reviews", security(("api_key" = ["reviews:read"])),
    params(("id" = Uuid, Path, description = "The score's id")),
    responses((status = 200, description = "Its reviews", body = Reviews<'static>),
        (status = 404, description = "No such score", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::ReviewsRead>,
    Path(score): Path<Uuid>,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let id = store.score(score).await?.id;
    let all = store.beside_score(Beside::Review, id).await?;
    let data = all.iter().map(review).collect::<Result<_, _>>()?;
    Ok(Json(Reviews { data }).into_response())
}

fn check(request: &Request) -> Result<(), Problem> {
    let mut problem = Kind::InvalidRequest.because("the review is not what is taken; see errors");
    if request.reasons.is_empty() || request.reasons.len() > MOST_REASONS {
        problem = problem.at("/reasons", format!("must be 1 to {MOST_REASONS} reasons: a decision is reasoned"));
    }
    for (place, reason) in request.reasons.iter().enumerate() {
        for (member, text, longest) in [("code", &reason.code, LONGEST_CODE), ("text", &reason.text, LONGEST_TEXT)] {
            if text.trim().is_empty() || text.chars().count() > longest || text.chars().any(char::is_control) {
                let detail = format!("must be 1 to {longest} characters on one line");
                problem = problem.at(format!("/reasons/{place}/{member}"), detail);
            }
        }
    }
    if request.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        problem = problem.at("/note", format!("must be at most {LONGEST_NOTE} characters"));
    }
    if problem.errors().is_empty() { Ok(()) } else { Err(problem) }
}

/// The members of an entry, without the braces.
pub(super) fn members_of(members: &impl Serialize) -> Result<String, Problem> {
    let text = serde_json::to_string(members).map_err(|_| unreadable())?;
    Ok(text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default().to_owned())
}

/// What an entry beside a score says.
pub(crate) fn review(beside: &BesideScore) -> Result<Review<'_>, Problem> {
    let members: Members<'_> = serde_json::from_str(&beside.entry.body).map_err(|_| unreadable())?;
    let sealed = beside.personal.as_deref().map(|text| serde_json::from_slice(text)).transpose();
    let sealed: Sealed = sealed.map_err(|_| unreadable())?.unwrap_or_default();
    Ok(Review {
        id: beside.id,
        score: members.score,
        time: time(beside)?,
        decision: members.decision,
        reasons: sealed.reasons,
        note: sealed.note,
        by: members.by,
        ledger: LedgerPlace::of(&beside.entry),
    })
}

/// When an entry was recorded.
pub(crate) fn time(beside: &BesideScore) -> Result<Moment, Problem> {
    let opening = store::ledger::Opening::parse(beside.entry.body.as_bytes()).map_err(|_| unreadable())?;
    Moment::parse(opening.time).map_err(|_| unreadable())
}

/// The last review of a score, as a notice needs it: decision, moment, reasons.
pub(super) async fn last(app: &App, score: Uuid) -> Result<Option<(Decision, Moment, Vec<StatedReason>)>, Problem> {
    let all = app.store()?.beside_score(Beside::Review, score).await?;
    let Some(last) = all.last() else { return Ok(None) };
    let review = review(last)?;
    Ok(Some((review.decision, review.time, review.reasons)))
}

fn unreadable() -> Problem {
    Kind::Internal.because("an entry beside this score cannot be read; run `plimsoll ledger verify`")
}
