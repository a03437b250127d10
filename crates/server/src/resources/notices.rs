//! Adverse-action notices: made from a decision that is on record, and recorded themselves.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use scorecard::policy::DecidedBy;
use serde::{Deserialize, Serialize};
use store::{Beside, Moment, StoredScore};
use time::Date;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::reviews;
use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, JsonBytes, Path};
use crate::conventions::negotiation;
use crate::idempotency::Repeatable;
use crate::notice::{
    Addressee, LenderFile, Notice, NoticeDocument, NoticeError, NoticeFacts, NoticeWarning, Organisation, Review,
    ReviewReason, ScoreFacts, ScoreKind,
};
use crate::problem::{Document, Kind, Problem};
use crate::scoring::{Engine, ScoreAnswer, ScoreEntry};
use crate::state::App;
use crate::untrusted::Reader;

/// The forms that a notice is given in.
const FORMS: [&str; 3] = ["application/json", "text/html; charset=utf-8", "text/plain; charset=utf-8"];

/// Names the notice in an answer that is a letter.
const NOTICE_ID: HeaderName = HeaderName::from_static("plimsoll-notice-id");

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<Request>::from_bytes(bytes).map(drop)];

/// What only the lender knows.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NoticeRequest)]
struct Request {
    /// Whom the letter goes to.
    addressee: Option<Addressee>,
    /// The day the notice bears, as `2026-11-26`; today (UTC) where absent.
    #[schema(value_type = Option<String>, format = Date)]
    notice_date: Option<String>,
    /// The day the completed application was received, from which 30 days are counted (12 CFR 1002.9(a)(1)(i)); the
    /// decision's where absent.
    #[schema(value_type = Option<String>, format = Date)]
    application_completed: Option<String>,
    /// The agencies whose consumer reports the decision rests on.
    #[schema(max_items = 10)]
    consumer_reports: Vec<Organisation>,
    /// Whether it rests on information from others than the applicant and such agencies.
    outside_information: bool,
}

/// A notice, as it was made and recorded.
#[derive(Serialize, ToSchema)]
struct MadeNotice<'n> {
    /// Identifies the notice.
    id: Uuid,
    /// What it says.
    notice: &'n NoticeDocument,
    /// The letter as one page of HTML.
    html: &'n str,
    /// The letter as plain text.
    text: &'n str,
    /// What to look at before it is sent.
    warnings: &'n [NoticeWarning],
}

/// An answer in all its forms: kept so that a repeated request gets the same bytes in whichever it asks for.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: Uuid,
    json: String,
    html: String,
    text: String,
    /// The policy to show the HTML under.
    content_security_policy: String,
}

/// The members of the entry.
#[derive(Serialize)]
struct Members<'e> {
    score: Uuid,
    by: Cow<'e, str>,
}

/// What the entry seals: the letter that was made.
#[derive(Serialize)]
struct Sealed<'e> {
    notice: &'e NoticeDocument,
    text: &'e str,
}

