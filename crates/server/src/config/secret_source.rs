//! How secrets are read again that settings were read from.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::source::Spec;
use super::{SecretReference, Source};

/// Which version of a secret is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The one in force.
    Current,
    /// The one that is about to be.
    Pending,
    /// The one before.
    Previous,
}

/// A secret's text, later. None where there is no such version.
pub type SecretText<'a> = Pin<Box<dyn Future<Output = Result<Option<Zeroizing<String>>, String>> + Send + 'a>>;

/// Reads secrets.
pub trait SecretSource: Send + Sync {
    /// The text of a version.
    fn text<'a>(&'a self, name: &'a str, version: Version) -> SecretText<'a>;
}

/// The secrets that settings were read from.
#[derive(Clone)]
pub struct Secrets {
    /// By setting.
    references: BTreeMap<String, SecretReference>,
    source: Option<Arc<dyn SecretSource>>,
    /// How often they are read again.
    every: Duration,
}

/// One setting's secret, to be read again.
#[derive(Clone)]
pub struct Rereading {
    reference: SecretReference,
    source: Arc<dyn SecretSource>,
}

impl Secrets {
    pub(super) fn read(from: &mut Source) -> Self {
        let every = Spec {
            name: "PLIMSOLL_SECRETS_REFRESH",
            default: "5min",
            meaning: "how often secrets are read again that settings name; a refused password is read again at once",
        };
        let every = from.duration(every, Duration::from_secs(1)..=Duration::from_secs(86_400));
        Self { references: from.references(), source: None, every }
    }

    /// How often they are read again.
    pub fn every(&self) -> Duration {
        self.every
    }

    /// Whether any setting came from one.
    pub fn is_empty(&self) -> bool {
        self.references.is_empty()
    }

    /// Says who reads them again.
    pub fn read_by(&mut self, source: Arc<dyn SecretSource>) {
        self.source = Some(source);
    }

    /// What reads a setting's secret again; none where the setting did not come from one.
    pub fn of(&self, setting: &str) -> Option<Rereading> {
        let (reference, source) = (self.references.get(setting)?.clone(), self.source.clone()?);
        Some(Rereading { reference, source })
    }
}

impl Rereading {
    /// The setting's value by a version of its secret.
    ///
    /// # Errors
    /// Where it cannot be read, or lacks the member.
    pub async fn value(&self, version: Version) -> Result<Option<Zeroizing<String>>, String> {
        let text = self.source.text(&self.reference.name, version).await?;
        text.map(|text| self.reference.pick(&text).map(Zeroizing::new)).transpose()
    }
}

impl fmt::Debug for Rereading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rereading").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("references", &self.references).finish_non_exhaustive()
    }
}
