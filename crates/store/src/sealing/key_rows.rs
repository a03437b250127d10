//! The rows of the service's own keys, as they lie wrapped in the database.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{KeyUse, Keyring, Purpose, cipher::KEY_LEN};
use crate::{
    Error, Moment, Result,
    database::{Database, Session, values},
};

/// What keys are for: the last byte of the id of the first of each kind, so that two instances that start at once agree.
pub(super) const FIRST: [(Purpose, u128); 3] = [(Purpose::Applicants, 1), (Purpose::Lookup, 2), (Purpose::Service, 3)];

/// A key of the service, wrapped.
pub(crate) struct KeyRow {
    pub(crate) id: Uuid,
    /// The name of the keyring that wrapped it.
    pub(crate) keyring: String,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) created: Moment,
    /// When it was last wrapped.
    pub(crate) last_wrapped: Moment,
    /// What it has sealed, as far as the instances have said.
    pub(crate) seals: u64,
}

impl KeyRow {
    /// All of them, the oldest first.
    pub(crate) async fn all(database: &Database) -> Result<Vec<Self>> {
        let sql = "SELECT id, keyring, wrapped, created, rewrapped, seals FROM key_encryption_keys ORDER BY id";
        let rows = database.read().await?.fetch("reading keys", sql, vec![]).await?;
        let row = |row: &crate::database::Row| {
            let (created, rewrapped): (i64, i64) = (row.get(3)?, row.get(4)?);
            Ok(Self {
                id: row.id(0)?,
                keyring: row.get(1)?,
                wrapped: row.get(2)?,
                created: Moment::from_micros(created),
                last_wrapped: Moment::from_micros(created.max(rewrapped)),
                seals: row.count(5)?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// Stores the first key for a purpose, unless another instance was quicker.
    pub(super) async fn make_first(database: &Database, keyring: &dyn Keyring, of: KeyUse, key: &[u8]) -> Result<()> {
        let wrapped = keyring.wrap(of, key).await?;
        let values = values![of.id, keyring.name().to_owned(), wrapped, Moment::now().micros()];
        let sql = "INSERT INTO key_encryption_keys (id, keyring, wrapped, created) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (id) DO NOTHING";
        database.write().await?.execute("storing a key", sql, values).await.map(drop)
    }

    /// The greatest id among the first keys of all purposes.
    pub(crate) fn last_of_the_first() -> Uuid {
        Uuid::from_u128(FIRST.iter().map(|(_, number)| *number).max().unwrap_or_default())
    }

    /// Which key it is, and what for: all that are not the first of another kind wrap applicants' keys.
    pub(crate) fn of(&self) -> KeyUse {
        let first = FIRST.iter().find(|(_, number)| Uuid::from_u128(*number) == self.id);
        KeyUse { id: self.id, purpose: first.map_or(Purpose::Applicants, |(purpose, _)| *purpose) }
    }

    /// Has the keyring unwrap it.
    pub(crate) async fn unwrap(&self, keyring: &dyn Keyring) -> Result<Zeroizing<[u8; KEY_LEN]>> {
        let key = keyring.unwrap(self.of(), &self.keyring, &self.wrapped).await?;
        let key = <[u8; KEY_LEN]>::try_from(key.as_slice());
        let problem = |_| Error::Keyring(format!("key `{}` in the database is not of {KEY_LEN} bytes", self.id));
        key.map(Zeroizing::new).map_err(problem)
    }
}
