//! The service's own keys in the course of time: counted, replaced before they have sealed too much, wrapped anew.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Change, Conflict, Error, Moment, NewEntry, Result, Store,
    database::{Session, values, whole},
    housekeeping::micros,
    sealing::{KeyRow, KeyUse, Purpose, random},
};

/// How long a key that wraps the keys of applicants is in use, and how long it lies as it was wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyLimits {
    /// Keys and secrets that it seals before another takes over.
    pub seals: u64,
    /// Time for which it is the one in use.
    pub age: Duration,
    /// Time after which the keyring wraps a key anew, so that nothing rests on what the keyring had long ago.
    pub rewrap: Duration,
}

impl Default for KeyLimits {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        Self { seals: 1 << 20, age: days(90), rewrap: days(365) }
    }
}

/// A key of the service as it is shown: never the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceKey {
    /// Its id.
    pub id: Uuid,
    /// What it is for: `applicants`, `lookup` or `service`.
    pub purpose: &'static str,
    /// The keyring that wrapped it.
    pub keyring: String,
    /// Whether it wraps the keys of new applicants.
    pub active: bool,
    /// When it was made.
    pub created: Moment,
    /// When it was last wrapped.
    pub wrapped: Moment,
    /// Keys and secrets that it has sealed, to the last minute.
    pub seals: u64,
}

/// Which keys are wrapped anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewrap {
    /// Those that another key of the keyring wrapped, or that were wrapped so long ago.
    Older(Duration),
    /// All.
    All,
}

/// Why a key takes over from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Seals,
    Age,
    Asked,
}

impl Cause {
    fn word(self) -> &'static str {
        match self {
            Self::Seals => "seals",
            Self::Age => "age",
            Self::Asked => "asked",
        }
    }
}

impl Store {
    /// The service's keys, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn service_keys(&self) -> Result<Vec<ServiceKey>> {
        let rows = KeyRow::all(&self.database).await?;
        let active = self.keys.active_id();
        let shown = |row: KeyRow| ServiceKey {
            id: row.id,
            purpose: row.of().purpose.word(),
            active: row.id == active,
            keyring: row.keyring,
            created: row.created,
            wrapped: row.last_wrapped,
            seals: row.seals,
        };
        Ok(rows.into_iter().map(shown).collect())
    }

    /// What is to be done every minute: writes down what was sealed, takes up keys that others made, has a new key take over
    /// where the limits say so, and has keys wrapped anew that lie too long.
    ///
    /// # Errors
    /// Those of the database and of the keyring; what was not done is done the next time.
    pub async fn tend_keys(&self, limits: KeyLimits) -> Result<()> {
        self.write_seals().await?;
        self.keys.learn().await?;
        let active = self.active_key().await?;
        let age = Moment::now().micros().saturating_sub(active.created.micros());
        if active.seals >= limits.seals {
            self.make_key(Cause::Seals).await?;
        } else if age >= micros(limits.age) {
            self.make_key(Cause::Age).await?;
        }
        self.rewrap_keys(Rewrap::Older(limits.rewrap)).await.map(drop)
    }

    /// Has a new key wrap the keys of applicants from now on. Other instances take it up within a minute, or when they first
    /// meet what it wrapped.
    ///
    /// # Errors
    /// Those of the database and of the keyring.
    pub async fn renew_key(&self) -> Result<()> {
        self.write_seals().await?;
        self.keys.learn().await?;
        self.make_key(Cause::Asked).await
    }

    /// Has the keyring wrap keys anew. What they sealed stays as it is: the keys are the same. Gives which.
    ///
    /// # Errors
    /// Those of the database and of the keyring.
    pub async fn rewrap_keys(&self, which: Rewrap) -> Result<Vec<Uuid>> {
        let now = Moment::now().micros();
        let mut rewrapped = Vec::new();
        for row in KeyRow::all(&self.database).await? {
            let is_due = match which {
                Rewrap::All => true,
                Rewrap::Older(age) => {
                    row.keyring != self.keyring.name() || now.saturating_sub(row.last_wrapped.micros()) >= micros(age)
                }
            };
            if is_due && self.rewrap(&row).await? {
                rewrapped.push(row.id);
            }
        }
        Ok(rewrapped)
    }

    /// Wraps one anew and says so in the ledger; whether another instance did not do so first.
    async fn rewrap(&self, row: &KeyRow) -> Result<bool> {
        let key = row.unwrap(&*self.keyring).await?;
        let wrapped = self.keyring.wrap(row.of(), &*key).await?;
        let (id, name) = (row.id, self.keyring.name().to_owned());
        let members = json!({ "event": "rewrapped", "key": id, "from": row.keyring, "keyring": name });
        let sql = "UPDATE key_encryption_keys SET keyring = $1, wrapped = $2, rewrapped = $3 \
                   WHERE id = $4 AND wrapped = $5";
        let values = values![name, wrapped, Moment::now().micros(), id, row.wrapped.clone()];
        let change = Change::entry(NewEntry::said(ENTRY, members));
        let done = self.recorded(change.with_one("wrapping a key anew", sql, values, RACED)).await?;
        if done {
            tracing::info!(key = %id, from = row.keyring, keyring = self.keyring.name(), "a key was wrapped anew");
        }
        Ok(done)
    }

    async fn make_key(&self, cause: Cause) -> Result<()> {
        let active = self.keys.active_id();
        // Later than the active one even where this machine's clock is behind.
        let id = Uuid::now_v7().max(Uuid::from_u128(active.as_u128().saturating_add(1)));
        let wrapped = self.keyring.wrap(KeyUse { id, purpose: Purpose::Applicants }, &*random::<32>()?).await?;
        let name = self.keyring.name().to_owned();
        let members = json!({ "event": "made", "key": id, "keyring": name, "follows": active, "cause": cause.word() });
        let sql = "INSERT INTO key_encryption_keys (id, keyring, wrapped, created) SELECT $1, $2, $3, $4 \
                   WHERE NOT EXISTS (SELECT 1 FROM key_encryption_keys WHERE id > $5)";
        let values = values![id, name, wrapped, Moment::now().micros(), active.max(KeyRow::last_of_the_first())];
        let change = Change::entry(NewEntry::said(ENTRY, members)).with_one("making a key", sql, values, RACED);
        self.recorded(change).await?;
        // This one, or that of another instance that was quicker.
        self.keys.learn().await
    }

    /// Whether a change was made: not where another instance made one like it.
    async fn recorded(&self, change: Change) -> Result<bool> {
        match self.record(change).await {
            Ok(_) => Ok(true),
            Err(Error::Conflict(Conflict::State(said))) if said == RACED => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn active_key(&self) -> Result<KeyRow> {
        let active = self.keys.active_id();
        let row = KeyRow::all(&self.database).await?.into_iter().find(|row| row.id == active);
        row.ok_or_else(|| Error::Corrupt(format!("key `{active}` of the service vanished")))
    }

    /// Adds what the active key sealed here to its count.
    pub(crate) async fn write_seals(&self) -> Result<()> {
        let (key, seals) = (self.keys.active_id(), self.keys.take_seals());
        if seals == 0 {
            return Ok(());
        }
        let sql = "UPDATE key_encryption_keys SET seals = seals + $1 WHERE id = $2";
        let written = match self.database.write().await {
            Ok(mut connection) => connection.execute("counting seals", sql, values![whole(seals), key]).await,
            Err(error) => Err(error),
        };
        if written.is_err() {
            self.keys.return_seals(seals);
        }
        written.map(drop)
    }
}

/// The kind of their entries.
const ENTRY: &str = "service_key";
const RACED: &str = "another instance changed the keys just now";
