//! Where Redis is and how it is signed in to.

use std::sync::Arc;

use redis::TlsCertificates;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use store::PasswordSource;

use super::credentials::Credentials;
use crate::config::{Redis, RedisCluster, Secret};
use crate::{Error, Result};

/// The setting that names authorities.
const AUTHORITIES: &str = "PLIMSOLL_REDIS_CA_FILE";

/// Where Redis is and how it is signed in to. Cheap to clone.
#[derive(Clone)]
pub(crate) struct LinkSettings {
    pub(super) url: Secret,
    pub(super) cluster: RedisCluster,
    /// Authorities instead of the system's.
    pub(super) certificates: Option<TlsCertificates>,
    /// What the user signs in with, where that changes.
    pub(super) credentials: Option<Arc<Credentials>>,
}

impl LinkSettings {
    /// The link that the settings name, if any; `passwords` gives what the user signs in with, where that changes.
    ///
    /// # Errors
    /// Where the file of authorities cannot be used.
    pub(crate) fn of(redis: &Redis, passwords: Option<Arc<dyn PasswordSource>>) -> Result<Option<Self>> {
        let Some(url) = redis.url.clone() else { return Ok(None) };
        let authorities = redis.ca_file.as_deref().map(authorities).transpose()?;
        let certificates = authorities.map(|pem| TlsCertificates { client_tls: None, root_cert: Some(pem) });
        // As far as the URL is one: else opening it says what is wrong with it.
        let user = reqwest::Url::parse(url.expose()).map(|url| url.username().to_owned()).unwrap_or_default();
        let credentials = passwords.map(|passwords| Arc::new(Credentials::new(user, passwords)));
        Ok(Some(Self { url, cluster: redis.cluster, certificates, credentials }))
    }
}

/// The text of a file of authorities, once each of them has been read.
fn authorities(file: &std::path::Path) -> Result<Vec<u8>> {
    let unusable = |why: String| {
        let problem = format!("{}: {why}; name a file of certificates in PEM", file.display());
        Error::Unavailable { setting: AUTHORITIES, problem }
    };
    let pem = std::fs::read(file).map_err(|error| unusable(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    if roots.is_empty() { Err(unusable("there is no certificate in it".to_owned())) } else { Ok(pem) }
}
