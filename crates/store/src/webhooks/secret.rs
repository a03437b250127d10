//! Secrets that sign webhooks, as Standard Webhooks writes them: `whsec_` and base64.

use zeroize::Zeroizing;

use crate::{
    Error, Result,
    sealing::{from_base64, random, to_base64},
};

const PREFIX: &str = "whsec_";
/// Bytes of a new secret; Standard Webhooks asks for 24 to 64.
const LENGTH: usize = 32;

/// The key of an endpoint's signatures. Overwritten when dropped, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one from the system's random bytes.
    ///
    /// # Errors
    /// [`Error::Keyring`] where the system gives none.
    pub(crate) fn generate() -> Result<Self> {
        Ok(Self(Zeroizing::new(random::<LENGTH>()?.to_vec())))
    }

    pub(super) fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Reads `whsec_<base64>`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not written so, or is not of 24 to 64 bytes.
    pub fn parse(text: &str) -> Result<Self> {
        text.strip_prefix(PREFIX)
            .and_then(from_base64)
            .map(|bytes| Self(Zeroizing::new(bytes)))
            .filter(|secret| (24..=64).contains(&secret.0.len()))
            .ok_or_else(|| Error::Invalid("a webhook's secret is `whsec_` and 24 to 64 bytes in base64".to_owned()))
    }

    /// The bytes to sign with.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text to hand to the receiver, once.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", to_base64(&self.0)))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn is_read_as_it_is_written_and_never_shown() {
        let secret = Secret::generate().unwrap();
        assert_eq!(Secret::parse(&secret.expose()).unwrap(), secret);
        assert_eq!(format!("{secret:?}"), "Secret(***)");
        for wrong in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
            assert!(Secret::parse(wrong).is_err(), "{wrong}");
        }
    }
}
