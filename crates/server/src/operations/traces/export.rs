//! Spans are sent together, a second's worth at most.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::{Message, Span, encoding};

const TOGETHER: usize = 512;
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Tries in all; the pause doubles.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// Where spans go.
pub(super) struct Collector {
    pub client: reqwest::Client,
    pub url: String,
    pub resource: Value,
    pub sent: Counter,
    pub lost: Counter,
}

/// Sends until nobody is left who records.
pub(super) async fn run(collector: Collector, mut messages: mpsc::Receiver<Message>) {
    while let Some(first) = messages.recv().await {
        let mut spans = Vec::new();
        let mut flushed = take(first, &mut spans);
        let gathering = async {
            while spans.len() < TOGETHER && flushed.is_none() {
                match messages.recv().await {
                    Some(message) => flushed = take(message, &mut spans),
                    None => break,
                }
            }
        };
        // What was gathered when the time is over is sent.
        let _ = timeout(LONGEST_WAIT, gathering).await;
        collector.send(&spans).await;
        if let Some(flushed) = flushed {
            let _ = flushed.send(());
        }
    }
}

fn take(message: Message, spans: &mut Vec<Span>) -> Option<oneshot::Sender<()>> {
    match message {
        Message::Span(span) => {
            spans.push(*span);
            None
        }
        Message::Flush(flushed) => Some(flushed),
    }
}

impl Collector {
    async fn send(&self, spans: &[Span]) {
        let count = spans.len() as u64;
        if count == 0 {
            return;
        }
        let body = encoding::request(&self.resource, spans).to_string();
        let mut pause = PAUSE;
        for attempt in 1..=TRIES {
            let request = self.client.post(&self.url).header(http::header::CONTENT_TYPE, "application/json");
            let (problem, again) = match request.body(body.clone()).send().await {
                Ok(response) if response.status().is_success() => {
                    self.sent.inc_by(count);
                    return;
                }
                // The statuses that the specification has retried.
                Ok(response) => {
                    (response.status().to_string(), matches!(response.status().as_u16(), 429 | 502 | 503 | 504))
                }
                // The collector's address may hold a password.
                Err(error) => (error.without_url().to_string(), true),
            };
            if attempt == TRIES || !again {
                self.lost.inc_by(count);
                tracing::warn!(spans = count, problem, "the collector does not take traces");
                return;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }
}
