//! Many applications in one request, each with its own result or problem.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::scores::SubmissionDocument;
use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, JsonBytes};
use crate::idempotency::Repeatable;
use crate::problem::{Document, Kind, Problem};
use crate::scoring::{ScoreAnswer, Submission};
use crate::state::App;
use crate::untrusted::Reader;

/// Applications that one request may hold.
pub(crate) const MOST: usize = 10_000;

/// Applications of one request that are in work at once: enough for large commits, too few to crowd out other requests.
const AT_ONCE: usize = 256;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<Submissions<'_>>::from_bytes(bytes).map(drop)];

/// What is submitted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submissions<'b> {
    #[serde(borrow)]
    applications: Vec<&'b RawValue>,
}

/// Many applications.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Submissions)]
#[allow(dead_code)] // describes [`Submissions`]
struct SubmissionsDocument {
    /// Up to 10,000 applications.
    #[schema(min_items = 1, max_items = 10000)]
    applications: Vec<SubmissionDocument>,
}

/// What became of each application, in the order of the request.
#[derive(Serialize, ToSchema)]
struct Results {
    /// Applications that were scored.
    scored: usize,
    /// Applications that were not.
    failed: usize,
    /// One a line of the request.
    results: Vec<Line>,
}

/// What became of one application.
#[derive(Serialize, ToSchema)]
struct Line {
    /// The status that the application would have been answered with by itself.
    #[schema(example = 201)]
    status: u16,
    /// Its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ScoreAnswer<'static>>)]
    score: Option<Box<RawValue>>,
    /// What is wrong with it; pointers are into the application's own part of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Document<'static>>)]
    problem: Option<Box<RawValue>>,
}

/// Score many applications
///
/// Each is scored and recorded by itself and has its own result. With an `Idempotency-Key` the whole request can be
/// repeated: applications that were scored are answered again, the others are scored.
#[utoipa::path(post, path = "/v1/scores:batch", tag = "Scores", security(("api_key" = ["scores:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body = SubmissionsDocument,
    extensions(("x-max-body-bytes" = json!(33554432)), ("x-timeout-seconds" = json!(120))),
    responses(
        (status = 200, description = "What became of each", body = Results),
        (status = 400, description = "No JSON, or a header that cannot be read", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "A request with this Idempotency-Key is in work", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No list of 1 to 10,000 applications, or the Idempotency-Key was used with another request", body = Document<'static>, content_type = "application/problem+json"),
        (status = 503, description = "No model is in force", body = Document<'static>, content_type = "application/problem+json"),
    ))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::ScoresWrite>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/scores:batch", &body)?;
    let _taken = app.take(repeatable.as_ref()).await?;
    let Json(submissions): Json<Submissions<'_>> = Json::from_bytes(&body)?;
    let count = submissions.applications.len();
    if count == 0 || count > MOST {
        let detail = format!("must have 1 to {MOST} applications; this has {count}");
        return Err(Kind::InvalidRequest
            .because("the list is not what is taken; see errors")
            .at("/applications", detail));
    }
    let engine = app.engines().champion()?;
    if let Some(repeatable) = &repeatable {
        app.begin_lines(repeatable).await?;
    }
    let by: std::sync::Arc<str> = caller.by().into();
    let score = |(number, text): (usize, &RawValue)| {
        let (app, engine, by) = (app.clone(), engine.clone(), by.clone());
        let repeatable = repeatable.map(|repeatable| repeatable.line(number as u64));
        let text = text.to_owned();
        async move {
            let scored = async {
                let Json(submission): Json<Submission<'_>> = Json::from_bytes(text.get().as_bytes())?;
                app.score(&engine, &submission, &by, repeatable).await
            };
            match scored.await {
                Ok(scored) => line(201, Some(scored.body), None),
                Err(problem) => {
                    let document = serde_json::to_vec(&problem.document(None)).unwrap_or_default();
                    line(problem.status().as_u16(), None, Some(document))
                }
            }
        }
    };
    let lines = stream::iter(submissions.applications.into_iter().enumerate().map(score).collect::<Vec<_>>());
    let results: Vec<Line> = lines.buffered(AT_ONCE).collect().await;
    let scored = results.iter().filter(|line| line.score.is_some()).count();
    let results = Results { scored, failed: results.len() - scored, results };
    let body = serde_json::to_vec(&results).map_err(|_| Kind::Internal.because("the answer cannot be written"))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}

fn line(status: u16, score: Option<Vec<u8>>, problem: Option<Vec<u8>>) -> Line {
    let raw = |bytes: Vec<u8>| String::from_utf8(bytes).ok().and_then(|text| RawValue::from_string(text).ok());
    Line { status, score: score.and_then(raw), problem: problem.and_then(raw) }
}
