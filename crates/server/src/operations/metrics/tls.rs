//! The certificate's replacements.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// The certificate's replacements.
#[derive(Debug, Clone, Default)]
pub struct TlsMetrics {
    /// New certificates that were taken up.
    pub taken: Counter,
    /// New files that could not be used: the old certificate stays, and someone should look.
    pub refused: Counter,
}

impl TlsMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let this = Self::default();
        registry.register("tls_certificates_taken", "New certificates taken up", this.taken.clone());
        let help = "New certificate files that could not be used";
        registry.register("tls_certificates_refused", help, this.refused.clone());
        this
    }
}
