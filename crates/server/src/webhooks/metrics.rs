//! What is counted of webhooks. Endpoints are not labels: they come and go with what users do.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Unit;
use store::webhooks::{DeliveryState, OutboxDepth};

use crate::operations::metrics::Metrics;

/// What is counted of webhooks.
#[derive(Debug, Clone, Default)]
pub(super) struct WebhookMetrics {
    attempts: Family<Outcome, Counter>,
    /// Endpoints that were disabled because of how they answered.
    pub(super) disabled: Counter,
    waiting: Gauge,
    oldest: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

impl WebhookMetrics {
    pub(super) fn register(metrics: &Metrics) -> Self {
        let this = Self::default();
        metrics.register_with(|registry| {
            let help = "Attempts at webhook deliveries: delivered, failed (to be tried again), dead (given up)";
            registry.register("webhook_deliveries", help, this.attempts.clone());
            let help = "Webhooks that were disabled because of how they answered";
            registry.register("webhooks_disabled", help, this.disabled.clone());
            let help = "Webhook deliveries that wait, of all instances";
            registry.register("webhook_outbox_deliveries", help, this.waiting.clone());
            let help = "Age of the oldest webhook delivery that waits, of all instances";
            registry.register_with_unit("webhook_outbox_oldest", help, Unit::Seconds, this.oldest.clone());
        });
        this
    }

    pub(super) fn tried(&self, state: DeliveryState) {
        let outcome = match state {
            DeliveryState::Delivered => "delivered",
            DeliveryState::Dead => "dead",
            DeliveryState::Pending | DeliveryState::Failed => "failed",
        };
        self.attempts.get_or_create(&Outcome { outcome }).inc();
    }

    pub(super) fn measured(&self, depth: OutboxDepth, now: store::Moment) {
        self.waiting.set(i64::try_from(depth.waiting).unwrap_or(i64::MAX));
        let age = depth.oldest.map_or(0, |oldest| (now.micros() - oldest.micros()) / 1_000_000);
        self.oldest.set(age.max(0));
    }
}
