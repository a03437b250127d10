//! One call: signed, guarded, bounded in time and in what is read of the answer.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use store::Moment;
use store::webhooks::{Claimed, Target};

use super::guard::{Guard, GuardedResolver, Lookup};
use super::{retry, signature};
use crate::config::Webhooks;
use crate::{Error, Result};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Plimsoll/", env!("CARGO_PKG_VERSION"), " (webhooks)"));
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Bytes of an answer that are read, so that its connection can be used again; none is kept.
const MOST_READ: usize = 4_096;
/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// The setting that names authorities.
const AUTHORITIES: &str = "PLIMSOLL_WEBHOOK_CA_FILE";

/// Makes calls.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    guard: Guard,
    timeout: Duration,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The HTTP status, where one came.
    pub(crate) status: Option<u16>,
    /// Why it failed; none where the receiver has taken the event.
    pub(crate) error: Option<String>,
    /// How long the receiver asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Client {
    /// A client that calls what the settings allow.
    ///
    /// # Errors
    /// Where the authorities' file cannot be used, or the system has no certificates of authorities.
    pub(crate) fn new(config: &Webhooks, lookup: Arc<dyn Lookup>) -> Result<Self> {
        // Where another part has installed a provider already, that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = Guard::new(config);
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .dns_resolver(GuardedResolver { guard: guard.clone(), lookup })
            .connect_timeout(CONNECT.min(config.timeout))
            .timeout(config.timeout)
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(Duration::from_secs(30));
        if let Some(file) = &config.authorities {
            let pem =
                std::fs::read(file).map_err(|error| unusable(format!("cannot read {}: {error}", file.display())))?;
            let authorities = reqwest::Certificate::from_pem_bundle(&pem)
                .ok()
                .filter(|authorities| !authorities.is_empty())
                .ok_or_else(|| unusable(format!("{} holds no certificates in PEM", file.display())))?;
            builder = builder.tls_certs_merge(authorities);
        }
        let http = builder.build().map_err(|error| {
            unusable(format!(
                "calls cannot be secured: {}; install the system's certificates of authorities (ca-certificates)",
                innermost(&error)
            ))
        })?;
        Ok(Self { http, guard, timeout: config.timeout })
    }

    /// Sends an event once.
    pub(crate) async fn call(&self, target: &Target, claimed: &Claimed) -> Answer {
        let url = match self.guard.check_url(&target.url) {
            Ok(url) => url,
            Err(refused) => return Answer::failed(None, format!("the URL may not be called: {refused}")),
        };
        let now = Moment::now();
        let timestamp = now.micros().div_euclid(1_000_000);
        let signature = signature::sign(&target.secrets, &claimed.event, timestamp, &claimed.payload);
        let request = self
            .http
            .post(url)
            .header(USER_AGENT, AGENT)
            .header(CONTENT_TYPE, JSON)
            .header(ID, &claimed.event)
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, signature)
            .body(claimed.payload.clone());
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Answer::failed(None, self.describe(&error)),
        };
        let (status, retry_after) = (response.status(), retry::asked(response.headers(), now));
        let mut read = 0;
        while read < MOST_READ
            && let Ok(Some(chunk)) = response.chunk().await
        {
            read += chunk.len();
        }
        if status.is_success() {
            return Answer { status: Some(status.as_u16()), error: None, retry_after: None };
        }
        let error = match status.as_u16() {
            300..400 => format!("it answered {status}; redirects are not followed"),
            _ => format!("it answered {status}"),
        };
        Answer { retry_after, ..Answer::failed(Some(status.as_u16()), error) }
    }

    /// Why no answer came, without the URL: it may hold a password.
    fn describe(&self, error: &reqwest::Error) -> String {
        if error.is_timeout() {
            return format!("no answer within {} ms", self.timeout.as_millis());
        }
        let what = if error.is_connect() { "no connection" } else { "the call broke off" };
        format!("{what}: {}", innermost(error))
    }
}

impl Answer {
    fn failed(status: Option<u16>, error: String) -> Self {
        Self { status, error: Some(error), retry_after: None }
    }

    /// Whether the receiver says that it will never take an event again.
    pub(crate) fn is_gone(&self) -> bool {
        self.status == Some(410)
    }
}

fn unusable(problem: String) -> Error {
    Error::Unavailable { setting: AUTHORITIES, problem }
}

/// The cause that has no other. Only the outermost error of a call names its URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    let mut text = None;
    while let Some(error) = cause {
        text = Some(error.to_string());
        cause = error.source();
    }
    text.unwrap_or_else(|| "the reason is not known".to_owned())
}
