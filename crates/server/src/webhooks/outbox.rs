//! From entries to deliveries.

use std::sync::Arc;

use store::ledger::Entry;
use store::webhooks::NewDelivery;
use store::{Effects, Result, Store};

use super::event::Event;
use crate::followers::{Follower, Trouble};

/// Fills the outbox. What it hands in it writes by itself, so that the sender hears of it at once; a batch that comes
/// twice changes nothing.
pub(super) struct Outbox {
    pub(super) store: Arc<Store>,
}

impl Follower for Outbox {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    async fn handle(&self, entries: &[Entry]) -> std::result::Result<Effects, Trouble> {
        hand_in(&self.store, entries).await?;
        Ok(Effects::none())
    }
}

/// Hands in a delivery for each event of these entries and each enabled endpoint that wants it. May be done again: what
/// is there stays as it is. Gives how many are new.
///
/// # Errors
/// Where the store cannot be read or written.
pub async fn hand_in(store: &Store, entries: &[Entry]) -> Result<usize> {
    let mut endpoints = store.webhooks().await?;
    endpoints.retain(|endpoint| endpoint.settings.enabled);
    if endpoints.is_empty() {
        return Ok(0);
    }
    let mut deliveries = Vec::new();
    for event in entries.iter().filter_map(Event::of) {
        // What was recorded before an endpoint was made is not sent there, however late the ledger is read.
        let wanting = endpoints.iter().filter(|one| one.settings.wants(event.kind) && one.created <= event.time);
        deliveries.extend(wanting.map(|endpoint| NewDelivery {
            endpoint: endpoint.id,
            event: event.id.clone(),
            kind: event.kind.to_owned(),
            position: Some(event.position),
            payload: event.payload.clone(),
        }));
    }
    store.enqueue_deliveries(deliveries).await
}
