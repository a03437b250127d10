//! Traces.

use super::source::Spec;
use super::{Secret, Source};

/// Traces over OTLP.
#[derive(Debug, Clone)]
pub struct Telemetry {
    /// The collector; without it nothing is exported.
    pub endpoint: Option<String>,
    /// Headers for the collector, `name=value` with commas between.
    pub headers: Option<Secret>,
    /// The share of traces begun here that is recorded; callers' traces follow their own flag.
    pub sample: f64,
    /// The service's name in traces.
    pub service_name: String,
}

impl Telemetry {
    pub(super) fn read(from: &mut Source) -> Self {
        let endpoint = Spec {
            name: "PLIMSOLL_OTLP_ENDPOINT",
            default: "",
            meaning: "address of an OpenTelemetry collector (OTLP over HTTP), such as http://127.0.0.1:4318",
        };
        let headers = Spec { name: "PLIMSOLL_OTLP_HEADERS", default: "", meaning: "headers for the collector" };
        let sample = Spec {
            name: "PLIMSOLL_OTLP_SAMPLE",
            default: "1",
            meaning: "share of the traces begun here that is recorded",
        };
        let name = Spec { name: "PLIMSOLL_SERVICE_NAME", default: "plimsoll", meaning: "the service's name in traces" };
        let url = |text: &str| {
            (text.is_empty() || text.starts_with("http://") || text.starts_with("https://")).then(|| text.to_owned())
        };
        Self {
            endpoint: from.one(endpoint, "an http:// or https:// address", url).filter(|url| !url.is_empty()),
            headers: from.secret(headers, "name=value with commas between", |text| {
                text.split(',').all(|pair| pair.split_once('=').is_some_and(|(name, _)| !name.trim().is_empty()))
            }),
            sample: from.fraction(sample),
            service_name: from.text(name, "a name"),
        }
    }
}
