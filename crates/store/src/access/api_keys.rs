//! API keys: what programs call with.

use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{Actor, ApiKeySecret, check_name, members};
use crate::{
    Change, Error, Moment, NewEntry, Result, Store,
    database::{Row, Session as _, values},
};

/// Scopes that one key may have.
const MOST_SCOPES: usize = 64;
/// Hours for which the old secret of a rotated key may go on.
const LONGEST_OVERLAP: u32 = 24 * 90;
/// How much later a use must be than the one on record to be written, in microseconds.
const USE_STEP: i64 = 60_000_000;

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What people know it by.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires: Option<Moment>,
}

/// A key as it is kept, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// What people know it by.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: Moment,
    /// By whom: `key:<id>`, `user:<id>` or `operator`.
    pub created_by: String,
    /// When it ends.
    pub expires: Option<Moment>,
    /// When it was last used, to the minute or so.
    pub last_used: Option<Moment>,
    /// When it was revoked.
    pub revoked: Option<Moment>,
    /// Counts changes, from 1.
    pub version: u64,
    /// Its secrets that still count, the newest first.
    pub secrets: Vec<SecretState>,
}

/// A secret of a key, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretState {
    /// Its public part.
    pub prefix: String,
    /// When it was made.
    pub created: Moment,
    /// When it ends, where a newer one took its place.
    pub ends: Option<Moment>,
}

/// A key whose secret came with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedKey {
    /// Its id.
    pub id: Uuid,
    /// What it may do.
    pub scopes: Vec<String>,
    /// From when on this secret counts no more.
    pub until: Option<Moment>,
    /// The last use on record.
    pub last_used: Option<Moment>,
}

const COLUMNS: &str =
    "SELECT id, name, scopes, created, created_by, expires, last_used, revoked, version FROM api_keys";

impl Store {
    /// Makes a key. Its secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name or scopes that no key can have; as [`Store::record`].
    pub async fn create_api_key(&self, new: NewApiKey, by: Actor) -> Result<(ApiKey, ApiKeySecret)> {
        check_name("key's name", &new.name)?;
        check_scopes(&new.scopes)?;
        let (id, secret, now) = (Uuid::now_v7(), ApiKeySecret::new()?, Moment::now());
        if new.expires.is_some_and(|expires| expires <= now) {
            return Err(Error::Invalid("the key would be expired when it is made; name a later time".to_owned()));
        }
        let mut entry = members("created", "key", id, by);
        entry.insert("prefix".to_owned(), secret.prefix().into());
        entry.insert("scopes".to_owned(), new.scopes.clone().into());
        if let Some(expires) = new.expires {
            entry.insert("expires".to_owned(), expires.to_string().into());
        }
        let expires = new.expires.map(Moment::micros);
        let change = Change::entry(NewEntry::plain("key", Some(id), &entry))
            .with(
                "storing a key",
                "INSERT INTO api_keys (id, name, scopes, created, created_by, expires, version) \
                 VALUES ($1, $2, $3, $4, $5, $6, 1)",
                values![id, new.name, new.scopes.join(" "), now.micros(), by.to_string(), expires],
            )
            .with("storing a key's secret", INSERT_SECRET, secret_row(id, &secret, now));
        self.record(change).await?;
        Ok((self.api_key(id).await?, secret))
    }

    /// Gives a key a new secret. The old one goes on for some hours, so that programs can be changed over.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where it is revoked or changed since `version`; [`Error::Invalid`].
    pub async fn rotate_api_key(
        &self,
        id: Uuid,
        version: u64,
        overlap_hours: u32,
        by: Actor,
    ) -> Result<(ApiKey, ApiKeySecret)> {
        if overlap_hours > LONGEST_OVERLAP {
            return Err(Error::Invalid(format!("the overlap must be from 0 to {LONGEST_OVERLAP} hours")));
        }
        let (secret, now) = (ApiKeySecret::new()?, Moment::now());
        let ends = now.plus_seconds(i64::from(overlap_hours) * 3600);
        let mut entry = members("rotated", "key", id, by);
        entry.insert("prefix".to_owned(), secret.prefix().into());
        entry.insert("old_ends".to_owned(), ends.to_string().into());
        let change = Change::entry(NewEntry::plain("key", Some(id), &entry))
            .with_one("rotating a key", BUMP, values![id, count(version)?], CHANGED)
            // Of more than one old secret only the last goes on: two are enough to change over.
            .with(
                "ending old secrets",
                "DELETE FROM api_key_secrets WHERE api_key = $1 AND ends IS NOT NULL",
                values![id],
            )
            .with(
                "ending a secret",
                "UPDATE api_key_secrets SET ends = $2 WHERE api_key = $1",
                values![id, ends.micros()],
            )
            .with("storing a key's secret", INSERT_SECRET, secret_row(id, &secret, now));
        self.api_key(id).await?;
        self.record(change).await?;
        Ok((self.api_key(id).await?, secret))
    }

    /// Ends a key for good.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where it is revoked already or changed since `version`.
    pub async fn revoke_api_key(&self, id: Uuid, version: u64, by: Actor) -> Result<()> {
        self.api_key(id).await?;
        let entry = members("revoked", "key", id, by);
        let change = Change::entry(NewEntry::plain("key", Some(id), &entry))
            .with_one("revoking a key", BUMP, values![id, count(version)?], CHANGED)
            .with(
                "revoking a key",
                "UPDATE api_keys SET revoked = $2 WHERE id = $1",
                values![id, Moment::now().micros()],
            )
            .with("dropping secrets", "DELETE FROM api_key_secrets WHERE api_key = $1", values![id]);
        self.record(change).await.map(drop)
    }

