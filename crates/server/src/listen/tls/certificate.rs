//! A certificate and its key, as files and as what rustls takes.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::config::TlsFiles;
use crate::{Error, Result};

/// No certificate or key file is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// The files' bytes.
#[derive(PartialEq, Eq)]
pub(super) struct Pair {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Pair {
    pub(super) async fn read(files: &TlsFiles) -> Result<Self> {
        Ok(Self { certificate: read(&files.certificate).await?, key: read(&files.key).await? })
    }

    /// The certificate and its key, if they are that.
    pub(super) fn certified(&self, files: &TlsFiles) -> Result<CertifiedKey> {
        let (certificate, key) = (&files.certificate, &files.key);
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .map_err(|error| refused(certificate, format!("is not PEM: {error}")))?;
        if chain.is_empty() {
            return Err(refused(
                certificate,
                "holds no certificate; it should begin with -----BEGIN CERTIFICATE-----".into(),
            ));
        }
        let private = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|error| refused(key, format!("holds no private key in PEM: {error}")))?;
        CertifiedKey::from_der(chain, private, &ring::default_provider()).map_err(|error| {
            let of = certificate.display();
            refused(key, format!("is not the key of the first certificate in {of}, or of a kind not known: {error}"))
        })
    }
}

async fn read(file: &Path) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| refused(file, format!("cannot be read: {error}"));
    let size = tokio::fs::metadata(file).await.map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(refused(file, format!("has {size} bytes; certificates and keys have less than {LARGEST}")));
    }
    tokio::fs::read(file).await.map_err(unreadable)
}

fn refused(file: &Path, problem: String) -> Error {
    Error::Tls { file: file.to_owned(), problem }
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
