//! The secret of an API key: `plim_<8 characters>_<43 characters>`, letters and digits.
//!
//! The 43 characters are random: 43 · log2 62 = 256 bits. The 8 are the secret's public prefix: the first 47 bits of a
//! hash of it, in base 62. They find the secret in the table, and they are a checksum: what was mistyped or made up is
//! refused without asking anybody, and a scanner for secrets has no false alarms.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{Result, sealing::random};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const START: &str = "plim_";
const PREFIX: usize = 8;
const SECRET: usize = 43;

/// A secret, in the process that makes it or is shown it. What is stored is its prefix and its hash.
#[derive(Clone)]
pub struct ApiKeySecret(Zeroizing<String>);

impl ApiKeySecret {
    /// A new one.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub(super) fn new() -> Result<Self> {
        let mut secret = Zeroizing::new(String::with_capacity(SECRET));
        while secret.len() < SECRET {
            // 248 is the greatest multiple of 62 in a byte: each character is as likely as any other.
            let bytes = random::<64>()?;
            let letters = bytes.iter().filter(|byte| **byte < 248).filter_map(|byte| letter(u64::from(*byte)));
            let lacking = SECRET - secret.len();
            secret.extend(letters.take(lacking));
        }
        Ok(Self(Zeroizing::new(format!("{START}{}_{}", prefix_of(&secret), *secret))))
    }

    /// Reads one as it came with a request; none where it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(START)?;
        let (prefix, secret) = rest.split_at_checked(PREFIX)?;
        let secret = secret.strip_prefix('_')?;
        let is_whole = secret.len() == SECRET && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_whole && prefix_of(secret).as_bytes().ct_eq(prefix.as_bytes()).into())
            .then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The whole text, to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The public part that finds it.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.get(START.len()..START.len() + PREFIX).unwrap_or_default()
    }

    /// What is stored: SHA-256 of the whole text. A slow hash would add nothing to 256 random bits.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{START}{}_***", self.prefix())
    }
}

/// The 8 characters that belong to the 43.
fn prefix_of(secret: &str) -> String {
    let hash: [u8; 32] = Sha256::new().chain_update(b"plimsoll key prefix\0").chain_update(secret).finalize().into();
    let mut number = hash.iter().take(PREFIX).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut prefix = String::with_capacity(PREFIX);
    for _ in 0..PREFIX {
        prefix.extend(letter(number));
        number /= 62;
    }
    prefix
}

fn letter(number: u64) -> Option<char> {
    usize::try_from(number % 62).ok().and_then(|place| ALPHABET.get(place)).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_read_and_nothing_else_is() {
        let secret = ApiKeySecret::new().unwrap();
        let text = secret.expose();
        assert_eq!(text.len(), "plim_12345678_".len() + 43);
        assert_eq!(ApiKeySecret::parse(text).unwrap().hash(), secret.hash());
        for place in 0..text.len() {
            let mut wrong = text.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'x' { b'y' } else { b'x' };
            assert!(ApiKeySecret::parse(std::str::from_utf8(&wrong).unwrap()).is_none(), "{place}");
        }
        for wrong in ["", "plim_", "plim_ä2345678_", &format!("{text}x"), &text[..text.len() - 1]] {
            assert!(ApiKeySecret::parse(wrong).is_none(), "{wrong}");
        }
        let shown = format!("{secret:?}");
        assert!(shown.ends_with("_***") && !text.ends_with(&shown), "{shown}");
    }
}