    /// A key.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn api_key(&self, id: Uuid) -> Result<ApiKey> {
        let mut session = self.database.snapshot().await?;
        let row = session.fetch_optional("reading a key", format!("{COLUMNS} WHERE id = $1"), values![id]).await?;
        let mut key = row
            .as_ref()
            .map(key_of)
            .transpose()?
            .ok_or_else(|| Error::NotFound { what: "key", which: id.to_string() })?;
        key.secrets = secrets_of(&mut session, id).await?;
        Ok(key)
    }

    /// Keys by age, from after one of them on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn api_keys(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<ApiKey>> {
        let mut session = self.database.snapshot().await?;
        let sql = format!("{COLUMNS} WHERE id > $1 ORDER BY id LIMIT $2");
        let values = values![after.unwrap_or(Uuid::nil()), i64::try_from(limit).unwrap_or(i64::MAX)];
        let mut keys =
            session.fetch("listing keys", sql, values).await?.iter().map(key_of).collect::<Result<Vec<_>>>()?;
        for key in &mut keys {
            key.secrets = secrets_of(&mut session, key.id).await?;
        }
        Ok(keys)
    }

    /// The key that a secret belongs to, if it counts now.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn verify_api_key(&self, secret: &ApiKeySecret) -> Result<Option<VerifiedKey>> {
        let sql = "SELECT s.hash, s.ends, k.id, k.scopes, k.expires, k.last_used, k.revoked FROM api_key_secrets s \
                   JOIN api_keys k ON k.id = s.api_key WHERE s.prefix = $1";
        let mut session = self.database.read().await?;
        let Some(row) = session.fetch_optional("looking a key up", sql, values![secret.prefix()]).await? else {
            return Ok(None);
        };
        let is_same = bool::from(row.bytes::<32>(0)?.ct_eq(&secret.hash()));
        let until = [row.get::<Option<i64>>(1)?, row.get(4)?].into_iter().flatten().min().map(Moment::from_micros);
        let counts = row.get::<Option<i64>>(6)?.is_none() && until.is_none_or(|until| until > Moment::now());
        if !is_same || !counts {
            return Ok(None);
        }
        Ok(Some(VerifiedKey {
            id: row.id(2)?,
            scopes: split(&row.get::<String>(3)?),
            until,
            last_used: row.get::<Option<i64>>(5)?.map(Moment::from_micros),
        }))
    }

    /// Notes that a key was used; where that is on record to the minute, nothing is written.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_key_use(&self, id: Uuid, at: Moment) -> Result<()> {
        let sql = "UPDATE api_keys SET last_used = $2 WHERE id = $1 AND (last_used IS NULL OR last_used < $3)";
        let values = values![id, at.micros(), at.micros() - USE_STEP];
        self.database.write().await?.execute("noting a key's use", sql, values).await.map(drop)
    }

    /// Whether there is any key.
    pub(super) async fn has_api_keys(&self) -> Result<bool> {
        let mut session = self.database.read().await?;
        Ok(session.fetch_optional("looking for keys", "SELECT 1 FROM api_keys LIMIT 1", vec![]).await?.is_some())
    }
}

const INSERT_SECRET: &str = "INSERT INTO api_key_secrets (prefix, api_key, hash, created) VALUES ($1, $2, $3, $4)";
const BUMP: &str = "UPDATE api_keys SET version = version + 1 WHERE id = $1 AND version = $2 AND revoked IS NULL";
const CHANGED: &str = "the key is revoked or was changed meanwhile; read it again";

fn secret_row(id: Uuid, secret: &ApiKeySecret, now: Moment) -> Vec<crate::database::Value> {
    values![secret.prefix(), id, secret.hash(), now.micros()]
}

pub(super) fn count(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|_| Error::Invalid("no such version".to_owned()))
}

fn check_scopes(scopes: &[String]) -> Result<()> {
    let is_scope = |scope: &String| {
        let is_word = |word: &str| !word.is_empty() && word.len() <= 32 && word.bytes().all(|b| b.is_ascii_lowercase());
        scope.split_once(':').is_some_and(|(of, what)| is_word(of) && is_word(what))
    };
    if scopes.is_empty() || scopes.len() > MOST_SCOPES || !scopes.iter().all(is_scope) {
        return Err(Error::Invalid(format!("a key has 1 to {MOST_SCOPES} scopes such as scores:write")));
    }
    Ok(())
}

fn split(scopes: &str) -> Vec<String> {
    scopes.split_ascii_whitespace().map(str::to_owned).collect()
}

fn key_of(row: &Row) -> Result<ApiKey> {
    let moment = |place| Ok::<_, Error>(row.get::<Option<i64>>(place)?.map(Moment::from_micros));
    Ok(ApiKey {
        id: row.id(0)?,
        name: row.get(1)?,
        scopes: split(&row.get::<String>(2)?),
        created: Moment::from_micros(row.get(3)?),
        created_by: row.get(4)?,
        expires: moment(5)?,
        last_used: moment(6)?,
        revoked: moment(7)?,
        version: row.count(8)?,
        secrets: Vec::new(),
    })
}

async fn secrets_of(session: &mut crate::database::Transaction, id: Uuid) -> Result<Vec<SecretState>> {
    let sql = "SELECT prefix, created, ends FROM api_key_secrets WHERE api_key = $1 AND (ends IS NULL OR ends > $2) \
               ORDER BY created DESC";
    let rows = session.fetch("reading a key's secrets", sql, values![id, Moment::now().micros()]).await?;
    let state = |row: &Row| {
        let ends = row.get::<Option<i64>>(2)?.map(Moment::from_micros);
        Ok(SecretState { prefix: row.get(0)?, created: Moment::from_micros(row.get(1)?), ends })
    };
    rows.iter().map(state).collect()
}
