//! What is in force: read here; changed, proposed and approved in the files below.

mod changes;
mod documents;
mod proposals;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use store::registry::{self, Author, DocumentKind, Status};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::registered::apart;
use crate::access::{Allowed, Caller, scope};
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Query};
use crate::conventions::page::{Page, PageQuery, address};
use crate::problem::{Kind, Problem, document::refused};
use crate::scoring::Engine;
use crate::state::App;
use documents::Deployment;

pub(crate) use changes::BODIES;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(history))
        .merge(proposals::routes())
        .merge(changes::routes())
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
    Ok(Page {
        data: all.into_iter().map(Deployment::from).collect(),
        next,
        path: address(LIST, &[("limit", query.limit.map(|limit| limit.to_string()))]),
    })
}

/// A caller, with the person behind the key: two keys of one person are one pair of eyes.
async fn author(app: &App, caller: &Caller) -> Result<Author, Problem> {
    Ok(app.store()?.author(caller.actor()).await?)
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
