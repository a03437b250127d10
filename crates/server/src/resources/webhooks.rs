//! Webhooks: where events are sent, and how that goes.

mod deliveries;
mod documents;
#[cfg(test)]
mod tests;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::context::Context;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::problem::Problem;
use crate::state::App;
use crate::untrusted::Reader;
use documents::{Webhook, WebhookSettings};

/// How long the secret before a new one signs too, in seconds: a day.
const OVERLAP: i64 = 86_400;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, replace, delete))
        .routes(routes!(rotate))
        .merge(deliveries::routes())
}

/// The bodies that are read here, for [`crate::untrusted`].
pub(crate) const BODIES: &[Reader] = &[|bytes| Json::<WebhookSettings>::from_bytes(bytes).map(drop)];

/// Every webhook
///
/// The oldest first, without their secrets.
#[utoipa::path(get, path = "/v1/webhooks", tag = "Webhooks", params(PageQuery), security(("api_key" = ["webhooks:read"])),
    responses((status = 200, description = "A page of webhooks", body = Page<Webhook>)))]
async fn list(
    State(app): State<App>,
    _: Allowed<scope::WebhooksRead>,
    Query(query): Query<PageQuery>,
) -> Result<Page<Webhook>, Problem> {
    let limit = query.limit()?;
    let after = position(&app, "webhooks", query.cursor.as_deref())?;
    let mut found = app.store()?.webhooks().await?;
    found.retain(|endpoint| after.is_none_or(|after| endpoint.id > after));
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| app.cursors().make("webhooks", last.id.as_bytes()));
    Ok(Page { data: found.into_iter().map(Webhook::from).collect(), next, path: format!("/v1/webhooks?limit={limit}") })
}

/// Make a webhook
///
/// The answer holds the secret that signs its calls; it is shown this once. There may be 100 webhooks.
#[utoipa::path(post, path = "/v1/webhooks", tag = "Webhooks", request_body = WebhookSettings, security(("api_key" = ["webhooks:write"])),
    responses((status = 201, description = "The webhook with its secret", body = Webhook,
        headers(("Location" = String, description = "Where it is"), ("ETag" = String, description = "Its version")))))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::WebhooksWrite>,
    Json(settings): Json<WebhookSettings>,
) -> Result<Response, Problem> {
    let settings = settings.checked(&app)?;
    let (endpoint, secret) = app.store()?.create_webhook(&caller.by(), settings).await?;
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/v1/webhooks/{}", endpoint.id));
    let tag = EntityTag::of_version(endpoint.version);
    let answer = (StatusCode::CREATED, Json(Webhook::with_secret(endpoint, &secret)));
    let mut response = tag.answer(&HeaderMap::new(), answer);
    if let Ok(location) = location {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// One webhook
#[utoipa::path(get, path = "/v1/webhooks/{id}", tag = "Webhooks", params(("id" = String, Path, description = "The webhook's id", format = "uuid")), security(("api_key" = ["webhooks:read"])),
    responses((status = 200, description = "The webhook, without its secret", body = Webhook, headers(("ETag" = String, description = "Its version")))))]
async fn show(
    State(app): State<App>,
    _: Allowed<scope::WebhooksRead>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let endpoint = app.store()?.webhook(id).await?;
    Ok(EntityTag::of_version(endpoint.version).answer(&headers, Json(Webhook::from(endpoint))))
}

/// Set a webhook anew
///
/// Its secret stays. Enabling one that was disabled sends what had been waiting.
#[utoipa::path(put, path = "/v1/webhooks/{id}", tag = "Webhooks", request_body = WebhookSettings, security(("api_key" = ["webhooks:write"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid"), ("If-Match" = String, Header, description = "The ETag last read")),
    responses((status = 200, description = "The webhook", body = Webhook, headers(("ETag" = String, description = "Its version")))))]
async fn replace(
    State(app): State<App>,
    caller: Allowed<scope::WebhooksWrite>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Json(settings): Json<WebhookSettings>,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let settings = settings.checked(&app)?;
    let present = store.webhook(id).await?;
    EntityTag::of_version(present.version).check_match(&headers)?;
    let endpoint = store.update_webhook(&caller.by(), id, present.version, settings).await?;
    Ok(EntityTag::of_version(endpoint.version).answer(&HeaderMap::new(), Json(Webhook::from(endpoint))))
}

/// Delete a webhook
///
/// What was still to be sent is dropped.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "Webhooks", security(("api_key" = ["webhooks:write"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid"), ("If-Match" = String, Header, description = "The ETag last read")),
    responses((status = 204, description = "It is gone")))]
async fn delete(
    State(app): State<App>,
    caller: Allowed<scope::WebhooksWrite>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let store = app.store()?;
    let present = store.webhook(id).await?;
    EntityTag::of_version(present.version).check_match(&headers)?;
    store.delete_webhook(&caller.by(), id, present.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a webhook a new secret
///
/// The answer holds it, this once. For a day calls carry the signatures of both secrets, so that the receiver can change over.
#[utoipa::path(post, path = "/v1/webhooks/{id}/rotate", tag = "Webhooks", security(("api_key" = ["webhooks:write"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid"), ("If-Match" = Option<String>, Header, description = "The ETag last read")),
    responses((status = 200, description = "The webhook with its new secret", body = Webhook, headers(("ETag" = String, description = "Its version")))))]
async fn rotate(
    State(app): State<App>,
    caller: Allowed<scope::WebhooksWrite>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let store = app.store()?;
    let present = store.webhook(id).await?;
    EntityTag::of_version(present.version).check_match_if_given(&headers)?;
    let (endpoint, secret) = store.rotate_webhook(&caller.by(), id, present.version, OVERLAP).await?;
    let tag = EntityTag::of_version(endpoint.version);
    Ok(tag.answer(&HeaderMap::new(), Json(Webhook::with_secret(endpoint, &secret))).into_response())
}

/// The id that a cursor of a list stands for.
fn position(app: &App, list: &str, cursor: Option<&str>) -> Result<Option<Uuid>, Problem> {
    let read = |cursor| {
        let bytes = app.cursors().read(list, cursor)?;
        Uuid::from_slice(&bytes)
            .map_err(|_| crate::problem::Kind::InvalidCursor.because("the cursor is not one of this list"))
    };
    cursor.map(read).transpose()
}
