//! What others check the signatures of checkpoints with.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::{ECDSA_P256_SHA256_ASN1, ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::{Hash, LedgerError};

/// How checkpoints are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 (RFC 8032): the keyring in a file.
    #[serde(rename = "ed25519")]
    Ed25519,
    /// ECDSA over P-256 with SHA-256, signatures in DER (FIPS 186-5, RFC 3279): key-management services.
    #[serde(rename = "ecdsa-p256")]
    EcdsaP256,
}

/// A public key. Written as `ed25519:` and 44 characters of base64, or as `ecdsa-p256:` and the 124 characters of the key's
/// SubjectPublicKeyInfo (RFC 5480), which is what other programs call a public key in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(Bytes);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Bytes {
    Ed25519([u8; 32]),
    /// The point, not compressed.
    EcdsaP256([u8; POINT]),
}

/// Bytes of a point that is not compressed.
const POINT: usize = 65;
/// What stands before the point in the SubjectPublicKeyInfo: id-ecPublicKey with the named curve P-256.
const BEFORE_POINT: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

impl PublicKey {
    /// The Ed25519 key with these 32 bytes (RFC 8032).
    #[must_use]
    pub const fn ed25519(bytes: [u8; 32]) -> Self {
        Self(Bytes::Ed25519(bytes))
    }

    /// The key of ECDSA over P-256 in a SubjectPublicKeyInfo in DER, as KMS and OpenSSL give it.
    ///
    /// # Errors
    /// [`LedgerError::Key`] where it is none, or its point is compressed.
    pub fn ecdsa_p256(der: &[u8]) -> Result<Self, LedgerError> {
        let point = der.strip_prefix(&BEFORE_POINT).filter(|point| point.first() == Some(&0x04));
        let point = point.and_then(|point| point.try_into().ok());
        point.map(|point| Self(Bytes::EcdsaP256(point))).ok_or_else(|| {
            LedgerError::Key("it is no P-256 key as SubjectPublicKeyInfo with a point that is not compressed".into())
        })
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Bytes::Ed25519(_) => Algorithm::Ed25519,
            Bytes::EcdsaP256(_) => Algorithm::EcdsaP256,
        }
    }

    /// The key's name: the first 16 hexadecimal digits of the SHA-256 of the bytes that its text has in base64.
    #[must_use]
    pub fn id(&self) -> String {
        let (_, bytes) = self.parts();
        Hash::of(&[&bytes]).to_string().chars().take(16).collect()
    }

    /// Whether the signature is this key's over the message.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Bytes::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Bytes::EcdsaP256(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(message, signature),
        }
        .is_ok()
    }

    /// What its text begins with, and the bytes in it.
    fn parts(&self) -> (&'static str, Vec<u8>) {
        match &self.0 {
            Bytes::Ed25519(key) => (ED25519_TEXT, key.to_vec()),
            Bytes::EcdsaP256(point) => (ECDSA_TEXT, [&BEFORE_POINT[..], point].concat()),
        }
    }
}

const ED25519_TEXT: &str = "ed25519:";
const ECDSA_TEXT: &str = "ecdsa-p256:";

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (begins, bytes) = self.parts();
        write!(f, "{begins}{}", STANDARD.encode(bytes))
    }
}

impl FromStr for PublicKey {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        let of = |begins: &str, length: usize| {
            let text = text.trim().strip_prefix(begins).filter(|text| text.len() == length)?;
            STANDARD.decode(text).ok()
        };
        let ed25519 = of(ED25519_TEXT, 44).and_then(|bytes| bytes.try_into().ok()).map(Self::ed25519);
        let ecdsa = || of(ECDSA_TEXT, 124).and_then(|bytes| Self::ecdsa_p256(&bytes).ok());
        ed25519.or_else(ecdsa).ok_or_else(|| {
            let said =
                "a public key is `ed25519:` and 44 characters of base64, or `ecdsa-p256:` and 124; this text is not";
            LedgerError::Key(said.into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6979, A.2.5: the key, and its signature over "sample" with SHA-256.
    #[test]
    fn ecdsa_is_that_of_rfc_6979() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
        };
        let point = hex("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                         7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
        let key = PublicKey::ecdsa_p256(&[&BEFORE_POINT[..], &point].concat()).unwrap();
        let signature = hex("3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
                             022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
        assert!(key.verifies(b"sample", &signature));
        assert!(!key.verifies(b"simple", &signature));
        assert!(!PublicKey::ed25519([3; 32]).verifies(b"sample", &signature));

        let text = key.to_string();
        assert!(text.starts_with("ecdsa-p256:MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"), "{text}");
        assert_eq!(text.parse::<PublicKey>().unwrap(), key);
        assert_eq!((key.id().len(), key.algorithm()), (16, Algorithm::EcdsaP256));
        for wrong in [&text[..text.len() - 4], &text.replacen("p256", "p384", 1), &text.replacen("MFkw", "MFkx", 1)] {
            assert!(wrong.parse::<PublicKey>().is_err(), "{wrong}");
        }
    }
}
