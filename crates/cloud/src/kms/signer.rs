//! Checkpoints signed by a key that never leaves the key-management service.

use std::sync::Arc;

use aws_sdk_kms::{
    Client,
    primitives::Blob,
    types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec},
};
use store::{Answer, Error, KeyUse, Keyring, ledger::PublicKey};
use zeroize::Zeroizing;

use super::{
    KmsName,
    refusal::{SERVICE, refusal},
};
use crate::{Account, Fault, Trouble};

/// A keyring that wraps as another does, and signs in the key-management service by ECDSA over P-256 with SHA-256.
pub struct SignedByKms {
    wraps: Arc<dyn Keyring>,
    client: Client,
    arn: String,
    public_key: PublicKey,
}

impl SignedByKms {
    /// Reads the public half of the key that is to sign.
    ///
    /// # Errors
    /// Where there is no such key, it may not be used, is disabled or about to be deleted, or is of another kind.
    pub async fn open(account: &Account, key: &KmsName, wraps: Arc<dyn Keyring>) -> Result<Self, Fault> {
        key.check_region(account.region())?;
        let client = account.kms();
        let read = client.get_public_key().key_id(key.as_str()).send().await;
        let read = read.map_err(|error| refusal("kms:GetPublicKey", key.as_str(), &error))?;
        let unusable = |said: String| Fault::new(SERVICE, Trouble::Setting, format!("the key {key} {said}"));
        let der = read.public_key.map(Blob::into_inner).unwrap_or_default();
        let signs = read.key_usage.as_ref().is_none_or(|usage| *usage == KeyUsageType::SignVerify);
        let public_key = PublicKey::ecdsa_p256(&der).ok().filter(|_| signs).ok_or_else(|| {
            let spec = read.key_spec.as_ref().map_or("another kind", KeySpec::as_str);
            let said = "checkpoints are signed by one of the kind ECC_NIST_P256 and the usage SIGN_VERIFY";
            unusable(format!("is of {spec} or does not sign; {said}"))
        })?;
        let arn = read.key_id.ok_or_else(|| unusable("has no ARN in what was answered".to_owned()))?;
        Ok(Self { wraps, client, arn, public_key })
    }
}

impl Keyring for SignedByKms {
    fn name(&self) -> &str {
        self.wraps.name()
    }

    fn wrap<'a>(&'a self, of: KeyUse, key: &'a [u8]) -> Answer<'a, Vec<u8>> {
        self.wraps.wrap(of, key)
    }

    fn unwrap<'a>(&'a self, of: KeyUse, name: &'a str, wrapped: &'a [u8]) -> Answer<'a, Zeroizing<Vec<u8>>> {
        self.wraps.unwrap(of, name, wrapped)
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> Answer<'a, Vec<u8>> {
        Box::pin(async move {
            let request = self.client.sign().key_id(&self.arn).message(Blob::new(message));
            let request = request.message_type(MessageType::Raw).signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
            let signed = request.send().await.map_err(|error| refusal("kms:Sign", &self.arn, &error))?;
            let signature = signed.signature.map(Blob::into_inner);
            signature.ok_or_else(|| Error::Keyring(format!("{} answered kms:Sign with nothing", self.arn)))
        })
    }

    fn public_key(&self) -> store::Result<PublicKey> {
        Ok(self.public_key.clone())
    }
}