/// Make the adverse-action notice of a decision
///
/// The principal reasons, the disclosure of the score, the key factors, and whom to ask: as JSON with the letter in HTML
/// and plain text, or as one of the letters by `Accept`. The letter is recorded, sealed. Refused where the decision was not
/// adverse.
#[utoipa::path(post, path = "/v1/scores/{id}/notice", tag = "Notices", security(("api_key" = ["notices:write"])),
    params(("id" = Uuid, Path, description = "The score's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body = Request,
    responses((status = 201, description = "The notice", content((MadeNotice<'static> = "application/json"), (String = "text/html"), (String = "text/plain"))),
        (status = 404, description = "No such score", body = Document<'static>, content_type = "application/problem+json"),
        (status = 406, description = "A form that notices do not have", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "The decision was not adverse, or the lender is not described", body = Document<'static>, content_type = "application/problem+json"),
        (status = 410, description = "The applicant was erased", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "A fact is missing or unfit", body = Document<'static>, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::NoticesWrite>,
    Path(score): Path<Uuid>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let form = negotiation::choose(&headers, &FORMS)?;
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/scores/{id}/notice", &body)?;
    let repeatable = repeatable.map(|repeatable| repeatable.about(score));
    let _taken = app.take(repeatable.as_ref()).await?;
    let Json(request): Json<Request> = Json::from_bytes(&body)?;
    if let Some(kept) = app.kept(repeatable.as_ref()).await? {
        return Ok(given(form, serde_json::from_slice(&kept).map_err(|_| unreadable())?));
    }
    let store = app.store()?;
    let scored = store.score(score).await?;
    if scored.personal.is_none() {
        return Err(store::Error::Erased.into());
    }
    let desk = app.notices();
    let (desk, lender) = desk.and_then(|desk| Some((desk, desk.lender()?))).ok_or_else(|| {
        Kind::Conflict.because("no notice can be made until the lender is described: set PLIMSOLL_LENDER to its file")
    })?;
    let facts = facts(&app, &scored, lender, request).await?;
    let notice = desk.compose(&facts, lender).map_err(refusal)?;
    let id = Uuid::now_v7();
    let made =
        MadeNotice { id, notice: &notice.json, html: &notice.html, text: &notice.text, warnings: &notice.warnings };
    let json = serde_json::to_string(&made).map_err(|_| unreadable())?;
    let members = reviews::members_of(&Members { score, by: caller.by().into() })?;
    let content = serde_json::to_vec(&Sealed { notice: &notice.json, text: &notice.text }).map_err(|_| unreadable())?;
    let Notice { html, text, content_security_policy, .. } = notice;
    let kept = Kept { id, json, html, text, content_security_policy };
    let keep = app.keep(repeatable.as_ref(), &serde_json::to_vec(&kept).map_err(|_| unreadable())?)?;
    store.record_beside(Beside::Notice, id, &scored, members, content, keep).await?;
    Ok(given(form, kept))
}

/// The notice in one of its forms.
fn given(form: &'static str, notice: Kept) -> Response {
    let body = match form {
        form if form.starts_with("text/html") => notice.html,
        form if form.starts_with("text/plain") => notice.text,
        _ => notice.json,
    };
    let mut response = (StatusCode::CREATED, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form));
    if let Ok(id) = HeaderValue::try_from(notice.id.to_string()) {
        headers.insert(NOTICE_ID, id);
    }
    if let (true, Ok(policy)) = (form.starts_with("text/html"), notice.content_security_policy.parse()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What the notice is made from: the entry, the last review, what the lender adds.
async fn facts(app: &App, scored: &StoredScore, lender: &LenderFile, request: Request) -> Result<NoticeFacts, Problem> {
    let entry = ScoreEntry::read(scored)?;
    let engine = app.engine_of(&entry.outcome).await?;
    let answer = ScoreAnswer::draw(&entry, &engine);
    let decision = entry.outcome.decision.ok_or_else(|| {
        Kind::Conflict.because("no policy decided on this application, so there is no adverse action to give notice of")
    })?;
    let review = reviews::last(app, scored.id).await?.map(|(decision, time, reasons)| Review {
        decision,
        date: day(time),
        reasons: reasons
            .into_iter()
            .map(|stated| ReviewReason { code: stated.code, text: Some(stated.text) })
            .collect(),
    });
    let decided = day(entry.time);
    let dated = |name: &'static str, text: Option<&str>| text.map(|text| date(name, text)).transpose();
    Ok(NoticeFacts {
        decision_id: scored.id.to_string(),
        decision_date: decided,
        notice_date: dated("notice_date", request.notice_date.as_deref())?.unwrap_or_else(|| day(Moment::now())),
        application_completed: dated("application_completed", request.application_completed.as_deref())?,
        decision,
        decided_by: entry.detail.as_ref().and_then(|detail| detail.decided_by).unwrap_or(DecidedBy::Score),
        reasons: answer.notice_reasons(),
        review,
        applicant: request.addressee,
        creditor: lender.creditor.clone(),
        score: score_facts(&entry, &engine, &answer, lender),
        consumer_reports: request.consumer_reports,
        outside_information: request.outside_information,
    })
}

/// The score as it may be told; `None` where the model's range is not known, for a number alone says nothing.
fn score_facts(
    entry: &ScoreEntry<'_>,
    engine: &Engine,
    answer: &ScoreAnswer<'_>,
    lender: &LenderFile,
) -> Option<ScoreFacts> {
    let card = engine.scorecard();
    let [min, max] = card.sum_range()?;
    let kind = if lender.score_provider.is_some() { ScoreKind::Bought } else { ScoreKind::Own };
    Some(ScoreFacts {
        kind,
        value: serde_json::from_str(entry.outcome.score.get()).ok()?,
        min,
        max,
        date: day(entry.time),
        higher_is_better: card.higher_is_better(),
        provider: lender.score_provider.clone(),
        key_factors: answer.key_factors(),
        inquiries: answer.inquiries_factor(),
    })
}

fn day(moment: Moment) -> Date {
    moment.date()
}

fn date(name: &'static str, text: &str) -> Result<Date, Problem> {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, form).map_err(|_| {
        let detail = "must be a day such as 2026-11-26";
        Kind::InvalidRequest.because("a date is not what is taken; see errors").at(format!("/{name}"), detail)
    })
}

fn refusal(error: NoticeError) -> Problem {
    match &error {
        NoticeError::NotAdverse { .. } => Kind::Conflict.because(error.to_string()),
        NoticeError::Fact { .. } => Kind::InvalidRequest.because(error.to_string()),
        _ => {
            tracing::error!(%error, "no notice can be made");
            Kind::Internal.because("the lender's settings or templates for notices are at fault; the log says which")
        }
    }
}

fn unreadable() -> Problem {
    Kind::Internal.because("the notice cannot be written down")
}
