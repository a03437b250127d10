//! The keys that this process holds: key-encryption keys, and the keys of keyed hashes.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use ring::hmac;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    KeyUse, Keyring, Purpose,
    cipher::{Cipher, KEY_LEN, random},
    key_rows::{FIRST, KeyRow},
};
use crate::{Error, Result, database::Database};

/// The keyed hash of an applicant's reference.
pub(crate) type Lookup = [u8; 32];

/// Keys that open what is sealed.
pub(crate) struct Keys {
    database: Arc<Database>,
    keyring: Arc<dyn Keyring>,
    wrapping: RwLock<Wrapping>,
    /// What the active key sealed here and has not been written down.
    seals: AtomicU64,
    lookup: hmac::Key,
    service: hmac::Key,
}

/// Keys that wrap the keys of applicants.
#[derive(Default)]
struct Wrapping {
    ciphers: HashMap<Uuid, Arc<Cipher>>,
    /// The newest, which wraps what is new. Ids of all but the first are of version 7, so that the greatest is the newest.
    active: Uuid,
}

/// An applicant's own key, ready to use.
pub(crate) struct ApplicantKey(Cipher);

impl Keys {
    /// Reads the keys, making those that are missing.
    pub(crate) async fn open(database: Arc<Database>, keyring: Arc<dyn Keyring>) -> Result<Self> {
        let mut rows = KeyRow::all(&database).await?;
        for (purpose, number) in FIRST {
            let id = Uuid::from_u128(number);
            if !rows.iter().any(|row| row.id == id) {
                let key = random::<KEY_LEN>()?;
                KeyRow::make_first(&database, &*keyring, KeyUse { id, purpose }, &*key).await?;
                // Another instance may have been first: what is stored counts.
                rows = KeyRow::all(&database).await?;
            }
        }
        let (mut wrapping, mut hashing) = (Wrapping::default(), HashMap::new());
        for row in rows {
            let key = row.unwrap(&*keyring).await?;
            match row.of().purpose {
                Purpose::Applicants => wrapping.add(row.id, Cipher::new(&key)?),
                purpose => drop(hashing.insert(purpose.word(), hmac::Key::new(hmac::HMAC_SHA256, &*key))),
            }
        }
        let mut hash = |purpose: Purpose| {
            hashing.remove(purpose.word()).ok_or_else(|| Error::Corrupt("a key vanished".to_owned()))
        };
        let (lookup, service) = (hash(Purpose::Lookup)?, hash(Purpose::Service)?);
        let wrapping = RwLock::new(wrapping);
        Ok(Self { database, keyring, wrapping, seals: AtomicU64::new(0), lookup, service })
    }

    /// Takes up keys that another instance made.
    pub(crate) async fn learn(&self) -> Result<()> {
        for row in KeyRow::all(&self.database).await? {
            if row.of().purpose == Purpose::Applicants && self.known(row.id).is_none() {
                let cipher = Cipher::new(&*row.unwrap(&*self.keyring).await?)?;
                self.wrapping.write().unwrap_or_else(PoisonError::into_inner).add(row.id, cipher);
                tracing::info!(key = %row.id, "a new key of the service wraps the keys of applicants from now on");
            }
        }
        Ok(())
    }

    /// The key that wraps what is new.
    pub(crate) fn active_id(&self) -> Uuid {
        self.wrapping.read().unwrap_or_else(PoisonError::into_inner).active
    }

    /// What the active key has sealed here since this was last asked.
    pub(crate) fn take_seals(&self) -> u64 {
        self.seals.swap(0, Ordering::Relaxed)
    }

    /// Gives back what [`Self::take_seals`] took and could not be written down.
    pub(crate) fn return_seals(&self, seals: u64) {
        self.seals.fetch_add(seals, Ordering::Relaxed);
    }

    fn known(&self, id: Uuid) -> Option<Arc<Cipher>> {
        self.wrapping.read().unwrap_or_else(PoisonError::into_inner).ciphers.get(&id).cloned()
    }

    /// A key that wraps; where it is not known here, another instance may have made it.
    async fn wrapping(&self, id: Uuid) -> Result<Option<Arc<Cipher>>> {
        if let Some(cipher) = self.known(id) {
            return Ok(Some(cipher));
        }
        self.learn().await?;
        Ok(self.known(id))
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
        let (kek, cipher) = self.active()?;
        let wrapped = cipher.seal(applicant.as_bytes(), &*key)?;
        self.return_seals(1);
        Ok((ApplicantKey(Cipher::new(&key)?), kek, wrapped))
    }

    /// An applicant's key from its wrapped form.
    pub(crate) async fn applicant(&self, applicant: Uuid, kek: Uuid, wrapped: &[u8]) -> Result<ApplicantKey> {
        let cipher = self.wrapping(kek).await?;
        let cipher = cipher.ok_or_else(|| Error::Corrupt(format!("there is no key `{kek}` of the service")))?;
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
        let (kek, cipher) = self.active()?;
        let mut sealed = kek.into_bytes().to_vec();
        sealed.extend(cipher.seal(context.as_bytes(), plain)?);
        self.return_seals(1);
        Ok(sealed)
    }

    /// Opens what [`Self::seal_secret`] gave in the same context.
    pub(crate) async fn open_secret(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let refuse = || Error::Corrupt(format!("a sealed secret ({context}) does not open"));
        let (kek, sealed) = sealed.split_at_checked(16).ok_or_else(refuse)?;
        let kek = Uuid::from_slice(kek).map_err(|_| refuse())?;
        let cipher = self.wrapping(kek).await?.ok_or_else(refuse)?;
        cipher.open(context.as_bytes(), sealed).ok_or_else(refuse)
    }

    /// Whether the active key opens what it sealed.
    pub(crate) fn trial(&self) -> Result<()> {
        const TEXT: &[u8] = b"trial";
        let (_, cipher) = self.active()?;
        let opened = cipher.open(TEXT, &cipher.seal(TEXT, TEXT)?);
        opened.map(drop).ok_or_else(|| Error::Keyring("a key does not open what it sealed".to_owned()))
    }

    fn active(&self) -> Result<(Uuid, Arc<Cipher>)> {
        let wrapping = self.wrapping.read().unwrap_or_else(PoisonError::into_inner);
        let cipher = wrapping.ciphers.get(&wrapping.active).cloned();
        cipher.map(|cipher| (wrapping.active, cipher)).ok_or_else(|| Error::Keyring("no key to wrap with".to_owned()))
    }
}

impl Wrapping {
    fn add(&mut self, id: Uuid, cipher: Cipher) {
        self.ciphers.insert(id, Arc::new(cipher));
        self.active = self.active.max(id);
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
