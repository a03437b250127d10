//! Endpoints: made, changed, rotated, disabled, deleted; each with its entry in the ledger.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{MAX_ENDPOINTS, Secret, Settings};
use crate::{
    Change, Error, Idempotency, Moment, NewEntry, Result, Store,
    database::{Row, Session, values},
};

/// The ledger's kind.
const KIND: &str = "webhook";
const CHANGED: &str = "the webhook has changed since it was read; read it again";
const COLUMNS: &str = "SELECT id, url, events, description, enabled, disabled_because, previous_until, failing_since, \
                       version, created, changed FROM webhook_endpoints";

/// Where events are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: Uuid,
    /// What a caller has set.
    pub settings: Settings,
    /// Why it was disabled, where the service did that by itself.
    pub disabled_because: Option<String>,
    /// Until when the secret before the present one signs too.
    pub previous_until: Option<Moment>,
    /// Since when every call has failed.
    pub failing_since: Option<Moment>,
    /// Counts its changes, from 1.
    pub version: u64,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub changed: Moment,
}

/// How the making of an endpoint is answered again: the answer, with its secret, is kept sealed for a while.
#[derive(Clone, Copy)]
pub struct RepeatWebhook<'r> {
    /// Hash of the caller, the route and the Idempotency-Key.
    pub key: [u8; 32],
    /// Hash of the request.
    pub request: [u8; 32],
    /// The answer.
    pub answer: &'r (dyn Fn(&Endpoint, &Secret) -> Vec<u8> + Sync),
}

impl Store {
    /// Makes an endpoint; its secret is given here and never again, but to who repeats the request. `by` is the id of
    /// whoever asks.
    ///
    /// # Errors
    /// [`Error::Invalid`] beyond the bounds of [`Settings`]; [`Error::Conflict`] where there are [`MAX_ENDPOINTS`].
    pub async fn create_webhook(
        &self,
        by: &str,
        settings: Settings,
        repeat: Option<RepeatWebhook<'_>>,
    ) -> Result<(Endpoint, Secret)> {
        settings.check()?;
        let (id, secret, now) = (Uuid::now_v7(), Secret::generate()?, Moment::now());
        let sealed = self.keys.seal_secret(&context(id), secret.bytes())?;
        let sql = "INSERT INTO webhook_endpoints \
                   (id, url, events, description, enabled, secret, version, created, changed) \
                   SELECT $1, $2, $3, $4, $5, $6, 1, $7, $7 WHERE (SELECT COUNT(*) FROM webhook_endpoints) < $8";
        let Settings { url, description, enabled, .. } = settings.clone();
        let events = events_text(&settings);
        let values = values![id, url, events, description, enabled, sealed, now.micros(), MAX_ENDPOINTS];
        let full = format!("there are {MAX_ENDPOINTS} webhooks; delete one first");
        let change = Change::entry(entry(id, by, "created", 1, Some(&settings), None));
        let endpoint = Endpoint {
            id,
            settings,
            disabled_because: None,
            previous_until: None,
            failing_since: None,
            version: 1,
            created: now,
            changed: now,
        };
        let mark = repeat.map(|repeat| {
            let answer = self.seal_answer(&(repeat.answer)(&endpoint, &secret))?;
            Ok::<_, Error>(Idempotency { key: repeat.key, request: repeat.request, answer: Some(answer) })
        });
        let change = change.with_one("making a webhook", sql, values, full).idempotent(mark.transpose()?);
        self.record(change).await?;
        Ok((endpoint, secret))
    }

