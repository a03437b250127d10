//! Keys that sign checkpoints.

use std::fmt;

use ring::signature::{Ed25519KeyPair, KeyPair as _};
use zeroize::Zeroizing;

use super::{LedgerError, PublicKey};

/// Something that signs: a key in this process, or a service that holds one.
///
/// A service that is asked over the network signs [`Draft::text`](super::Draft::text) and hands the signature to
/// [`Draft::signed`](super::Draft::signed) instead.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// The signature over these bytes.
    ///
    /// # Errors
    /// [`LedgerError::Key`] where the key cannot be used.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, LedgerError>;
}

/// An Ed25519 key in this process.
pub struct LocalSigner {
    pair: Ed25519KeyPair,
    public_key: PublicKey,
}

impl LocalSigner {
    /// Draws a new key from the system's randomness: PKCS #8, for [`Self::from_pkcs8`].
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn generate() -> Result<Zeroizing<Vec<u8>>, LedgerError> {
        let document = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new());
        let document = document.map_err(|_| LedgerError::Key("the system gives no randomness for a new one".into()))?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The key in a PKCS #8 document, of version 2 or of version 1 (as OpenSSL writes it).
    ///
    /// # Errors
    /// Where it is none, or its halves do not belong together.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, LedgerError> {
        Self::of(Ed25519KeyPair::from_pkcs8_maybe_unchecked(document))
    }

    /// The key of a seed of 32 bytes.
    ///
    /// # Errors
    /// Where the seed has another length.
    pub fn from_seed(seed: &[u8]) -> Result<Self, LedgerError> {
        Self::of(Ed25519KeyPair::from_seed_unchecked(seed))
    }

    fn of(pair: Result<Ed25519KeyPair, ring::error::KeyRejected>) -> Result<Self, LedgerError> {
        let pair = pair.map_err(|error| LedgerError::Key(format!("it is no Ed25519 key in PKCS #8 ({error})")))?;
        let bytes = pair.public_key().as_ref().try_into();
        let bytes = bytes.map_err(|_| LedgerError::Key("its public half is not of 32 bytes".into()))?;
        Ok(Self { pair, public_key: PublicKey::ed25519(bytes) })
    }
}

impl Signer for LocalSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, LedgerError> {
        Ok(self.pair.sign(message).as_ref().to_vec())
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSigner").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn keys_and_signatures_are_those_of_rfc_8032() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let signer = LocalSigner::from_seed(&hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        let signer = signer.unwrap();
        let key = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assert_eq!(*signer.public_key(), PublicKey::ed25519(key.try_into().unwrap()));
        let signature = signer.sign(&[0x72]).unwrap();
        let expected = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                        085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        assert_eq!(signature, hex(expected));
        assert!(signer.public_key().verifies(&[0x72], &signature));
        assert!(!signer.public_key().verifies(&[0x73], &signature));
        assert!(!format!("{signer:?}").contains("4ccd"));
    }

    #[test]
    fn keys_are_written_and_read() {
        let signer = LocalSigner::from_pkcs8(&LocalSigner::generate().unwrap()).unwrap();
        let text = signer.public_key().to_string();
        assert_eq!(text.parse::<PublicKey>().unwrap(), *signer.public_key());
        for wrong in ["", "ed25519:", "rsa:AAAA", &text[..text.len() - 1], &text.replacen("ed25519:", "", 1)] {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
        assert!(LocalSigner::from_pkcs8(b"no key").is_err());
    }
}
