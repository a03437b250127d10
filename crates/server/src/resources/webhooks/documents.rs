//! Webhooks and deliveries as they are sent and answered.

use serde::{Deserialize, Serialize};
use store::webhooks::{Attempt, Delivery, DeliveryState, Endpoint, Secret, Settings};
use store::{Moment, Position};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::api;
use crate::problem::{Kind, Problem};
use crate::state::App;
use crate::webhooks::Guard;
use crate::webhooks::event::TYPES;

/// What is set of a webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookSettings {
    /// Where events are posted: https, a public host, a port that is allowed.
    #[schema(max_length = 2048, pattern = "^[Hh][Tt][Tt][Pp][Ss]?://", example = "https://receiver.example/plimsoll")]
    url: String,
    /// Types of events that are sent; none given are all.
    #[serde(default)]
    #[schema(value_type = Vec<EventName>, max_items = 32, example = json!(["score.created", "deployment.changed"]))]
    events: Vec<String>,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 500, pattern = "^[^\\u0000]*$")]
    description: String,
    /// Whether events are sent.
    #[serde(default = "yes")]
    #[schema(default = true)]
    enabled: bool,
}

/// A type of event.
struct EventName;

impl PartialSchema for EventName {
    fn schema() -> RefOr<Schema> {
        api::names("A type of event.", TYPES.iter().map(|(name, _)| *name))
    }
}

impl ToSchema for EventName {}

fn yes() -> bool {
    true
}

impl WebhookSettings {
    /// Checks what the store does not: whether the URL may be called, and whether there are such events.
    pub(super) fn checked(self, app: &App) -> Result<Settings, Problem> {
        let refuse = || Kind::InvalidRequest.because("the webhook is not what is taken here; see errors");
        let url = Guard::new(&app.config().webhooks)
            .check_url(&self.url)
            .map_err(|refused| refuse().at("/url", refused.to_string()))?;
        for (place, event) in self.events.iter().enumerate() {
            if !TYPES.iter().any(|(kind, _)| kind == event) {
                let all = TYPES.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(", ");
                return Err(refuse().at(format!("/events/{place}"), format!("there is no such event; there are {all}")));
            }
        }
        let Self { events, description, enabled, .. } = self;
        // As it was understood, so that what is shown is what is called.
        Ok(Settings { url: url.into(), events, description, enabled })
    }
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Webhook {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// Where events are posted.
    url: String,
    /// Types of events that are sent; none are all.
    events: Vec<String>,
    /// What it is for.
    description: String,
    /// Whether events are sent.
    enabled: bool,
    /// Why the service disabled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_because: Option<String>,
    /// Since when every call has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<Moment>,
    /// Until when the secret before the present one signs too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    previous_secret_until: Option<Moment>,
    /// The secret that signs its calls; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: Option<String>,
    /// Counts its changes, from 1.
    version: u64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    changed: Moment,
}

impl From<Endpoint> for Webhook {
    fn from(endpoint: Endpoint) -> Self {
        let Settings { url, events, description, enabled } = endpoint.settings;
        Self {
            id: endpoint.id,
            url,
            events,
            description,
            enabled,
            disabled_because: endpoint.disabled_because,
            failing_since: endpoint.failing_since,
            previous_secret_until: endpoint.previous_until,
            secret: None,
            version: endpoint.version,
            created: endpoint.created,
            changed: endpoint.changed,
        }
    }
}

impl Webhook {
    pub(super) fn with_secret(endpoint: Endpoint, secret: &Secret) -> Self {
        Self { secret: Some(secret.expose().to_string()), ..Self::from(endpoint) }
    }
}

/// An event on its way to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookDelivery {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The event's id, as in the header `webhook-id`.
    #[schema(example = "evt_0_17")]
    event: String,
    /// The event's type.
    #[serde(rename = "type")]
    #[schema(example = "score.created")]
    kind: String,
    /// The entry of the ledger that it was drawn from.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<WebhookPosition>,
    /// `pending`, `delivered`, `failed` (will be tried again) or `dead` (will not).
    #[schema(example = "delivered")]
    state: &'static str,
    /// Attempts that were begun.
    attempts: u32,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt: Option<Moment>,
    /// The last attempt's HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// When the event arose.
    #[schema(value_type = String, format = DateTime)]
    created: Moment,
    /// The latest attempts, the oldest first; only where one delivery is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 20)]
    log: Vec<WebhookAttempt>,
}

/// A place in the ledger.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookPosition {
    /// The chain.
    chain: u32,
    /// Place in the chain, from 0.
    sequence: u64,
}

/// One attempt at a delivery.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookAttempt {
    /// Counted from 1.
    number: u32,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    time: Moment,
    /// Milliseconds that it took.
    milliseconds: i64,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<Delivery> for WebhookDelivery {
    fn from(delivery: Delivery) -> Self {
        let position = |Position { chain, sequence }| WebhookPosition { chain, sequence };
        Self {
            id: delivery.id,
            event: delivery.event,
            kind: delivery.kind,
            position: delivery.position.map(position),
            state: match delivery.state {
                DeliveryState::Pending => "pending",
                DeliveryState::Delivered => "delivered",
                DeliveryState::Failed => "failed",
                DeliveryState::Dead => "dead",
            },
            attempts: delivery.attempts,
            next_attempt: delivery.due,
            status: delivery.status,
            error: delivery.error,
            created: delivery.created,
            log: Vec::new(),
        }
    }
}

impl WebhookDelivery {
    pub(super) fn with_log(delivery: Delivery, attempts: Vec<Attempt>) -> Self {
        let one = |attempt: Attempt| WebhookAttempt {
            number: attempt.number,
            time: attempt.time,
            milliseconds: attempt.took / 1_000,
            status: attempt.status,
            error: attempt.error,
        };
        Self { log: attempts.into_iter().map(one).collect(), ..Self::from(delivery) }
    }
}
