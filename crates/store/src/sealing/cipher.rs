//! Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits before the ciphertext.
//!
//! Random nonces are safe for 2^32 messages a key; an applicant's key seals a handful, and a key-encryption key one
//! message an applicant.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Bytes of a key.
pub(crate) const KEY_LEN: usize = 32;

/// A key that seals and opens.
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    /// From the bytes of a key.
    pub(crate) fn new(key: &[u8; KEY_LEN]) -> Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::Keyring("a key was refused".to_owned()))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals what is given. `context` is not stored: opening needs the same.
    pub(crate) fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&*nonce);
        sealed.extend_from_slice(plain);
        let (_, body) = sealed.split_at_mut(NONCE_LEN);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(*nonce), Aad::from(context), body)
            .map_err(|_| Error::Keyring("sealing failed: the data is too long".to_owned()))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] gave; `None` where the key, the context or a bit is another.
    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = Zeroizing::new(body.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(context), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    SystemRandom::new()
        .fill(&mut *bytes)
        .map_err(|_| Error::Keyring("the operating system gives no random bytes".to_owned()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Cipher, random};

    #[test]
    fn opens_only_what_it_sealed_in_the_same_context() {
        let cipher = Cipher::new(&random().unwrap()).unwrap();
        let sealed = cipher.seal(b"here", b"a secret").unwrap();
        assert_eq!(cipher.open(b"here", &sealed).unwrap().as_slice(), b"a secret");
        assert!(cipher.open(b"there", &sealed).is_none());
        assert!(Cipher::new(&random().unwrap()).unwrap().open(b"here", &sealed).is_none());
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(cipher.open(b"here", &altered).is_none(), "bit {bit}");
        }
        assert!(cipher.open(b"here", &sealed[..5]).is_none());
    }
}
