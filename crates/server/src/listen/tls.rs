//! TLS of the public listener: certificate and key from files, settings or secrets, read again when these change.

mod certificate;
mod origin;

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use tokio_rustls::TlsAcceptor;

use crate::operations::metrics::TlsMetrics;
use crate::{Error, Result};
use certificate::{Current, Pair};
pub use origin::Origins;

/// Reads the texts and makes what accepts TLS connections; then keeps the certificate up to date for as long as the
/// acceptor is in use. A pair that cannot be used is logged and the old one kept.
///
/// # Errors
/// [`Error::Tls`] where the texts cannot be read or do not hold a certificate and its key.
pub async fn acceptor(origins: Origins, counts: TlsMetrics) -> Result<TlsAcceptor> {
    let pair = Pair::read(&origins).await?;
    let current = Arc::new(Current::new(pair.certified(&origins)?));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Tls { place: origins.certificate.place(), problem: error.to_string() })?;
    let mut config = config.with_no_client_auth().with_cert_resolver(current.clone());
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    if let Some(every) = origins.look() {
        tokio::spawn(keep_up(Arc::downgrade(&current), origins, every, pair, counts));
    }
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Sees that certificate and key can be read and belong together.
///
/// # Errors
/// [`Error::Tls`] where they cannot, or do not.
pub(crate) async fn check(origins: &Origins) -> Result<()> {
    Pair::read(origins).await?.certified(origins).map(drop)
}

async fn keep_up(
    current: std::sync::Weak<Current>,
    origins: Origins,
    every: Duration,
    mut seen: Pair,
    counts: TlsMetrics,
) {
    loop {
        tokio::time::sleep(every).await;
        let Some(current) = current.upgrade() else { return };
        // While files are being replaced they may be gone or half written for a moment, and a service may be away: the
        // next look decides.
        let Ok(pair) = Pair::read_again(&origins).await else { continue };
        if pair == seen {
            continue;
        }
        match pair.certified(&origins) {
            Ok(certified) => {
                current.replace(certified);
                counts.taken.inc();
                tracing::info!("the TLS certificate was replaced");
            }
            Err(error) => {
                counts.refused.inc();
                tracing::error!(%error, "the new TLS certificate cannot be used; the old one stays");
            }
        }
        seen = pair;
    }
}
