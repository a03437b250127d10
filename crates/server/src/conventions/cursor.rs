//! Cursors of lists: opaque to the client, and only those made here are taken.
//!
//! A cursor is base64url(position ‖ HMAC-SHA-256(list ‖ 0 ‖ position), first 16 bytes). The list's name binds it to the
//! list and its filters, so that a cursor cannot be carried from one to another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use crate::problem::{Kind, Problem};

const TAG: usize = 16;
/// No cursor is longer, in characters.
const LONGEST: usize = 1_024;

/// Makes and reads cursors.
#[derive(Debug)]
pub struct Cursors(hmac::Key);

impl Cursors {
    /// Cursors under a key that all instances share and that outlives them.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Cursors that only this process reads, where there is no store whose keys could be shared.
    pub fn of_this_process() -> Self {
        let mut key = [0; 32];
        if SystemRandom::new().fill(&mut key).is_err() {
            // No randomness means no secret; a key from two random UUIDs would have failed likewise before this.
            tracing::error!("the system gives no random bytes: cursors of lists are not protected");
        }
        Self::new(&key)
    }

    /// A cursor to a position in a list. The list's name includes its filters.
    pub fn make(&self, list: &str, position: &[u8]) -> String {
        let tag = self.tag(list, position);
        URL_SAFE_NO_PAD.encode([position, tag.as_ref().get(..TAG).unwrap_or_default()].concat())
    }

    /// The position that a cursor of this list stands for.
    ///
    /// # Errors
    /// 400 where the cursor was not made here, or for another list.
    pub fn read(&self, list: &str, cursor: &str) -> Result<Vec<u8>, Problem> {
        self.position(list, cursor).ok_or_else(|| {
            Kind::InvalidCursor
                .because("the cursor is not one of this list; begin without it and follow the links")
                .parameter("cursor", "was not issued for this list and these filters")
        })
    }

    fn position(&self, list: &str, cursor: &str) -> Option<Vec<u8>> {
        if cursor.len() > LONGEST {
            return None;
        }
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let position = bytes.len().checked_sub(TAG)?;
        let tag = bytes.split_off(position);
        let expected = self.tag(list, &bytes);
        let same = expected.as_ref().iter().zip(&tag).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0;
        same.then_some(bytes)
    }

    fn tag(&self, list: &str, position: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&(list.len() as u64).to_be_bytes());
        context.update(list.as_bytes());
        context.update(position);
        context.sign()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_made_is_read() {
        let cursors = Cursors::new(b"key");
        let cursor = cursors.make("scores?decision=approve", b"position");
        assert_eq!(cursors.read("scores?decision=approve", &cursor).expect("its own"), b"position");
        assert!(cursors.read("scores", &cursor).is_err(), "another list's");
        assert!(Cursors::new(b"other").read("scores?decision=approve", &cursor).is_err(), "another key's");
        for i in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[i] = if forged[i] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("ASCII");
            assert!(cursors.read("scores?decision=approve", &forged).is_err(), "{i}");
        }
        for nonsense in ["", "A", "====", &"A".repeat(5_000)] {
            assert!(cursors.read("scores", nonsense).is_err());
        }
    }
}
