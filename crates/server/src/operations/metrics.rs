//! What is counted and measured, for Prometheus.
//!
//! Labels come from the code (routes, methods, decisions), never from a request: nothing personal, nothing unbounded.

mod dependencies;
mod http;
mod tls;

use std::fmt;
use std::sync::{Mutex, PoisonError};

use prometheus_client::registry::{Metric, Registry};

pub(crate) use dependencies::Dependencies;
pub use http::{HttpMetrics, InFlight};
pub use tls::TlsMetrics;

/// The media type that the text format has.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is counted and measured.
pub struct Metrics {
    /// Requests of the public listener.
    pub http: HttpMetrics,
    /// The certificate's replacements.
    pub tls: TlsMetrics,
    registry: Mutex<Registry>,
}

impl Metrics {
    /// A registry with what the frame counts, and calls that are counted elsewhere already.
    pub(crate) fn new(dependencies: &Dependencies) -> Self {
        let mut registry = Registry::with_prefix("plimsoll");
        let http = HttpMetrics::register(&mut registry);
        let tls = TlsMetrics::register(&mut registry);
        dependencies.register(&mut registry);
        Self { http, tls, registry: Mutex::new(registry) }
    }

    /// Registers a counter, gauge or histogram under `plimsoll_<name>`; keep a clone of it to count with.
    pub fn register(&self, name: &str, help: &str, metric: impl Metric) {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner).register(name, help, metric);
    }

    /// Registers whatever has more to register than one metric.
    pub fn register_with<T>(&self, register: impl FnOnce(&mut Registry) -> T) -> T {
        register(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All values in the text format of OpenMetrics.
    ///
    /// # Errors
    /// Only where a metric cannot write itself.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::with_capacity(16 << 10);
        prometheus_client::encoding::text::encode(
            &mut text,
            &self.registry.lock().unwrap_or_else(PoisonError::into_inner),
        )?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
