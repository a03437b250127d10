//! The keyring whose key never leaves the key-management service.

use aws_sdk_kms::{Client, primitives::Blob, types::KeyUsageType};
use store::{Answer, Error, KeyUse, Keyring, ledger::PublicKey};
use zeroize::Zeroizing;

use super::{
    KmsName,
    refusal::{SERVICE, check_state, refusal},
};
use crate::{Account, Fault, Trouble};

/// What names of keyrings of this kind begin with.
const PREFIX: &str = "kms:";

/// A keyring whose key wraps in the key-management service. It does not sign: [`SignedByKms`](super::SignedByKms) does.
pub struct KmsKeyring {
    client: Client,
    region: String,
    /// `kms:` and the key's ARN, also where an alias was named: what is wrapped stays with the key when the alias moves.
    name: String,
}

impl KmsKeyring {
    /// Looks the key up and sees that it wraps.
    ///
    /// # Errors
    /// Where there is no such key, it may not be used, is disabled or about to be deleted, or is of another kind.
    pub async fn open(account: &Account, key: &KmsName) -> Result<Self, Fault> {
        key.check_region(account.region())?;
        let client = account.kms();
        let described = client.describe_key().key_id(key.as_str()).send().await;
        let described = described.map_err(|error| refusal("kms:DescribeKey", key.as_str(), &error))?;
        let unusable = |said: String| Fault::new(SERVICE, Trouble::Setting, format!("the key {key} {said}"));
        let found =
            described.key_metadata.ok_or_else(|| unusable("is not described by what was answered".to_owned()))?;
        check_state(key.as_str(), found.key_state())?;
        if found.key_usage() != Some(&KeyUsageType::EncryptDecrypt) {
            return Err(unusable("does not encrypt; name one of the usage ENCRYPT_DECRYPT".to_owned()));
        }
        let arn = found.arn.ok_or_else(|| unusable("has no ARN in what was answered".to_owned()))?;
        Ok(Self { client, region: account.region().to_owned(), name: format!("{PREFIX}{arn}") })
    }

    fn arn(&self) -> &str {
        self.name.strip_prefix(PREFIX).unwrap_or(&self.name)
    }
}

/// What a wrapped key is bound to.
fn context(of: KeyUse) -> [(&'static str, String); 2] {
    [("purpose", of.purpose.word().to_owned()), ("key", of.id.to_string())]
}

impl Keyring for KmsKeyring {
    fn name(&self) -> &str {
        &self.name
    }

    fn wrap<'a>(&'a self, of: KeyUse, key: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(async move {
            let mut request = self.client.encrypt().key_id(self.arn()).plaintext(Blob::new(key));
            for (name, value) in context(of) {
                request = request.encryption_context(name, value);
            }
            let wrapped = request.send().await.map_err(|error| refusal("kms:Encrypt", self.arn(), &error))?;
            let wrapped = wrapped.ciphertext_blob.map(Blob::into_inner);
            wrapped.ok_or_else(|| Error::Keyring(format!("{} answered kms:Encrypt with nothing", self.name)))
        })
    }

    fn unwrap<'a>(&'a self, of: KeyUse, name: &'a str, wrapped: &'a [u8]) -> Answer<'a, Zeroizing<Vec<u8>>> {
        Box::pin(async move {
            let arn = name.strip_prefix(PREFIX).ok_or_else(|| {
                Error::Keyring(format!(
                    "`{}` cannot open what keyring `{name}` wrapped; move its keys to this one with `plimsoll keyring \
                     rewrap --from`",
                    self.name
                ))
            })?;
            arn.parse::<KmsName>()?.check_region(&self.region)?;
            let mut request = self.client.decrypt().key_id(arn).ciphertext_blob(Blob::new(wrapped));
            for (name, value) in context(of) {
                request = request.encryption_context(name, value);
            }
            let key = request.send().await.map_err(|error| refusal("kms:Decrypt", arn, &error))?;
            let key = key.plaintext.map(|key| Zeroizing::new(key.into_inner()));
            key.ok_or_else(|| Error::Keyring(format!("{name} answered kms:Decrypt with nothing")))
        })
    }

    fn sign<'a>(&'a self, _: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(async move { Err(self.signs_nothing()) })
    }

    fn public_key(&self) -> store::Result<PublicKey> {
        Err(self.signs_nothing())
    }
}

impl KmsKeyring {
    fn signs_nothing(&self) -> Error {
        let said = "encrypts and does not sign; set PLIMSOLL_SIGNING_KEY to a key that signs checkpoints";
        Error::Keyring(format!("{} {said}", self.name))
    }
}
