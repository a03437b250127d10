//! What wraps keys and signs checkpoints, by the settings: a file, or keys of KMS.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use store::ledger::PublicKey;
use store::{FileKeyring, Keyring, Store, StoreOptions, Successor, WriterOptions};

use super::aws::Aws;
use super::{DataFolder, links};
use crate::config::{Config, KeyPlace};
use crate::operations::metrics::Dependencies;
use crate::{Error, Result};

/// The local keyring's file in the data folder, where the settings name no other.
const KEYRING: &str = "keyring.json";
const SETTING: &str = "PLIMSOLL_KEYRING";
const SIGNING: &str = "PLIMSOLL_SIGNING_KEY";

/// Where the local keyring is; `None` where the settings name a key of KMS instead.
pub fn keyring_file(config: &Config) -> Option<PathBuf> {
    match &config.keyring.kms {
        Some(_) => None,
        None => Some(config.keyring.file.clone().unwrap_or_else(|| config.store.data.join(KEYRING))),
    }
}

/// Opens the store that the settings name, for one command of an operator.
///
/// # Errors
/// Where the data folder cannot be made, the keyring cannot be used, or the store cannot be opened.
pub async fn open_store(config: &Config, writer: WriterOptions) -> Result<Store> {
    let dependencies = Dependencies::default();
    open(config, writer, &Aws::new(&dependencies), &dependencies).await
}

/// Opens it for a service.
pub(super) async fn open(
    config: &Config,
    writer: WriterOptions,
    aws: &Aws,
    dependencies: &Dependencies,
) -> Result<Store> {
    let keyring = keyring(config, aws).await?;
    let database = links::database(config, aws, dependencies).await?;
    Ok(Store::open(StoreOptions { database, keyring, writer }).await?)
}

/// Opens the store that the settings name, although another keyring wrapped its keys: to have them wrapped anew.
///
/// # Errors
/// As [`open_store`]; where the former keyring is not there.
pub async fn open_store_from(config: &Config, former: &KeyPlace, writer: WriterOptions) -> Result<Store> {
    let dependencies = Dependencies::default();
    let aws = Aws::new(&dependencies);
    if let KeyPlace::File(file) = former {
        expect_file(file)?;
    }
    let former = wrapping(former, "--from", &aws).await?;
    let keyring = Arc::new(Successor::new(keyring(config, &aws).await?, former));
    let database = links::database(config, &aws, &dependencies).await?;
    Ok(Store::open(StoreOptions { database, keyring, writer }).await?)
}

/// The key that checkpoints are signed with by these settings. None where that is a keyring's file which is not there: none is
/// made for this.
///
/// # Errors
/// Where the keyring cannot be used.
pub async fn public_key(config: &Config) -> Result<Option<PublicKey>> {
    if config.keyring.signing.is_none() && keyring_file(config).is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    Ok(Some(keyring(config, &Aws::new(&Dependencies::default())).await?.public_key()?))
}

/// What wraps keys and signs. A file is made where there is none.
pub(super) async fn keyring(config: &Config, aws: &Aws) -> Result<Arc<dyn Keyring>> {
    let place = match (keyring_file(config), &config.keyring.kms) {
        (_, Some(key)) => KeyPlace::Kms(key.clone()),
        (Some(file), None) => KeyPlace::File(file),
        (None, None) => KeyPlace::File(config.store.data.join(KEYRING)),
    };
    if config.store.database_url.is_none() || matches!(&place, KeyPlace::File(_) if config.keyring.file.is_none()) {
        DataFolder::make(&config.store.data)?;
    }
    let wraps = wrapping(&place, SETTING, aws).await?;
    match &config.keyring.signing {
        None => Ok(wraps),
        Some(key) => signing(key, wraps, aws).await,
    }
}

async fn wrapping(place: &KeyPlace, setting: &'static str, aws: &Aws) -> Result<Arc<dyn Keyring>> {
    match place {
        KeyPlace::File(file) => Ok(Arc::new(FileKeyring::open(file)?)),
        KeyPlace::Kms(key) => wrapping_by_kms(key, setting, aws).await,
    }
}

fn expect_file(file: &Path) -> Result<()> {
    if file.exists() {
        return Ok(());
    }
    let problem = format!("there is no keyring at {}; name the file that wrapped the keys so far", file.display());
    Err(Error::Unavailable { setting: "--from", problem })
}

#[cfg(feature = "aws")]
async fn wrapping_by_kms(key: &str, setting: &'static str, aws: &Aws) -> Result<Arc<dyn Keyring>> {
    let refused = |fault: cloud::Fault| Error::Unavailable { setting, problem: fault.to_string() };
    let key = key.parse().map_err(refused)?;
    Ok(Arc::new(cloud::KmsKeyring::open(aws.account(setting).await?, &key).await.map_err(refused)?))
}

#[cfg(feature = "aws")]
async fn signing(key: &str, wraps: Arc<dyn Keyring>, aws: &Aws) -> Result<Arc<dyn Keyring>> {
    let refused = |fault: cloud::Fault| Error::Unavailable { setting: SIGNING, problem: fault.to_string() };
    let key = key.parse().map_err(refused)?;
    Ok(Arc::new(cloud::SignedByKms::open(aws.account(SIGNING).await?, &key, wraps).await.map_err(refused)?))
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async)] // as the other one is
async fn wrapping_by_kms(_: &str, setting: &'static str, aws: &Aws) -> Result<Arc<dyn Keyring>> {
    aws.absent(setting)
}

#[cfg(not(feature = "aws"))]
#[allow(clippy::unused_async)] // as the other one is
async fn signing(_: &str, _: Arc<dyn Keyring>, aws: &Aws) -> Result<Arc<dyn Keyring>> {
    aws.absent(SIGNING)
}
