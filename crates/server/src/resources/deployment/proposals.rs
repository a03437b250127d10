//! Four eyes: activations that one person proposes and another approves.

use axum::extract::State;
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::documents::{Deployment, Proposal};
use super::{author, in_force};
use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery, address};
use crate::problem::{Document, Kind, Problem};
use crate::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(approve)).routes(routes!(reject))
}

/// The list whose cursors these are.
const LIST: &str = "/v1/deployment/proposals";

/// List proposals
///
/// The newest first.
#[utoipa::path(get, path = "/v1/deployment/proposals", operation_id = "proposals", tag = "Deployment", security(("api_key" = ["models:read"])), params(PageQuery),
    responses((status = 200, description = "A page of proposals", body = Page<Proposal>),
        (status = 400, description = "A cursor that is not one", body = Document<'static>, content_type = "application/problem+json")))]
async fn list(
    State(app): State<App>,
    _caller: Allowed<scope::ModelsRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Proposal>, Problem> {
    let limit = query.limit()?;
    let before = query.cursor.as_deref().map(|cursor| app.cursors().read(LIST, cursor)).transpose()?;
    let before = before.map(|bytes| Uuid::from_slice(&bytes)).transpose();
    let before = before.map_err(|_| Kind::InvalidCursor.because("the cursor is of another list"))?;
    let mut all = app.store()?.proposals(before, limit + 1).await?;
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| app.cursors().make(LIST, last.id.as_bytes()));
    let path = address(LIST, &[("limit", query.limit.map(|limit| limit.to_string()))]);
    Ok(Page { data: all.into_iter().map(Proposal::from).collect(), next, path })
}

/// Approve a proposal
///
/// It takes effect. Whoever proposed it cannot approve it, by whichever of their keys.
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
    in_force(&app, app.store()?.approve(id, &author(&app, &caller).await?).await?).await
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
    store.reject(id, &author(&app, &caller).await?).await?;
    Ok(Json(store.proposal(id).await?.into()))
}
