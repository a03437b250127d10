//! Changes of what is in force: activation, challenges, retirement.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use store::registry::DocumentKind;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::documents::{Deployment, Proposal};
use super::{author, fitting, in_force};
use crate::access::{Allowed, scope};
use crate::conventions::context::Context;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path, whole};
use crate::problem::{Document, Problem};
use crate::resources::registered::Card;
use crate::state::App;
use crate::untrusted::Reader;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(activate))
        .routes(routes!(challenge, stop_challenge))
        .routes(routes!(retire))
        .routes(routes!(retire_policy))
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] =
    &[|bytes| Json::<Activation>::from_bytes(bytes).map(drop), |bytes| Json::<Challenge>::from_bytes(bytes).map(drop)];

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
        let proposal = store.propose(id, activation.policy, Some(version), &author(&app, &caller).await?).await?;
        let base = Context::current().map_or("", |context| context.base());
        let address = HeaderValue::try_from(format!("{base}/v1/deployment/proposals#{}", proposal.id));
        let mut response = (StatusCode::ACCEPTED, Json(Proposal::from(proposal))).into_response();
        if let Ok(address) = address {
            response.headers_mut().insert(LOCATION, address);
        }
        return Ok(response);
    }
    in_force(&app, store.activate(id, activation.policy, Some(version), &author(&app, &caller).await?).await?).await
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
    in_force(&app, store.challenge(id, policy, challenge.share, Some(version), &author(&app, &caller).await?).await?)
        .await
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
    in_force(&app, app.store()?.stop_challenge(id, Some(version), &author(&app, &caller).await?).await?).await
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
    Ok(Json(app.store()?.retire(DocumentKind::Model, id, Some(version), &author(&app, &caller).await?).await?.into()))
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
    Ok(Json(app.store()?.retire(DocumentKind::Policy, id, Some(version), &author(&app, &caller).await?).await?.into()))
}

/// The version of the deployment that a request is meant for.
async fn version(app: &App, headers: &HeaderMap) -> Result<u64, Problem> {
    let version = app.store()?.deployment_version().await?;
    EntityTag::of_version(version).check_match_if_given(headers)?;
    Ok(version)
}
