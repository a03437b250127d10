//! Sends what is in the outbox: several endpoints at once, a few calls each, so that a slow one holds up no other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use store::webhooks::{Claimed, Outcome, Target};
use store::{Moment, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;
use uuid::Uuid;

use super::client::Client;
use super::guard::{Lookup, SystemLookup};
use super::metrics::WebhookMetrics;
use super::retry;
use crate::config::Webhooks;
use crate::{App, Drain, Result};

/// Calls to one endpoint at once, of this instance.
const PER_ENDPOINT: usize = 4;
/// How long after a call's longest time a delivery is taken to be abandoned.
const MARGIN: Duration = Duration::from_secs(30);
/// How often to look for what other instances put into the outbox.
const IDLE: Duration = Duration::from_secs(1);
/// How often the outbox is measured.
const MEASURE: Duration = Duration::from_secs(10);
/// How often old deliveries are forgotten, and how old they are, in seconds.
const TRIM: Duration = Duration::from_secs(3_600);
const KEPT: i64 = 30 * 86_400;

/// Sends what is in the outbox until the service begins to stop; what is under way then is finished.
///
/// # Errors
/// Where calls cannot be secured: no certificates of authorities, or a file of them that cannot be used.
pub fn send(app: &App, store: Arc<Store>) -> Result<JoinHandle<()>> {
    send_with(app, store, Arc::new(SystemLookup))
}

/// Like [`send`], with a resolver of names of the caller's.
///
/// # Errors
/// As [`send`].
pub fn send_with(app: &App, store: Arc<Store>, lookup: Arc<dyn Lookup>) -> Result<JoinHandle<()>> {
    let config = app.config().webhooks.clone();
    let desk =
        Desk { client: Client::new(&config, lookup)?, config, store, metrics: WebhookMetrics::register(app.metrics()) };
    let sender =
        Sender { desk: Arc::new(desk), places: HashMap::new(), calls: JoinSet::new(), measured: None, trimmed: None };
    Ok(tokio::spawn(sender.run(app.drain().clone())))
}

struct Sender {
    desk: Arc<Desk>,
    places: HashMap<Uuid, Arc<Semaphore>>,
    calls: JoinSet<()>,
    measured: Option<Instant>,
    trimmed: Option<Instant>,
}

/// What a call needs.
struct Desk {
    client: Client,
    config: Webhooks,
    store: Arc<Store>,
    metrics: WebhookMetrics,
}

impl Sender {
    async fn run(mut self, drain: Drain) {
        while !drain.has_begun() {
            let pause = match self.round().await {
                Ok(next) => next.unwrap_or(IDLE).min(IDLE),
                Err(error) => {
                    tracing::warn!(%error, "the webhooks' outbox cannot be worked on; trying again");
                    IDLE
                }
            };
            tokio::select! {
                () = drain.begun() => {}
                () = self.desk.store.outbox_filled() => {}
                _ = self.calls.join_next(), if !self.calls.is_empty() => {}
                () = sleep(pause) => {}
            }
            while self.calls.try_join_next().is_some() {}
        }
        let finished = async { while self.calls.join_next().await.is_some() {} };
        tokio::select! {
            () = finished => {}
            // What is cut off here is sent again once its claim ends.
            () = drain.given_up() => {}
        }
    }

    /// Takes what is due as far as there are places; when the next is due.
    async fn round(&mut self) -> store::Result<Option<Duration>> {
        let now = Moment::now();
        self.keep_house(now).await?;
        self.places.retain(|_, places| places.available_permits() < PER_ENDPOINT);
        let waiting = self.desk.store.waiting_deliveries(now).await?;
        for endpoint in waiting.due {
            if let Err(error) = self.take(endpoint, now).await {
                // One endpoint's secret that does not open must not keep the others waiting.
                tracing::warn!(%endpoint, %error, "a webhook's deliveries cannot be taken");
            }
        }
        Ok(waiting.next.map(|next| Duration::from_micros(u64::try_from(next.micros() - now.micros()).unwrap_or(0))))
    }

    async fn take(&mut self, endpoint: Uuid, now: Moment) -> store::Result<()> {
        let places = self.places.entry(endpoint).or_insert_with(|| Arc::new(Semaphore::new(PER_ENDPOINT)));
        let mut permits: Vec<OwnedSemaphorePermit> = Vec::with_capacity(PER_ENDPOINT);
        while let Ok(permit) = Arc::clone(places).try_acquire_owned() {
            permits.push(permit);
        }
        if permits.is_empty() {
            return Ok(());
        }
        let Some(target) = self.desk.store.webhook_target(endpoint, now).await? else { return Ok(()) };
        let target = Arc::new(target);
        let until = i64::try_from((self.desk.config.timeout + MARGIN).as_secs()).unwrap_or(i64::MAX);
        let claimed = self.desk.store.claim_deliveries(endpoint, now, now.plus_seconds(until), permits.len()).await?;
        for (claimed, permit) in claimed.into_iter().zip(permits) {
            let (desk, target) = (Arc::clone(&self.desk), Arc::clone(&target));
            self.calls.spawn(async move {
                desk.send(&target, &claimed).await;
                drop(permit);
            });
        }
        Ok(())
    }

    async fn keep_house(&mut self, now: Moment) -> store::Result<()> {
        let is_over = |last: Option<Instant>, after| last.is_none_or(|last| last.elapsed() >= after);
        if is_over(self.measured, MEASURE) {
            self.desk.metrics.measured(self.desk.store.outbox_depth().await?, now);
            self.measured = Some(Instant::now());
        }
        if is_over(self.trimmed, TRIM) {
            self.desk.store.trim_deliveries(now.plus_seconds(-KEPT)).await?;
            self.trimmed = Some(Instant::now());
        }
        Ok(())
    }
}

impl Desk {
    async fn send(&self, target: &Target, claimed: &Claimed) {
        let began = Instant::now();
        let answer = self.client.call(target, claimed).await;
        let now = Moment::now();
        let next = retry::next(&self.config.schedule, claimed.attempt, answer.retry_after, now);
        let outcome = Outcome {
            status: answer.status,
            error: answer.error.clone(),
            next,
            took: i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX),
        };
        let finished = match self.store.finish_delivery(claimed, outcome).await {
            Ok(finished) => finished,
            Err(error) => {
                // It stays claimed for a while and is then sent again: the receiver knows it by its id.
                tracing::warn!(delivery = %claimed.id, %error, "what became of a webhook's delivery cannot be noted");
                return;
            }
        };
        if let Some(state) = finished.state {
            self.metrics.tried(state);
        }
        let failing = finished.failing_since.map(|since| now.micros().saturating_sub(since.micros()));
        let longest = i64::try_from(self.config.disable_after.as_micros()).unwrap_or(i64::MAX);
        let because = match failing {
            Some(_) if answer.is_gone() => "it answered 410 Gone",
            Some(failing) if failing >= longest => "every call has failed for too long",
            _ => return,
        };
        match self.store.disable_webhook(claimed.endpoint, because).await {
            Ok(true) => {
                self.metrics.disabled.inc();
                tracing::warn!(webhook = %claimed.endpoint, because, "a webhook was disabled");
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(webhook = %claimed.endpoint, %error, "a webhook cannot be disabled"),
        }
    }
}
