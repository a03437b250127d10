//! What is in force: champion and challengers, activation, four eyes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use store::{
    Moment,
    registry::{self, DocumentKind, Outcome, Reference, Status},
};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::registered::{Card, apart, author};
use crate::access::{Allowed, scope};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path, Query, whole};
use crate::conventions::page::{Page, PageQuery};
use crate::problem::{Document, Kind, Problem, document::refused};
use crate::scoring::Engine;
use crate::state::App;
use crate::untrusted::Reader;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(history))
        .routes(routes!(proposals))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(activate))
        .routes(routes!(challenge, stop_challenge))
        .routes(routes!(retire))
        .routes(routes!(retire_policy))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] =
    &[|bytes| Json::<Activation>::from_bytes(bytes).map(drop), |bytes| Json::<Challenge>::from_bytes(bytes).map(drop)];

/// What is, or was, in force.
#[derive(Debug, Serialize, ToSchema)]
struct Deployment {
    /// Rises with every change; 0 before the first.
    version: u64,
    /// Since when; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Moment>,
    /// Who made the change that led to it.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    by: String,
    /// What that change was.
    #[schema(example = "activated")]
    action: String,
    /// What answers.
    champion: Option<Pair>,
    /// What scores in its shadow.
    challengers: Vec<Challenger>,
}

/// A model and the policy that decides on its scores.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeployedPair)]
struct Pair {
    /// The model.
    model: Named,
    /// The policy.
    policy: Option<Named>,
}

/// A challenger.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeployedChallenger)]
struct Challenger {
    #[serde(flatten)]
    pair: Pair,
    /// Per cent of the applicants that it scores.
    share: u8,
}

/// A document by id and hash.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeployedDocument)]
struct Named {
    /// Its id.
    id: Uuid,
    /// `sha256:` and the hash of its content.
    hash: String,
}

/// An activation that waits for a second person, or waited.
#[derive(Debug, Serialize, ToSchema)]
struct Proposal {
    id: Uuid,
    /// The version of the deployment that it was made for.
    version: u64,
    /// What is to answer.
    champion: Pair,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    proposed: Moment,
    /// Who made it.
    by: String,
    /// Until when it can be approved.
    #[schema(value_type = String, format = DateTime)]
    expires: Moment,
    /// What became of it.
    #[schema(value_type = OutcomeName)]
    outcome: Outcome,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
}

/// What became of a proposal.
#[derive(ToSchema)]
#[schema(as = ProposalOutcome, rename_all = "snake_case")]
#[allow(dead_code)] // describes
enum OutcomeName {
    Open,
    Approved,
    Rejected,
    Expired,
    Stale,
}

/// Proposals, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct Proposals {
    data: Vec<Proposal>,
}

/// What a model is activated with.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Activation {
    /// The policy that decides; without one there are scores but no decisions.
    #[serde(default)]
    policy: Option<Uuid>,
}

/// How a model challenges.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Challenge {
    /// Per cent of the applicants that it scores; always the same ones.
    #[serde(deserialize_with = "whole::required")]
    #[schema(minimum = 1, maximum = 100)]
    share: u8,
    /// The policy that its decisions are drawn with: the champion's where none is named, none where it is null.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<Uuid>)]
    policy: Option<Option<Uuid>>,
}

fn named<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Uuid>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl From<Reference> for Named {
    fn from(reference: Reference) -> Self {
        Self { id: reference.id, hash: format!("sha256:{}", reference.hash) }
    }
}

fn pair(model: Reference, policy: Option<Reference>) -> Pair {
    Pair { model: model.into(), policy: policy.map(Named::from) }
}

impl From<registry::Deployment> for Deployment {
    fn from(deployment: registry::Deployment) -> Self {
        let challenger = |one: registry::Challenger| Challenger { pair: pair(one.model, one.policy), share: one.share };
        Self {
            version: deployment.version,
            since: (deployment.version > 0).then_some(deployment.time),
            by: deployment.by,
            action: deployment.action,
            champion: deployment.champion.map(|champion| pair(champion.model, champion.policy)),
            challengers: deployment.challengers.into_iter().map(challenger).collect(),
        }
    }
}