    /// Every endpoint, the oldest first.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn webhooks(&self) -> Result<Vec<Endpoint>> {
        let sql = format!("{COLUMNS} ORDER BY id");
        let rows = self.database.read().await?.fetch("listing webhooks", sql, vec![]).await?;
        rows.iter().map(read).collect()
    }

    /// One endpoint.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn webhook(&self, id: Uuid) -> Result<Endpoint> {
        let sql = format!("{COLUMNS} WHERE id = $1");
        let row = self.database.read().await?.fetch_optional("reading a webhook", sql, values![id]).await?;
        row.as_ref().map_or_else(|| Err(not_found(id)), read)
    }

    /// Sets an endpoint anew. Enabling it forgets why it was disabled and since when it fails.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is not at this version, [`Error::NotFound`], [`Error::Invalid`].
    pub async fn update_webhook(&self, by: &str, id: Uuid, version: u64, settings: Settings) -> Result<Endpoint> {
        settings.check()?;
        self.webhook(id).await?;
        let sql = "UPDATE webhook_endpoints SET url = $1, events = $2, description = $3, \
                   disabled_because = CASE WHEN $4 = 1 THEN NULL ELSE disabled_because END, \
                   failing_since = CASE WHEN enabled = $4 THEN failing_since ELSE NULL END, \
                   enabled = $4, version = version + 1, changed = $5 WHERE id = $6 AND version = $7";
        let Settings { url, description, enabled, .. } = settings.clone();
        let events = events_text(&settings);
        let now = Moment::now().micros();
        let values = values![url, events, description, i64::from(enabled), now, id, number(version)?];
        let change = Change::entry(entry(id, by, "updated", version + 1, Some(&settings), None));
        self.record(change.with_one("changing a webhook", sql, values, CHANGED)).await?;
        self.webhook(id).await
    }

    /// Gives an endpoint a new secret; the one before signs too until `overlap` seconds from now.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is not at this version, [`Error::NotFound`].
    pub async fn rotate_webhook(&self, by: &str, id: Uuid, version: u64, overlap: i64) -> Result<(Endpoint, Secret)> {
        self.webhook(id).await?;
        let (secret, now) = (Secret::generate()?, Moment::now());
        let sealed = self.keys.seal_secret(&context(id), secret.bytes())?;
        let sql = "UPDATE webhook_endpoints SET previous = secret, previous_until = $1, secret = $2, \
                   version = version + 1, changed = $3 WHERE id = $4 AND version = $5";
        let until = now.plus_seconds(overlap.max(0));
        let values = values![until.micros(), sealed, now.micros(), id, number(version)?];
        let change = Change::entry(entry(id, by, "rotated", version + 1, None, None));
        self.record(change.with_one("rotating a webhook's secret", sql, values, CHANGED)).await?;
        Ok((self.webhook(id).await?, secret))
    }

    /// Disables an endpoint because of how it answers. False where it is disabled or gone already.
    ///
    /// # Errors
    /// Where it cannot be recorded.
    pub async fn disable_webhook(&self, id: Uuid, because: &str) -> Result<bool> {
        let found = match self.webhook(id).await {
            Ok(found) if found.settings.enabled => found,
            Ok(_) | Err(Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let sql = "UPDATE webhook_endpoints SET enabled = 0, disabled_because = $1, version = version + 1, \
                   changed = $2 WHERE id = $3 AND version = $4 AND enabled = 1";
        let values = values![because, Moment::now().micros(), id, number(found.version)?];
        let change = Change::entry(entry(id, "service", "disabled", found.version + 1, None, Some(because)));
        match self.record(change.with_one("disabling a webhook", sql, values, CHANGED)).await {
            Ok(_) => Ok(true),
            // Someone has just changed it: what is known of it now may be other.
            Err(Error::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Deletes an endpoint and what was to be sent there.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it is not at this version, [`Error::NotFound`].
    pub async fn delete_webhook(&self, by: &str, id: Uuid, version: u64) -> Result<()> {
        self.webhook(id).await?;
        let endpoint = "DELETE FROM webhook_endpoints WHERE id = $1 AND version = $2";
        let attempts = "DELETE FROM webhook_attempts WHERE delivery IN \
                        (SELECT id FROM webhook_deliveries WHERE endpoint = $1)";
        let deliveries = "DELETE FROM webhook_deliveries WHERE endpoint = $1";
        let change = Change::entry(entry(id, by, "deleted", version, None, None))
            .with_one("deleting a webhook", endpoint, values![id, number(version)?], CHANGED)
            .with("deleting a webhook's attempts", attempts, values![id])
            .with("deleting a webhook's deliveries", deliveries, values![id]);
        self.record(change).await.map(drop)
    }
}

/// What seals an endpoint's secrets to it.
pub(super) fn context(id: Uuid) -> String {
    format!("webhook {id}")
}

fn not_found(id: Uuid) -> Error {
    Error::NotFound { what: "webhook", which: id.to_string() }
}

fn number(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|_| Error::Invalid(format!("there is no version {version}")))
}

fn events_text(settings: &Settings) -> String {
    settings.events.join(" ")
}

/// The entry of a change. A path or query may be a password to the receiver: of the URL the ledger has the origin and
/// the hash. The description is free text and stays out.
fn entry(
    id: Uuid,
    by: &str,
    action: &str,
    version: u64,
    settings: Option<&Settings>,
    because: Option<&str>,
) -> NewEntry {
    let mut content = serde_json::Map::new();
    content.insert("by".into(), by.into());
    content.insert("action".into(), action.into());
    content.insert("version".into(), version.into());
    if let Some(settings) = settings {
        let hash = crate::ledger::Hash(Sha256::digest(settings.url.as_bytes()).into());
        content.insert("origin".into(), settings.origin().into());
        content.insert("url_hash".into(), hash.to_string().into());
        content.insert("events".into(), settings.events.clone().into());
        content.insert("enabled".into(), settings.enabled.into());
    }
    if let Some(because) = because {
        content.insert("because".into(), because.into());
    }
    NewEntry::plain(KIND, Some(id), &content)
}

fn read(row: &Row) -> Result<Endpoint> {
    let events: String = row.get(2)?;
    let moment = |place| Ok::<_, Error>(row.get::<Option<i64>>(place)?.map(Moment::from_micros));
    Ok(Endpoint {
        id: row.id(0)?,
        settings: Settings {
            url: row.get(1)?,
            events: events.split_ascii_whitespace().map(str::to_owned).collect(),
            description: row.get(3)?,
            enabled: row.get::<i64>(4)? == 1,
        },
        disabled_because: row.get(5)?,
        previous_until: moment(6)?,
        failing_since: moment(7)?,
        version: row.count(8)?,
        created: Moment::from_micros(row.get(9)?),
        changed: Moment::from_micros(row.get(10)?),
    })
}
