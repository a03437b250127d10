//! Traces to an OpenTelemetry collector: OTLP over HTTP in its JSON encoding, one span a request.
//!
//! The encoding is a stable part of the protocol that every collector takes at port 4318; a span is a flat object. The
//! OpenTelemetry crates would bring some thirty more, their own threads and a second place for the request's context,
//! for the same bytes. Spans hold the route's template, never the address.
//!
//! Source: <https://opentelemetry.io/docs/specs/otlp/#otlphttp>, attributes as in the semantic conventions for HTTP.

mod encoding;
mod export;

use std::time::{Duration, SystemTime};

use http::{HeaderName, HeaderValue, Method};
use prometheus_client::metrics::counter::Counter;
use tokio::sync::{mpsc, oneshot};

use crate::config::Telemetry;
use crate::conventions::trace_parent::TraceParent;
use crate::operations::metrics::Metrics;
use crate::{Error, Result};

/// Spans that wait to be sent at most; more are counted and lost.
const MOST_WAITING: usize = 8_192;
const ENDPOINT: &str = "PLIMSOLL_OTLP_ENDPOINT";

/// Takes spans for the collector. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Traces {
    sender: mpsc::Sender<Message>,
    lost: Counter,
}

/// A request as it is recorded.
#[derive(Debug)]
pub(crate) struct Span {
    pub place: TraceParent,
    pub method: Method,
    pub route: String,
    pub status: u16,
    pub problem: Option<&'static str>,
    pub ended: SystemTime,
    pub took: Duration,
}

#[derive(Debug)]
enum Message {
    Span(Box<Span>),
    Flush(oneshot::Sender<()>),
}

impl Traces {
    /// Starts to export, where a collector is set.
    ///
    /// # Errors
    /// Where the headers for the collector are none, or no client can be made.
    pub(crate) fn start(telemetry: &Telemetry, metrics: &Metrics) -> Result<Option<Self>> {
        let Some(endpoint) = &telemetry.endpoint else { return Ok(None) };
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .default_headers(headers(telemetry)?)
            .build()
            .map_err(|error| Error::Unavailable { setting: ENDPOINT, problem: error.to_string() })?;
        // The specification's rule: the endpoint is a base unless it names the signal already.
        let base = endpoint.trim_end_matches('/');
        let url = if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") };
        let (sent, lost) = (Counter::default(), Counter::default());
        metrics.register("otlp_spans_sent", "Spans the collector took", sent.clone());
        metrics.register("otlp_spans_lost", "Spans that could not be sent", lost.clone());
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        let resource = encoding::resource(&telemetry.service_name);
        tokio::spawn(export::run(export::Collector { client, url, resource, sent, lost: lost.clone() }, receiver));
        Ok(Some(Self { sender, lost }))
    }

    /// Records a span; where too many wait, it is counted and lost.
    pub(crate) fn record(&self, span: Span) {
        if self.sender.try_send(Message::Span(Box::new(span))).is_err() {
            self.lost.inc();
        }
    }

    /// Sends what waits, for as long as the collector takes to answer.
    pub(crate) async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.sender.send(Message::Flush(done)).await.is_ok() {
            let _ = flushed.await;
        }
    }
}

fn headers(telemetry: &Telemetry) -> Result<http::HeaderMap> {
    let given = telemetry.headers.as_ref().map(|secret| secret.expose()).unwrap_or_default();
    let header = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let mut value = HeaderValue::from_str(value.trim()).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::from_bytes(name.trim().as_bytes()).ok()?, value))
    };
    let pairs = given.split(',').filter(|pair| !pair.is_empty());
    pairs.map(header).collect::<Option<_>>().ok_or_else(|| Error::Unavailable {
        setting: "PLIMSOLL_OTLP_HEADERS",
        problem: "one of them (not shown) cannot be a header; set name=value with commas between".into(),
    })
}
