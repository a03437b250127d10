//! A certificate and its key, as texts and as what rustls takes.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::Origins;
use crate::Result;

/// The texts' bytes.
#[derive(PartialEq, Eq)]
pub(super) struct Pair {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Pair {
    /// As the service is started with it.
    pub(super) async fn read(origins: &Origins) -> Result<Self> {
        let (certificate, key) = (origins.certificate.read().await?, origins.key.read().await?);
        Ok(Self { certificate, key: Zeroizing::new(key) })
    }

    /// As it is now.
    pub(super) async fn read_again(origins: &Origins) -> Result<Self> {
        let (certificate, key) = (origins.certificate.read_again().await?, origins.key.read_again().await?);
        Ok(Self { certificate, key: Zeroizing::new(key) })
    }

    /// The certificate and its key, if they are that.
    pub(super) fn certified(&self, origins: &Origins) -> Result<CertifiedKey> {
        let Origins { certificate, key, .. } = origins;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .map_err(|error| certificate.refused(format!("is not PEM: {error}")))?;
        if chain.is_empty() {
            let problem = "holds no certificate; it should begin with -----BEGIN CERTIFICATE-----";
            return Err(certificate.refused(problem.to_owned()));
        }
        let private = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|error| key.refused(format!("holds no private key in PEM: {error}")))?;
        CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(|error| {
            let of = certificate.place();
            key.refused(format!("is not the key of the first certificate in {of}, or of a kind not known: {error}"))
        })
    }
}

/// The certificate in force.
#[derive(Debug)]
pub(super) struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    pub(super) fn new(certified: CertifiedKey) -> Self {
        Self(RwLock::new(Arc::new(certified)))
    }

    pub(super) fn replace(&self, certified: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certified);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}
