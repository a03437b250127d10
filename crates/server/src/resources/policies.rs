//! Policies: registered, listed, read, tried against a model.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderValue};
use scorecard::policy;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use store::registry::{DocumentKind, NewDocument};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::registered::{Card, apart, author, created, page};
use crate::access::{Allowed, scope};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{self, JsonBytes, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::idempotency::Repeatable;
use crate::problem::{Document, Kind, Problem, document::refused};
use crate::scoring::{DecisionName, Engine};
use crate::state::App;
use crate::untrusted::Reader;

/// Applications that a policy is tried on at once.
const MOST: usize = 1_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload, list))
        .routes(routes!(read))
        .routes(routes!(download))
        .routes(routes!(try_out))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| extract::Json::<Trial>::from_bytes(bytes).map(drop)];

/// How a policy is uploaded.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UploadQuery {
    /// Version label; the number of the policy among those of its name where there is none.
    #[param(max_length = 64)]
    label: Option<String>,
    /// A model that it must fit; none is asked of it otherwise until it is activated with one.
    model: Option<Uuid>,
}

/// Register a policy
///
/// Rules and cut-offs that turn a score into a decision. Whether its rules fit a model is checked with `model`, and
/// always when the two are activated.
#[utoipa::path(post, path = "/v1/policies", tag = "Policies", security(("api_key" = ["policies:write"])),
    params(UploadQuery, ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    request_body = Object, extensions(("x-max-body-bytes" = json!(16777216))),
    responses((status = 201, description = "Registered", body = Card, headers(("Location" = String, description = "Where it can be read"))),
        (status = 409, description = "Registered already, or its name has that label", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No sound policy, or it does not fit the model: where it is wrong", body = Document<'static>, content_type = "application/problem+json")))]
async fn upload(
    State(app): State<App>,
    caller: Allowed<scope::PoliciesWrite>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    JsonBytes(bytes): JsonBytes,
) -> Result<Response, Problem> {
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/policies", &bytes)?;
    let _taken = app.take(repeatable.as_ref()).await?;
    let store = app.store()?;
    if let Some(kept) = app.kept(repeatable.as_ref()).await? {
        let id = Uuid::from_slice(&kept).map_err(|_| Kind::Internal.because("a kept answer cannot be read"))?;
        let card: Card = store.registered(DocumentKind::Policy, id).await?.into();
        return created(&format!("/v1/policies/{id}"), card);
    }
    let engine = match query.model {
        Some(model) => {
            let model = store.registered(DocumentKind::Model, model).await?;
            Some(app.engines().load(store, &model.hash.to_string(), None).await?)
        }
        None => None,
    };
    let reading = apart(move || {
        let policy = policy::from_json(&bytes)?;
        if let Some(engine) = engine {
            policy::PolicyEvaluator::new(policy.clone(), engine.scorecard())?;
        }
        Ok(policy)
    });
    let policy = reading.await?.map_err(|error: scorecard::Error| refused(&error))?;
    let (id, author) = (Uuid::now_v7(), author(&caller));
    let idempotency = app.keep(repeatable.as_ref(), id.as_bytes())?;
    let new = NewDocument { id, label: query.label, pmml: None, author: &author, idempotency };
    created(&format!("/v1/policies/{id}"), Card::from(store.add_policy(&policy, new).await?))
}

/// List policies
///
/// The newest first.
#[utoipa::path(get, path = "/v1/policies", tag = "Policies", security(("api_key" = ["policies:read"])), params(PageQuery),
    responses((status = 200, description = "Policies", body = Page<Card>)))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::PoliciesRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Card>, Problem> {
    let (limit, cursor) = (query.limit()?, query.cursor.as_deref());
    page(&app, app.store()?, DocumentKind::Policy, "/v1/policies", limit, cursor).await
}

/// Read a policy
///
/// Its card; the document itself is at `/document`.
#[utoipa::path(get, path = "/v1/policies/{id}", tag = "Policies", security(("api_key" = ["policies:read"])),
    params(("id" = Uuid, Path, description = "The policy's id")),
    responses((status = 200, description = "The policy", body = Card),
        (status = 404, description = "No such policy", body = Document<'static>, content_type = "application/problem+json")))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::PoliciesRead>,
    Path(id): Path<Uuid>,
) -> Result<extract::Json<Card>, Problem> {
    Ok(extract::Json(app.store()?.registered(DocumentKind::Policy, id).await?.into()))
}

/// Download a policy
#[utoipa::path(get, path = "/v1/policies/{id}/document", tag = "Policies", security(("api_key" = ["policies:read"])),
    params(("id" = Uuid, Path, description = "The policy's id")),
    responses((status = 200, description = "The document", body = serde_json::Value),
        (status = 404, description = "No such policy", body = Document<'static>, content_type = "application/problem+json")))]
async fn download(
    State(app): State<App>,
    _caller: Allowed<scope::PoliciesRead>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let policy = store.registered(DocumentKind::Policy, id).await?;
    let text = store.document(DocumentKind::Policy, policy.hash).await?;
    let answer = ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response();
    Ok(EntityTag::of_hash(&policy.hash.to_string()).answer(&headers, answer))
}

/// What a policy is tried on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyTrial)]
struct Trial {
    /// The model whose scores it decides on.
    model: Uuid,
    /// Applications, at most 1000. They are not kept.
    #[schema(value_type = Vec<Object>, max_items = 1000)]
    applications: Vec<Map<String, Json>>,
}

/// What a policy would decide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyTrialResult)]
struct Tried {
    /// One an application.
    results: Vec<TrialResult>,
}

/// What a policy would decide on one application.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = PolicyTrialOutcome)]
struct TrialResult {
    /// The score.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    /// The decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DecisionName>)]
    decision: Option<policy::Decision>,
    /// The rules that fired.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    rules: Vec<String>,
    /// Why there is no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Try a policy
///
/// Says what it would decide on applications with a model. Nothing is recorded.
#[utoipa::path(post, path = "/v1/policies/{id}/test", tag = "Policies", security(("api_key" = ["policies:write"])),
    params(("id" = Uuid, Path, description = "The policy's id")), request_body = Trial,
    extensions(("x-max-body-bytes" = json!(16777216))),
    responses((status = 200, description = "What it would decide", body = Tried),
        (status = 404, description = "No such policy or model", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "It does not fit the model", body = Document<'static>, content_type = "application/problem+json")))]
async fn try_out(
    State(app): State<App>,
    _caller: Allowed<scope::PoliciesWrite>,
    Path(id): Path<Uuid>,
    extract::Json(trial): extract::Json<Trial>,
) -> Result<extract::Json<Tried>, Problem> {
    if trial.applications.len() > MOST {
        let detail = format!("must be at most {MOST} applications");
        return Err(Kind::InvalidRequest.because("too many applications").at("/applications", detail));
    }
    let engine = super::deployment::fitting(&app, trial.model, Some(id)).await?;
    let results = apart(move || trial.applications.iter().map(|one| tried(&engine, one)).collect()).await?;
    Ok(extract::Json(Tried { results }))
}

fn tried(engine: &Engine, application: &Map<String, Json>) -> TrialResult {
    let decide = || {
        let values = engine.reader.read(application)?;
        let evaluation = engine.evaluator.evaluate(&values)?;
        let outcome = engine.policy.as_ref().map(|policy| policy.decide(&values, &evaluation)).transpose()?;
        Ok::<_, scorecard::Error>((evaluation.score.to_f64(), outcome))
    };
    match decide() {
        Err(error) => TrialResult { problem: Some(error.to_string()), ..TrialResult::default() },
        Ok((score, outcome)) => {
            let rules = engine.policy.as_ref().map(|policy| &policy.policy().rules[..]).unwrap_or_default();
            let name = |fired: &policy::FiredRule| rules.get(fired.rule as usize).map(|rule| rule.id.clone());
            TrialResult {
                score: Some(score),
                decision: outcome.as_ref().map(|outcome| outcome.decision),
                rules: outcome.iter().flat_map(|outcome| &outcome.fired).filter_map(name).collect(),
                problem: None,
            }
        }
    }
}
