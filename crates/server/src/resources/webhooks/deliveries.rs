//! Deliveries of a webhook: listed, looked at, tried again; and the event that tries one.

use axum::extract::State;
use http::StatusCode;
use store::Moment;
use store::webhooks::NewDelivery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::documents::WebhookDelivery;
use super::position;
use crate::access::{Allowed, scope};
use crate::conventions::extract::{Json, Path, Query};
use crate::conventions::page::{Page, PageQuery};
use crate::problem::{Kind, Problem};
use crate::state::App;
use crate::webhooks::event::{self, PING};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(retry)).routes(routes!(test))
}

/// Deliveries of a webhook
///
/// The newest first; those of the last 30 days.
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries", tag = "Webhooks", security(("api_key" = ["webhooks:read"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid"), PageQuery),
    responses((status = 200, description = "A page of deliveries", body = Page<WebhookDelivery>)))]
async fn list(
    State(app): State<App>,
    _: Allowed<scope::WebhooksRead>,
    Path(id): Path<Uuid>,
    Query(query): Query<PageQuery>,
) -> Result<Page<WebhookDelivery>, Problem> {
    let (limit, name) = (query.limit()?, format!("webhooks/{id}/deliveries"));
    let before = position(&app, &name, query.cursor.as_deref())?;
    let mut found = app.store()?.deliveries(id, before, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| app.cursors().make(&name, last.id.as_bytes()));
    let path = format!("/v1/webhooks/{id}/deliveries?limit={limit}");
    Ok(Page { data: found.into_iter().map(WebhookDelivery::from).collect(), next, path })
}

/// One delivery and its latest attempts
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries/{delivery}", tag = "Webhooks", security(("api_key" = ["webhooks:read"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid"), ("delivery" = String, Path, description = "The delivery's id", format = "uuid")),
    responses((status = 200, description = "The delivery", body = WebhookDelivery)))]
async fn show(
    State(app): State<App>,
    _: Allowed<scope::WebhooksRead>,
    Path((id, delivery)): Path<(Uuid, Uuid)>,
) -> Result<Json<WebhookDelivery>, Problem> {
    let (delivery, attempts) = app.store()?.delivery(id, delivery).await?;
    Ok(Json(WebhookDelivery::with_log(delivery, attempts)))
}

/// Try a delivery again
///
/// At once, and with all its attempts before it; one that was delivered is sent again, with the same `webhook-id`.
#[utoipa::path(post, path = "/v1/webhooks/{id}/deliveries/{delivery}/retry", tag = "Webhooks", security(("api_key" = ["webhooks:write"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid"), ("delivery" = String, Path, description = "The delivery's id", format = "uuid")),
    responses((status = 202, description = "It will be sent", body = WebhookDelivery)))]
async fn retry(
    State(app): State<App>,
    _: Allowed<scope::WebhooksWrite>,
    Path((id, delivery)): Path<(Uuid, Uuid)>,
) -> Result<(StatusCode, Json<WebhookDelivery>), Problem> {
    let delivery = app.store()?.retry_delivery(id, delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}

/// Send a webhook an event that tries it
///
/// The event `ping`, whatever the webhook's filter; its delivery shows how it went.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", tag = "Webhooks", security(("api_key" = ["webhooks:write"])),
    params(("id" = String, Path, description = "The webhook's id", format = "uuid")),
    responses((status = 202, description = "It will be sent", body = WebhookDelivery)))]
async fn test(
    State(app): State<App>,
    _: Allowed<scope::WebhooksWrite>,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<WebhookDelivery>), Problem> {
    let store = app.store()?;
    if !store.webhook(id).await?.settings.enabled {
        return Err(Kind::Conflict.because("the webhook is disabled; enable it first"));
    }
    let event = format!("ping_{}", Uuid::new_v4());
    let data = serde_json::json!({"webhook": id});
    let payload = event::payload(PING, &Moment::now().to_string(), &data);
    let ping = NewDelivery { endpoint: id, event: event.clone(), kind: PING.to_owned(), position: None, payload };
    store.enqueue_deliveries(vec![ping]).await?;
    let latest = store.deliveries(id, None, PageQuery::MOST).await?;
    let delivery = latest.into_iter().find(|delivery| delivery.event == event);
    let delivery = delivery.ok_or_else(|| Kind::Conflict.because("the webhook was deleted just now"))?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
