//! The OpenFeature Remote Evaluation Protocol, version 1: flags for OpenFeature clients.
//!
//! Its errors are its own (`errorCode`), not problems, as its document prescribes.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;
use store::{Error, Flag, FlagState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Allowed, scope};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, JsonBytes, Path};
use crate::problem::Problem;
use crate::state::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(one)).routes(routes!(all)).routes(routes!(configuration))
}

/// For whom flags are evaluated.
#[derive(ToSchema)]
#[schema(as = OfrepRequest)]
#[allow(dead_code)] // describes what is read by hand, for errors of the protocol's own
struct EvaluationRequest {
    /// For whom.
    context: Option<EvaluationContext>,
}

/// For whom flags are evaluated. Members besides these are not looked at.
#[derive(ToSchema)]
#[schema(as = OfrepContext)]
#[allow(dead_code, non_snake_case)] // describes what is read by hand
struct EvaluationContext {
    /// The applicant's reference.
    #[schema(example = "customer-4711")]
    targetingKey: Option<String>,
}

/// A flag's value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfrepSuccess)]
struct Success {
    /// The flag.
    key: String,
    /// Whether it is on.
    value: bool,
    /// `STATIC` for everyone alike, `SPLIT` for a share of the people.
    reason: &'static str,
    /// `on` or `off`.
    variant: &'static str,
    /// The flag's version.
    metadata: Metadata,
}

/// About a flag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfrepMetadata)]
struct Metadata {
    /// The flag's version.
    version: u64,
}

/// Why a flag has no value.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfrepFailure)]
struct Failure {
    /// The flag; absent where all were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// `PARSE_ERROR`, `TARGETING_KEY_MISSING`, `INVALID_CONTEXT` or `FLAG_NOT_FOUND`.
    error_code: &'static str,
    /// What to do.
    error_details: Cow<'static, str>,
}

/// One flag of many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = OfrepEvaluation)]
enum Evaluation {
    /// Its value.
    Success(Success),
    /// Why it has none.
    Failure(Failure),
}

/// All flags' values.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfrepBulk)]
struct Bulk {
    /// By name.
    flags: Vec<Evaluation>,
}

/// What this service's flags can do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfrepConfiguration)]
struct Configuration {
    /// `plimsoll`.
    name: &'static str,
    /// What is supported.
    capabilities: Capabilities,
}

/// What is supported.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfrepCapabilities)]
struct Capabilities {
    cache_invalidation: CacheInvalidation,
    flag_evaluation: FlagEvaluation,
    caching: Caching,
}

/// How clients learn of changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfrepCacheInvalidation)]
struct CacheInvalidation {
    polling: Polling,
}

/// That clients ask again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfrepPolling)]
struct Polling {
    enabled: bool,
    /// Milliseconds.
    min_polling_interval_ms: u32,
}

/// Which flags there are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfrepFlagEvaluation)]
struct FlagEvaluation {
    /// `boolean`.
    supported_types: Vec<&'static str>,
}

/// Whether values may be kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfrepCaching)]
struct Caching {
    enabled: bool,
    /// Milliseconds.
    ttl: u32,
}

/// How long a client may keep a value, and how soon it may ask again, in milliseconds.
const FRESH: u32 = 10_000;

impl Failure {
    fn new(key: Option<&str>, error_code: &'static str, error_details: impl Into<Cow<'static, str>>) -> Self {
        Self { key: key.map(str::to_owned), error_code, error_details: error_details.into() }
    }

    fn answer(self, status: StatusCode) -> Response {
        (status, Json(self)).into_response()
    }
}

impl Evaluation {
    fn of(flag: Flag, targeting_key: Option<&str>) -> Self {
        let reason = if matches!(flag.state, FlagState::Share(_)) { "SPLIT" } else { "STATIC" };
        match flag.is_on(targeting_key) {
            Some(value) => Self::Success(Success {
                key: flag.name,
                value,
                reason,
                variant: if value { "on" } else { "off" },
                metadata: Metadata { version: flag.version },
            }),
            None => Self::Failure(Failure::new(
                Some(&flag.name),
                "TARGETING_KEY_MISSING",
                "this flag is on for a share of the people; send context.targetingKey",
            )),
        }
    }
}

