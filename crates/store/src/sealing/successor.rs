//! A keyring that takes over from another: it opens what either wrapped, and wraps and signs by itself.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Answer, KeyUse, Keyring};
use crate::{Result, ledger::PublicKey};

/// A keyring beside the one that it follows.
pub struct Successor {
    present: Arc<dyn Keyring>,
    former: Arc<dyn Keyring>,
}

impl Successor {
    /// `present` wraps and signs from now on; `former` still opens what it wrapped.
    #[must_use]
    pub fn new(present: Arc<dyn Keyring>, former: Arc<dyn Keyring>) -> Self {
        Self { present, former }
    }
}

impl Keyring for Successor {
    fn name(&self) -> &str {
        self.present.name()
    }

    fn wrap<'a>(&'a self, of: KeyUse, key: &'a [u8]) -> Answer<'a, Vec<u8>> {
        self.present.wrap(of, key)
    }

    fn unwrap<'a>(&'a self, of: KeyUse, name: &'a str, wrapped: &'a [u8]) -> Answer<'a, Zeroizing<Vec<u8>>> {
        let keyring = if name == self.former.name() { &self.former } else { &self.present };
        keyring.unwrap(of, name, wrapped)
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> Answer<'a, Vec<u8>> {
        self.present.sign(message)
    }

    fn public_key(&self) -> Result<PublicKey> {
        self.present.public_key()
    }
}
