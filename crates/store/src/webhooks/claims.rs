//! Taking what is due: for a while, so that what a crashed instance had taken is taken up again.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Secret, deliveries::small, endpoints::context};
use crate::{
    Face, Moment, Result, Store,
    database::{Session, values},
};

/// Where a call goes and what signs it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The URL.
    pub url: String,
    /// The present secret, then the one before it during the overlap.
    pub secrets: Vec<Secret>,
}

/// A delivery that was taken to be sent.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The delivery.
    pub id: Uuid,
    /// Where to.
    pub endpoint: Uuid,
    /// Who took it: the outcome counts only while nobody else has.
    pub claim: Uuid,
    /// The event's id.
    pub event: String,
    /// The body.
    pub payload: String,
    /// This attempt's number, from 1.
    pub attempt: u32,
}

/// Endpoints with something to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Enabled endpoints that something is due for.
    pub due: Vec<Uuid>,
    /// When the next thing will be due.
    pub next: Option<Moment>,
}

impl Store {
    /// Ends once something was put into the outbox by this process; at once where that was since it last ended.
    pub async fn outbox_filled(&self) {
        self.outbox.notified().await;
    }

    /// Which enabled endpoints have something due.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn waiting_deliveries(&self, now: Moment) -> Result<Waiting> {
        // One look into the index an endpoint, however much waits.
        let sql = "SELECT e.id, (SELECT MIN(d.due) FROM webhook_deliveries d WHERE d.endpoint = e.id \
                   AND d.due IS NOT NULL) FROM webhook_endpoints e WHERE e.enabled = 1";
        let mut waiting = Waiting::default();
        for row in self.database.read().await?.fetch("looking for deliveries", sql, vec![]).await? {
            let Some(due) = row.get::<Option<i64>>(1)?.map(Moment::from_micros) else { continue };
            if due <= now {
                waiting.due.push(row.id(0)?);
            } else {
                waiting.next = Some(waiting.next.map_or(due, |next| next.min(due)));
            }
        }
        Ok(waiting)
    }

    /// Takes what is due for an endpoint, the longest due first, until `until`. Counts an attempt for each.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn claim_deliveries(
        &self,
        endpoint: Uuid,
        now: Moment,
        until: Moment,
        limit: usize,
    ) -> Result<Vec<Claimed>> {
        let doing = "taking deliveries";
        let mut transaction = self.database.begin().await?;
        let sql = match transaction.face() {
            Face::Sqlite => {
                "SELECT id FROM webhook_deliveries WHERE endpoint = $1 AND due <= $2 ORDER BY due, id LIMIT $3"
            }
            Face::Postgres => {
                "SELECT id FROM webhook_deliveries WHERE endpoint = $1 AND due <= $2 ORDER BY due, id LIMIT $3 \
                 FOR UPDATE SKIP LOCKED"
            }
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = transaction.fetch(doing, sql, values![endpoint, now.micros(), limit]).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, claim) = (row.id(0)?, Uuid::new_v4());
            let sql = "UPDATE webhook_deliveries SET claim = $1, due = $2, attempts = attempts + 1, changed = $3 \
                       WHERE id = $4 RETURNING event, payload, attempts";
            let values = values![claim, until.micros(), now.micros(), id];
            let row = transaction.fetch_one(doing, sql, values).await?;
            let attempt = small(&row, 2)?;
            claimed.push(Claimed { id, endpoint, claim, event: row.get(0)?, payload: row.get(1)?, attempt });
        }
        transaction.commit(doing).await?;
        Ok(claimed)
    }

    /// Where an endpoint's calls go and what signs them at a time. `None` where it is disabled or gone.
    ///
    /// # Errors
    /// [`crate::Error::Corrupt`] where a secret does not open.
    pub async fn webhook_target(&self, endpoint: Uuid, now: Moment) -> Result<Option<Target>> {
        let sql = "SELECT url, secret, previous, previous_until FROM webhook_endpoints WHERE id = $1 AND enabled = 1";
        let row = self.database.read().await?.fetch_optional("reading a webhook", sql, values![endpoint]).await?;
        let Some(row) = row else { return Ok(None) };
        let open = async |sealed: Vec<u8>| -> Result<Secret> {
            let bytes: Zeroizing<Vec<u8>> = self.keys.open_secret(&context(endpoint), &sealed).await?;
            Ok(Secret::from_bytes(bytes))
        };
        let mut secrets = vec![open(row.get(1)?).await?];
        let (previous, until): (Option<Vec<u8>>, Option<i64>) = (row.get(2)?, row.get(3)?);
        if let (Some(previous), Some(until)) = (previous, until)
            && now.micros() < until
        {
            secrets.push(open(previous).await?);
        }
        Ok(Some(Target { url: row.get(0)?, secrets }))
    }
}
