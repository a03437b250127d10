//! The keys that this process holds: key-encryption keys, and the key of keyed hashes.

use std::collections::HashMap;

use ring::hmac;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    Keyring,
    cipher::{Cipher, KEY_LEN, random},
};
use crate::{
    Error, Moment, Result,
    database::{Database, Session, values},
};

/// The keyed hash of an applicant's reference.
pub(crate) type Lookup = [u8; 32];

/// Keys that open what is sealed.
pub(crate) struct Keys {
    wrapping: HashMap<Uuid, Cipher>,
    active: Uuid,
    lookup: hmac::Key,
    service: hmac::Key,
}

/// An applicant's own key, ready to use.
pub(crate) struct ApplicantKey(Cipher);

/// What keys are for: the last byte of the id of the first of each kind, so that two instances that start at once agree.
const WRAPPING: u128 = 1;
const LOOKUP: u128 = 2;
const SERVICE: u128 = 3;

impl Keys {
    /// Reads the keys, making those that are missing.
    pub(crate) async fn open(database: &Database, keyring: &dyn Keyring) -> Result<Self> {
        let mut found = Self::read(database, keyring).await?;
        for purpose in [WRAPPING, LOOKUP, SERVICE] {
            if !found.contains_key(&Uuid::from_u128(purpose)) {
                let key = random::<KEY_LEN>()?;
                let wrapped = keyring.wrap(&*key).await?;
                let values =
                    values![Uuid::from_u128(purpose), keyring.name().to_owned(), wrapped, Moment::now().micros()];
                let sql = "INSERT INTO key_encryption_keys (id, keyring, wrapped, created) VALUES ($1, $2, $3, $4) \
                           ON CONFLICT (id) DO NOTHING";
                database.write().await?.execute("storing a key", sql, values).await?;
                // Another instance may have been first: what is stored counts.
                found = Self::read(database, keyring).await?;
            }
        }
        let hmac = |purpose: u128| {
            let key =
                found.get(&Uuid::from_u128(purpose)).ok_or_else(|| Error::Corrupt("a key vanished".to_owned()))?;
            Ok::<_, Error>(hmac::Key::new(hmac::HMAC_SHA256, &**key))
        };
        let (lookup, service) = (hmac(LOOKUP)?, hmac(SERVICE)?);
        let kept = [LOOKUP, SERVICE].map(Uuid::from_u128);
        let mut wrapping = HashMap::new();
        for (id, key) in found.iter().filter(|(id, _)| !kept.contains(id)) {
            wrapping.insert(*id, Cipher::new(key)?);
        }
        // Identifiers of later keys are of version 7, so that the greatest is the newest.
        let active = wrapping.keys().max().copied().ok_or_else(|| Error::Corrupt("no key to wrap with".to_owned()))?;
        Ok(Self { wrapping, active, lookup, service })
    }

    async fn read(database: &Database, keyring: &dyn Keyring) -> Result<HashMap<Uuid, Zeroizing<[u8; KEY_LEN]>>> {
        let sql = "SELECT id, keyring, wrapped FROM key_encryption_keys";
        let rows = database.read().await?.fetch("reading keys", sql, vec![]).await?;
        let mut keys = HashMap::new();
        for row in rows {
            let (name, wrapped): (String, Vec<u8>) = (row.get(1)?, row.get(2)?);
            let key = keyring.unwrap(&name, &wrapped).await?;
            let key = <[u8; KEY_LEN]>::try_from(key.as_slice())
                .map_err(|_| Error::Keyring("a key in the database is not of 32 bytes".to_owned()))?;
            keys.insert(row.id(0)?, Zeroizing::new(key));
        }
        Ok(keys)
    }

    /// What an applicant is looked up by.
    pub(crate) fn lookup(&self, reference: &str) -> Lookup {
        let mut lookup = Lookup::default();
        lookup.copy_from_slice(hmac::sign(&self.lookup, reference.as_bytes()).as_ref());
        lookup
    }

    /// A keyed hash for the service's own marks, such as those of logins.
    pub(crate) fn mark(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.service);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(data);
        let mut mark = [0; 32];
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }

    /// A new key for an applicant, and its wrapped form with the key that wraps it.
    pub(crate) fn new_applicant(&self, applicant: Uuid) -> Result<(ApplicantKey, Uuid, Vec<u8>)> {
        let key = random::<KEY_LEN>()?;
        let wrapped = self.active()?.seal(applicant.as_bytes(), &*key)?;
        Ok((ApplicantKey(Cipher::new(&key)?), self.active, wrapped))
    }

    /// An applicant's key from its wrapped form.
    pub(crate) fn applicant(&self, applicant: Uuid, kek: Uuid, wrapped: &[u8]) -> Result<ApplicantKey> {
        let cipher = self
            .wrapping
            .get(&kek)
            .ok_or_else(|| Error::Keyring(format!("no key `{kek}` in this process; restart it")))?;
        let key = cipher
            .open(applicant.as_bytes(), wrapped)
            .ok_or_else(|| Error::Corrupt(format!("the key of applicant `{applicant}` does not open")))?;
        let key = <[u8; KEY_LEN]>::try_from(key.as_slice())
            .map(Zeroizing::new)
            .map_err(|_| Error::Corrupt(format!("the key of applicant `{applicant}` is not of 32 bytes")))?;
        Ok(ApplicantKey(Cipher::new(&key)?))
    }

    /// Seals a secret of the service itself, such as one that signs webhooks.
    pub(crate) fn seal_secret(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = self.active.into_bytes().to_vec();
        sealed.extend(self.active()?.seal(context.as_bytes(), plain)?);
        Ok(sealed)
    }

    /// Opens what [`Self::seal_secret`] gave in the same context.
    pub(crate) fn open_secret(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let refuse = || Error::Corrupt(format!("a sealed secret ({context}) does not open"));
        let (kek, sealed) = sealed.split_at_checked(16).ok_or_else(refuse)?;
        let cipher = Uuid::from_slice(kek).ok().and_then(|kek| self.wrapping.get(&kek)).ok_or_else(refuse)?;
        cipher.open(context.as_bytes(), sealed).ok_or_else(refuse)
    }

    fn active(&self) -> Result<&Cipher> {
        self.wrapping.get(&self.active).ok_or_else(|| Error::Keyring("no key to wrap with".to_owned()))
    }
}

impl ApplicantKey {
    /// Seals under the applicant's key, bound to an entry.
    pub(crate) fn seal(&self, entry: Uuid, plain: &[u8]) -> Result<Vec<u8>> {
        self.0.seal(entry.as_bytes(), plain)
    }

    /// Opens what was sealed for an entry.
    pub(crate) fn open(&self, entry: Uuid, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.0
            .open(entry.as_bytes(), sealed)
            .ok_or_else(|| Error::Corrupt(format!("the sealed data of entry `{entry}` does not open")))
    }
}