impl From<registry::Proposal> for Proposal {
    fn from(proposal: registry::Proposal) -> Self {
        Self {
            id: proposal.id,
            version: proposal.version,
            champion: pair(proposal.champion.model, proposal.champion.policy),
            proposed: proposal.proposed,
            by: proposal.proposer.by,
            expires: proposal.expires,
            outcome: proposal.outcome,
            decided_by: proposal.decided.map(|(by, _)| by),
        }
    }
}

/// Read what is in force
#[utoipa::path(get, path = "/v1/deployment", tag = "Deployment", security(("api_key" = ["models:read"])),
    responses((status = 200, description = "Champion and challengers", body = Deployment, headers(("ETag" = String, description = "The version, for If-Match")))))]
async fn read(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let deployment = app.store()?.deployment().await?;
    Ok(EntityTag::of_version(deployment.version).answer(&headers, Json(Deployment::from(deployment))))
}

/// List what was in force
///
/// The newest first.
#[utoipa::path(get, path = "/v1/deployment/history", tag = "Deployment", security(("api_key" = ["models:read"])), params(PageQuery),
    responses((status = 200, description = "States, the newest first", body = Page<Deployment>)))]
async fn history(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Deployment>, Problem> {
    const LIST: &str = "/v1/deployment/history";
    let limit = query.limit()?;
    let below = match &query.cursor {
        None => None,
        Some(cursor) => {
            let position = <[u8; 8]>::try_from(app.cursors().read(LIST, cursor)?);
            let position = position.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?;
            Some(u64::from_be_bytes(position))
        }
    };
    // Versions run down to 1 without gaps: the last one says whether there are more.
    let all = app.store()?.deployments(below, limit).await?;
    let last = all.last().map(|last| last.version).filter(|version| *version > 1);
    let next = last.map(|version| app.cursors().make(LIST, &version.to_be_bytes()));
    Ok(Page { data: all.into_iter().map(Deployment::from).collect(), next, path: LIST.to_owned() })
}

/// Activate a model
///
/// Makes it the champion, with a policy that must fit it. Every instance answers with it within about a second. Where two
/// persons are asked for (`PLIMSOLL_FOUR_EYES`), this proposes it instead, and another person approves.
#[utoipa::path(post, path = "/v1/models/{id}/activate", tag = "Deployment", security(("api_key" = ["models:activate"])),
    params(("id" = Uuid, Path, description = "The model's id"), ("If-Match" = Option<String>, Header, description = "The ETag of the deployment that this is meant to change")),
    request_body = Activation,
    responses((status = 200, description = "In force", body = Deployment),
        (status = 202, description = "Proposed: another person must approve it", body = Proposal),
        (status = 404, description = "No such model or policy", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is retired, or in force already", body = Document<'static>, content_type = "application/problem+json"),
        (status = 412, description = "What is in force has changed", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The policy does not fit the model: where", body = Document<'static>, content_type = "application/problem+json")))]
async fn activate(
    State(app): State<App>,
    caller: Allowed<scope::ModelsActivate>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(activation): Json<Activation>,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let version = version(&app, &headers).await?;
    fitting(&app, id, activation.policy).await?;
    if app.config().deployment.four_eyes {
        let proposal = store.propose(id, activation.policy, Some(version), &author(&caller)).await?;
        let address = HeaderValue::try_from(format!("/v1/deployment/proposals#{}", proposal.id));
        let mut response = (StatusCode::ACCEPTED, Json(Proposal::from(proposal))).into_response();
        if let Ok(address) = address {
            response.headers_mut().insert(LOCATION, address);
        }
        return Ok(response);
    }
    in_force(&app, store.activate(id, activation.policy, Some(version), &author(&caller)).await?).await
}

/// Have a model challenge
///
/// It scores a share of the applicants in the champion's shadow: in figures, never in an answer. Asked again, it changes the
/// share or the policy.
#[utoipa::path(post, path = "/v1/models/{id}/challenge", tag = "Deployment", security(("api_key" = ["models:activate"])),
    params(("id" = Uuid, Path, description = "The model's id"), ("If-Match" = Option<String>, Header, description = "The ETag of the deployment that this is meant to change")),
    request_body = Challenge,
    responses((status = 200, description = "It challenges", body = Deployment),
        (status = 404, description = "No such model or policy", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is the champion or retired, or there are too many", body = Document<'static>, content_type = "application/problem+json"),
        (status = 412, description = "What is in force has changed", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "The policy does not fit the model, or the share is none", body = Document<'static>, content_type = "application/problem+json")))]
async fn challenge(
    State(app): State<App>,
    caller: Allowed<scope::ModelsActivate>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(challenge): Json<Challenge>,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let version = version(&app, &headers).await?;
    let policy = match challenge.policy {
        Some(policy) => policy,
        None => store.deployment().await?.champion.and_then(|champion| champion.policy).map(|policy| policy.id),
    };
    fitting(&app, id, policy).await?;
    in_force(&app, store.challenge(id, policy, challenge.share, Some(version), &author(&caller)).await?).await
}

/// Stop a challenge
#[utoipa::path(delete, path = "/v1/models/{id}/challenge", tag = "Deployment", security(("api_key" = ["models:activate"])),
    params(("id" = Uuid, Path, description = "The model's id"), ("If-Match" = Option<String>, Header, description = "The ETag of the deployment that this is meant to change")),
    responses((status = 200, description = "It challenges no more", body = Deployment),
        (status = 404, description = "It is no challenger", body = Document<'static>, content_type = "application/problem+json"),
        (status = 412, description = "What is in force has changed", body = Document<'static>, content_type = "application/problem+json")))]
async fn stop_challenge(
    State(app): State<App>,
    caller: Allowed<scope::ModelsActivate>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let version = version(&app, &headers).await?;
    in_force(&app, app.store()?.stop_challenge(id, Some(version), &author(&caller)).await?).await
}

/// Retire a model
///
/// It can no longer be put in force; it stays readable, and what it scored can be explained and replayed.
#[utoipa::path(post, path = "/v1/models/{id}/retire", tag = "Deployment", security(("api_key" = ["models:activate"])),
    params(("id" = Uuid, Path, description = "The model's id"), ("If-Match" = Option<String>, Header, description = "The ETag of the deployment that this is meant to change")),
    responses((status = 200, description = "Retired", body = Card),
        (status = 404, description = "No such model", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is in force, or retired already", body = Document<'static>, content_type = "application/problem+json")))]
async fn retire(
    State(app): State<App>,
    caller: Allowed<scope::ModelsActivate>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Json<Card>, Problem> {
    let version = version(&app, &headers).await?;
    Ok(Json(app.store()?.retire(DocumentKind::Model, id, Some(version), &author(&caller)).await?.into()))
}

/// Retire a policy
#[utoipa::path(post, path = "/v1/policies/{id}/retire", tag = "Deployment", security(("api_key" = ["policies:activate"])),
    params(("id" = Uuid, Path, description = "The policy's id"), ("If-Match" = Option<String>, Header, description = "The ETag of the deployment that this is meant to change")),
    responses((status = 200, description = "Retired", body = Card),
        (status = 404, description = "No such policy", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is in force, or retired already", body = Document<'static>, content_type = "application/problem+json")))]
async fn retire_policy(
    State(app): State<App>,
    caller: Allowed<scope::PoliciesActivate>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Json<Card>, Problem> {
    let version = version(&app, &headers).await?;
    Ok(Json(app.store()?.retire(DocumentKind::Policy, id, Some(version), &author(&caller)).await?.into()))
}

/// List proposals
///
/// The last hundred, the newest first.
#[utoipa::path(get, path = "/v1/deployment/proposals", tag = "Deployment", security(("api_key" = ["models:read"])),
    responses((status = 200, description = "Proposals", body = Proposals)))]
async fn proposals(State(app): State<App>, _caller: Allowed<scope::ModelsRead>) -> Result<Json<Proposals>, Problem> {
    let data = app.store()?.proposals().await?.into_iter().map(Proposal::from).collect();
    Ok(Json(Proposals { data }))
}

/// Approve a proposal
///
/// It takes effect. Whoever proposed it cannot approve it.
#[utoipa::path(post, path = "/v1/deployment/proposals/{id}/approve", tag = "Deployment", security(("api_key" = ["models:activate"])),
    params(("id" = Uuid, Path, description = "The proposal's id")),
    responses((status = 200, description = "In force", body = Deployment),
        (status = 404, description = "No such proposal", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It is the caller's own, was decided on, has expired, or what is in force has changed", body = Document<'static>, content_type = "application/problem+json")))]
async fn approve(
    State(app): State<App>,
    caller: Allowed<scope::ModelsActivate>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    in_force(&app, app.store()?.approve(id, &author(&caller)).await?).await
}

/// Reject a proposal
///
/// Or take one's own back.
#[utoipa::path(post, path = "/v1/deployment/proposals/{id}/reject", tag = "Deployment", security(("api_key" = ["models:activate"])),
    params(("id" = Uuid, Path, description = "The proposal's id")),
    responses((status = 200, description = "Rejected", body = Proposal),
        (status = 404, description = "No such proposal", body = Document<'static>, content_type = "application/problem+json"),
        (status = 409, description = "It was decided on", body = Document<'static>, content_type = "application/problem+json")))]
async fn reject(
    State(app): State<App>,
    caller: Allowed<scope::ModelsActivate>,
    Path(id): Path<Uuid>,
) -> Result<Json<Proposal>, Problem> {
    let store = app.store()?;
    store.reject(id, &author(&caller)).await?;
    Ok(Json(store.proposal(id).await?.into()))
}

/// The version of the deployment that a request is meant for.
async fn version(app: &App, headers: &HeaderMap) -> Result<u64, Problem> {
    let version = app.store()?.deployment_version().await?;
    EntityTag::of_version(version).check_match_if_given(headers)?;
    Ok(version)
}

/// The engine of a model and a policy, or where the two do not fit.
pub(super) async fn fitting(app: &App, model: Uuid, policy: Option<Uuid>) -> Result<Arc<Engine>, Problem> {
    let store = app.store()?;
    let model = store.registered(DocumentKind::Model, model).await?;
    let hash = model.hash.to_string();
    let bare = app.engines().load(store, &hash, None).await?;
    let Some(policy) = policy else { return Ok(bare) };
    let policy = store.registered(DocumentKind::Policy, policy).await?;
    if let Some(gone) = [&model, &policy].into_iter().find(|one| one.status == Status::Retired) {
        return Err(Kind::Conflict.because(format!("the {} `{}` is retired", gone.kind.name(), gone.id)));
    }
    let text = store.document(DocumentKind::Policy, policy.hash).await?;
    let checking = apart(move || {
        let policy = scorecard::policy::from_json(text.as_bytes())?;
        scorecard::policy::PolicyEvaluator::new(policy, bare.scorecard()).map(drop)
    });
    if let Err(error) = checking.await? {
        let problem = refused(&error);
        let detail = format!("the policy does not fit the model: {}", problem.detail());
        let faults = problem.errors().iter();
        return Err(faults
            .fold(Kind::InvalidRequest.because(detail), |problem, fault| problem.at("/policy", fault.detail.clone())));
    }
    app.engines().load(store, &hash, Some(&policy.hash.to_string())).await
}

/// The answer to a change of what is in force, once this instance answers with it.
async fn in_force(app: &App, deployment: registry::Deployment) -> Result<Response, Problem> {
    if let Err(problem) = app.engines().refresh(app.store()?).await {
        tracing::warn!(problem = problem.detail(), "what is in force is followed later");
    }
    let tag = EntityTag::of_version(deployment.version);
    let mut response = Json(Deployment::from(deployment)).into_response();
    response.headers_mut().insert(http::header::ETAG, tag.header());
    Ok(response)
}
