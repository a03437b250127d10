//! Where the texts of certificate and key come from, and come from again.

use std::path::Path;
use std::time::Duration;

use crate::config::{Config, Pem, Rereading, TlsPair, Version};
use crate::{Error, Result};

/// No certificate or key is larger, in bytes.
const LARGEST: u64 = 1 << 20;
/// How often files are looked at. Certificates are renewed days before they end; this is for whoever watches.
const FILES: Duration = Duration::from_secs(1);

/// Where certificate and key come from.
pub struct Origins {
    pub(super) certificate: Origin,
    pub(super) key: Origin,
    /// How often secrets are read.
    secrets: Duration,
}

/// Where one of them comes from.
pub(super) struct Origin {
    pem: Pem,
    /// What reads its setting again, where that is a secret.
    again: Option<Rereading>,
}

impl Origins {
    /// Those of a pair in these settings.
    pub fn of(pair: &TlsPair, config: &Config) -> Self {
        let origin = |pem: &Pem| {
            let again = match pem {
                Pem::File(_) => None,
                Pem::Text { setting, .. } => config.secrets.of(setting),
            };
            Origin { pem: pem.clone(), again }
        };
        Self { certificate: origin(&pair.certificate), key: origin(&pair.key), secrets: config.secrets.every() }
    }

    /// How often to look whether they changed; none where they cannot.
    pub(super) fn look(&self) -> Option<Duration> {
        let both = [&self.certificate, &self.key];
        if both.iter().any(|origin| origin.again.is_some()) {
            return Some(self.secrets);
        }
        both.iter().any(|origin| matches!(origin.pem, Pem::File(_))).then_some(FILES)
    }
}

impl std::fmt::Display for Origins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", self.certificate.place(), self.key.place())
    }
}

impl Origin {
    /// What errors call it.
    pub(super) fn place(&self) -> String {
        match &self.pem {
            Pem::File(path) => path.display().to_string(),
            Pem::Text { setting, .. } => (*setting).to_owned(),
        }
    }

    pub(super) fn refused(&self, problem: String) -> Error {
        Error::Tls { place: self.place(), problem }
    }

    /// The text as the service was started with it, or, of a file, as it is now.
    pub(super) async fn read(&self) -> Result<Vec<u8>> {
        match &self.pem {
            Pem::File(path) => self.read_file(path).await,
            Pem::Text { text, .. } => Ok(text.expose().as_bytes().to_vec()),
        }
    }

    /// The text as it is now.
    pub(super) async fn read_again(&self) -> Result<Vec<u8>> {
        let Some(again) = &self.again else { return self.read().await };
        let value = again.value(Version::Current).await.map_err(|problem| self.refused(problem))?;
        let value = value.ok_or_else(|| self.refused("its secret is gone".to_owned()))?;
        Ok(value.as_bytes().to_vec())
    }

    async fn read_file(&self, path: &Path) -> Result<Vec<u8>> {
        let unreadable = |error: std::io::Error| self.refused(format!("cannot be read: {error}"));
        let size = tokio::fs::metadata(path).await.map_err(unreadable)?.len();
        if size > LARGEST {
            let problem = format!("has {size} bytes; certificates and keys have less than {LARGEST}");
            return Err(self.refused(problem));
        }
        tokio::fs::read(path).await.map_err(unreadable)
    }
}
