//! A webhook: its settings, its secret, what was sent.

use askama::Template;
use axum::extract::State;
use store::webhooks::{Delivery, DeliveryState};
use uuid::Uuid;

use super::{Choice, Row, events};
use crate::access::scope;
use crate::console::figures::moment;
use crate::console::{Asked, Page, Shell, Visitor, draw};
use crate::conventions::extract::{Path, Query};
use crate::conventions::page::PageQuery;
use crate::resources::api_keys::{after, next};
use crate::state::App;

/// A delivery as it is shown.
struct Sent {
    id: Uuid,
    kind: String,
    state: &'static str,
    class: &'static str,
    attempts: u32,
    /// What the receiver answered, or what went wrong.
    outcome: String,
    created: (String, String),
}

impl From<Delivery> for Sent {
    fn from(delivery: Delivery) -> Self {
        let (state, class) = match delivery.state {
            DeliveryState::Pending => ("waits", ""),
            DeliveryState::Delivered => ("delivered", "good"),
            DeliveryState::Failed => ("will be tried again", "amber"),
            DeliveryState::Dead => ("given up", "bad"),
        };
        let status = delivery.status.map(|status| status.to_string());
        let outcome = [status, delivery.error].into_iter().flatten().collect::<Vec<_>>().join(": ");
        Self {
            id: delivery.id,
            kind: delivery.kind,
            state,
            class,
            attempts: delivery.attempts,
            outcome,
            created: (delivery.created.to_string(), moment(delivery.created)),
        }
    }
}

#[derive(Template)]
#[template(path = "console/webhook.html")]
struct One {
    shell: Shell,
    row: Row,
    events: Vec<Choice>,
    deliveries: Vec<Sent>,
    next: Option<String>,
    is_first: bool,
}

pub(in crate::console::pages) async fn page(
    State(app): State<App>,
    visitor: Visitor<scope::WebhooksRead>,
    Asked(Path(id)): Asked<Path<Uuid>>,
    Asked(Query(query)): Asked<Query<PageQuery>>,
) -> Page {
    let (store, limit, list) = (app.store()?, query.limit()?, format!("webhooks/{id}/deliveries"));
    let row = Row::from(store.webhook(id).await?);
    let before = after(&app, &list, query.cursor.as_deref())?;
    let mut deliveries = store.deliveries(id, before, limit + 1).await?;
    let next = next(&app, &list, &mut deliveries, limit, |delivery| delivery.id);
    draw(&One {
        shell: visitor.shell,
        events: events(&row.events),
        row,
        deliveries: deliveries.into_iter().map(Sent::from).collect(),
        next,
        is_first: query.cursor.is_none(),
    })
}