/// The targeting key of a request.
fn targeting_key(body: &[u8], flag: Option<&str>) -> Result<Option<String>, Failure> {
    if body.trim_ascii().is_empty() {
        return Ok(None);
    }
    let refuse = |code, details: &'static str| Err(Failure::new(flag, code, details));
    let mut request = match serde_json::from_slice(body) {
        Ok(Value::Object(request)) => request,
        Ok(_) => return refuse("PARSE_ERROR", "the body is no JSON object"),
        Err(error) => return Err(Failure::new(flag, "PARSE_ERROR", format!("the body is no JSON: {error}"))),
    };
    let mut context = match request.remove("context") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(context)) => context,
        Some(_) => return refuse("INVALID_CONTEXT", "the context is no object"),
    };
    match context.remove("targetingKey") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(key)) if key.is_empty() => Ok(None),
        Some(Value::String(key)) => Ok(Some(key)),
        Some(_) => refuse("INVALID_CONTEXT", "the targetingKey is no text"),
    }
}

/// Evaluate a flag
///
/// As OFREP has it. For a flag with a percentage `context.targetingKey` decides: the same key always has the same value.
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags/{key}", tag = "Flags", security(("api_key" = ["flags:read"])),
    params(("key" = String, Path, description = "The flag's name")), request_body = EvaluationRequest,
    responses((status = 200, description = "Its value", body = Success),
        (status = 400, description = "No value for this request", body = Failure),
        (status = 404, description = "No such flag", body = Failure)))]
async fn one(
    State(app): State<App>,
    _caller: Allowed<scope::FlagsRead>,
    Path(key): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let targeting_key = match targeting_key(&body, Some(&key)) {
        Ok(targeting_key) => targeting_key,
        Err(failure) => return Ok(failure.answer(StatusCode::BAD_REQUEST)),
    };
    let flag = match app.store()?.flag(&key).await {
        Err(Error::NotFound { .. }) => {
            let failure = Failure::new(Some(&key), "FLAG_NOT_FOUND", "there is no such flag");
            return Ok(failure.answer(StatusCode::NOT_FOUND));
        }
        flag => flag?,
    };
    Ok(match Evaluation::of(flag, targeting_key.as_deref()) {
        Evaluation::Success(success) => Json(success).into_response(),
        Evaluation::Failure(failure) => failure.answer(StatusCode::BAD_REQUEST),
    })
}

/// Evaluate all flags
///
/// As OFREP has it, with an `ETag`: a client that has these values already is answered with 304.
#[utoipa::path(post, path = "/ofrep/v1/evaluate/flags", tag = "Flags", security(("api_key" = ["flags:read"])),
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of the last answer")),
    request_body = EvaluationRequest,
    responses((status = 200, description = "Their values", body = Bulk, headers(("ETag" = String, description = "Of these values"))),
        (status = 304, description = "The values are those that the client has"),
        (status = 400, description = "No values for this request", body = Failure)))]
async fn all(
    State(app): State<App>,
    _caller: Allowed<scope::FlagsRead>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let targeting_key = match targeting_key(&body, None) {
        Ok(targeting_key) => targeting_key,
        Err(failure) => return Ok(failure.answer(StatusCode::BAD_REQUEST)),
    };
    let flags = app.store()?.flags().await?.into_iter();
    let bulk = Bulk { flags: flags.map(|flag| Evaluation::of(flag, targeting_key.as_deref())).collect() };
    Ok(tag(&bulk).answer(&headers, Json(bulk)))
}

/// What this service's flags can do
#[utoipa::path(get, path = "/ofrep/v1/configuration", tag = "Flags", security(("api_key" = ["flags:read"])),
    params(("If-None-Match" = Option<String>, Header, description = "The ETag of the last answer")),
    responses((status = 200, description = "What is supported", body = Configuration, headers(("ETag" = String, description = "Of this answer"))),
        (status = 304, description = "It is what the client has")))]
async fn configuration(_caller: Allowed<scope::FlagsRead>, headers: HeaderMap) -> Response {
    let configuration = Configuration {
        name: "plimsoll",
        capabilities: Capabilities {
            cache_invalidation: CacheInvalidation {
                polling: Polling { enabled: true, min_polling_interval_ms: FRESH },
            },
            flag_evaluation: FlagEvaluation { supported_types: vec!["boolean"] },
            caching: Caching { enabled: true, ttl: FRESH },
        },
    };
    tag(&configuration).answer(&headers, Json(configuration))
}

/// The tag of an answer's content.
fn tag(answer: &impl Serialize) -> EntityTag {
    let text = serde_json::to_vec(answer).unwrap_or_default();
    EntityTag::of_hash(store::ledger::Hash::of(&[&text]).to_string().get(..32).unwrap_or_default())
}
