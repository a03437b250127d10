//! A keyring tried out.

use uuid::Uuid;

use super::{KeyUse, Keyring, Purpose, random};
use crate::{Error, Result};

/// Signed by a trial; no checkpoint can be mistaken for it.
const MESSAGE: &[u8] = b"plimsoll: a trial of the keyring";

/// Has a keyring wrap, unwrap and sign something that nobody keeps.
///
/// # Errors
/// What it refuses; [`Error::Keyring`] where it gives something else back than it was given.
pub async fn try_keyring(keyring: &dyn Keyring) -> Result<()> {
    let of = KeyUse { id: Uuid::nil(), purpose: Purpose::Applicants };
    let key = random::<32>()?;
    let wrapped = keyring.wrap(of, &*key).await?;
    let wrong = |what: &str| Error::Keyring(format!("{} does not {what}", keyring.name()));
    if keyring.unwrap(of, keyring.name(), &wrapped).await?.as_slice() != key.as_slice() {
        return Err(wrong("unwrap what it wrapped"));
    }
    let signature = keyring.sign(MESSAGE).await?;
    if keyring.public_key()?.verifies(MESSAGE, &signature) { Ok(()) } else { Err(wrong("sign with its public key")) }
}
