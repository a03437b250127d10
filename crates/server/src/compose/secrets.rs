//! Settings that are secrets of Secrets Manager: read at start, and how they are read again.

#[cfg(feature = "aws")]
use std::{collections::BTreeMap, sync::Arc};

use super::aws::Aws;
use crate::Result;
use crate::config::{Config, Source};
use crate::operations::metrics::Dependencies;

/// What needs the account, as errors call it.
#[cfg(feature = "aws")]
const SETTINGS: &str = "settings that name a secret (secret:…)";

/// The settings of a source, with the secrets that it names.
///
/// # Errors
/// [`crate::Error::Settings`] with everything that is refused, secrets that cannot be read among it;
/// [`crate::Error::Unavailable`] where there is no account to read them in.
pub async fn settings(source: Source) -> Result<Config> {
    Config::from_source(read(source, &Aws::new(&Dependencies::default())).await?)
}

/// Reads each secret once, however many settings name it.
#[cfg(feature = "aws")]
async fn read(source: Source, aws: &Aws) -> Result<Source> {
    let names = source.secrets();
    if names.is_empty() {
        return Ok(source);
    }
    let secrets = cloud::Secrets::new(aws.account(SETTINGS).await?);
    let one = async |name: String| {
        let text = secrets.text(&name, cloud::SecretStage::Current).await;
        let absent = || format!("the secret {name} has no version");
        let text = text.map_err(|fault| fault.to_string()).and_then(|text| text.ok_or_else(absent));
        (name, text)
    };
    let read = futures_util::future::join_all(names.into_iter().map(one)).await;
    Ok(source.with_secrets(&BTreeMap::from_iter(read)))
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async)] // as the other one is
async fn read(source: Source, _: &Aws) -> Result<Source> {
    Ok(source)
}

/// Has the settings' secrets read again by the account whose calls are counted.
#[cfg(feature = "aws")]
pub(super) async fn read_again(config: &mut Config, aws: &Aws) -> Result<()> {
    if !config.secrets.is_empty() {
        let account = aws.account(SETTINGS).await?;
        config.secrets.read_by(Arc::new(OfAccount(cloud::Secrets::new(account))));
    }
    Ok(())
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async)] // as the other one is
pub(super) async fn read_again(_: &mut Config, _: &Aws) -> Result<()> {
    Ok(())
}

#[cfg(feature = "aws")]
struct OfAccount(cloud::Secrets);

#[cfg(feature = "aws")]
impl crate::config::SecretSource for OfAccount {
    fn text<'a>(&'a self, name: &'a str, version: crate::config::Version) -> crate::config::SecretText<'a> {
        use crate::config::Version;
        let stage = match version {
            Version::Current => cloud::SecretStage::Current,
            Version::Pending => cloud::SecretStage::Pending,
            Version::Previous => cloud::SecretStage::Previous,
        };
        Box::pin(async move { self.0.text(name, stage).await.map_err(|fault| fault.to_string()) })
    }
}
