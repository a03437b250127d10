//! Webhooks: where events are sent, and how that goes.

mod deliveries;
mod documents;
#[cfg(test)]
mod tests;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use store::webhooks::{Endpoint, RepeatWebhook, Secret};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Allowed, scope};
use crate::conventions::context::Context;
use crate::conventions::entity_tag::EntityTag;
use crate::conventions::extract::{Json, JsonBytes, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::idempotency::{REPLAYED, Repeatable};
use crate::problem::{Document, Kind, Problem};
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
/// The answer holds the secret that signs its calls; it is shown this once, and to who repeats the request with the same
/// `Idempotency-Key`. There may be 100 webhooks.
#[utoipa::path(post, path = "/v1/webhooks", tag = "Webhooks", request_body = WebhookSettings, security(("api_key" = ["webhooks:write"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat; 1 to 255 visible characters")),
    responses((status = 201, description = "The webhook with its secret", body = Webhook,
        headers(("Location" = String, description = "Where it is"), ("ETag" = String, description = "Its version"),
            ("Idempotency-Replayed" = Option<String>, description = "`true` where an earlier request is answered again"))),
        (status = 409, description = "There are 100, or the request is in work", body = Document<'static>, content_type = "application/problem+json"),
        (status = 422, description = "No webhook can be so, or the Idempotency-Key was used with another request", body = Document<'static>, content_type = "application/problem+json")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<scope::WebhooksWrite>,
    headers: HeaderMap,
    JsonBytes(body): JsonBytes,
) -> Result<Response, Problem> {
    let repeatable = Repeatable::read(&headers, &caller, "POST /v1/webhooks", &body)?;
    let _taken = app.take(repeatable.as_ref()).await?;
    let Json(settings): Json<WebhookSettings> = Json::from_bytes(&body)?;
    if let Some(answered) = earlier(&app, repeatable.as_ref()).await? {
        return Ok(answered);
    }
    let settings = settings.checked(&app)?;
    let answer = |endpoint: &Endpoint, secret: &Secret| {
        serde_json::to_vec(&Webhook::with_secret(endpoint.clone(), secret)).unwrap_or_default()
    };
    let repeat = repeatable.map(|repeatable| {
        let mark = repeatable.mark(None);
        RepeatWebhook { key: mark.key, request: mark.request, answer: &answer }
    });
    let made = app.store()?.create_webhook(&caller.by(), settings, repeat).await;
    match made {
        Ok((endpoint, secret)) => created(answer(&endpoint, &secret)),
        // Another instance was at it in the same moment.
        Err(store::Error::Conflict(store::Conflict::Repeated)) => {
            let answered = earlier(&app, repeatable.as_ref()).await?;
            answered.ok_or_else(|| Kind::Conflict.because("this Idempotency-Key was used before"))
        }
        Err(error) => Err(error.into()),
    }
}

/// What an earlier request with the same key was answered with.
async fn earlier(app: &App, repeatable: Option<&Repeatable>) -> Result<Option<Response>, Problem> {
    let Some(kept) = app.kept(repeatable).await? else { return Ok(None) };
    let mut response = created(kept.to_vec())?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(Some(response))
}

/// 201 with the address and the version of a webhook that was made.
fn created(body: Vec<u8>) -> Result<Response, Problem> {
    #[derive(serde::Deserialize)]
    struct Made {
        id: Uuid,
        version: u64,
    }
    let unwritten = || Kind::Internal.because("the answer cannot be written");
    let made: Made = serde_json::from_slice(&body).map_err(|_| unwritten())?;
    let base = Context::current().map_or("", |context| context.base());
    let location = HeaderValue::try_from(format!("{base}/v1/webhooks/{}", made.id)).map_err(|_| unwritten())?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (LOCATION, location),
        (ETAG, EntityTag::of_version(made.version).header()),
    ];
    Ok((StatusCode::CREATED, headers, body).into_response())
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
        Uuid::from_slice(&bytes).map_err(|_| Kind::InvalidCursor.because("the cursor is not one of this list"))
    };
    cursor.map(read).transpose()
}
