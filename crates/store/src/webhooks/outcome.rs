//! What became of an attempt.

use super::{Claimed, DeliveryState};
use crate::{
    Moment, Result, Store,
    database::{Session, values},
};

/// Attempts of a delivery that are kept.
const KEPT: i64 = 20;
/// Longest reason that is kept, in characters.
const MAX_ERROR: usize = 300;

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// Why it failed; none where it did not.
    pub error: Option<String>,
    /// When to try again after a failure; none where there is no other attempt.
    pub next: Option<Moment>,
    /// Microseconds that it took.
    pub took: i64,
}

/// What an outcome led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// The delivery's state. None where somebody else has taken it meanwhile: nothing was noted.
    pub state: Option<DeliveryState>,
    /// Since when every call to the endpoint has failed.
    pub failing_since: Option<Moment>,
}

impl Store {
    /// Notes what became of an attempt.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn finish_delivery(&self, claimed: &Claimed, outcome: Outcome) -> Result<Finished> {
        let doing = "noting an attempt";
        let now = Moment::now();
        let state = match (&outcome.error, outcome.next) {
            (None, _) => DeliveryState::Delivered,
            (Some(_), Some(_)) => DeliveryState::Failed,
            (Some(_), None) => DeliveryState::Dead,
        };
        let due = outcome.next.filter(|_| state == DeliveryState::Failed).map(Moment::micros);
        let status = outcome.status.map(i64::from);
        let error = outcome.error.map(|error| error.replace('\0', " ").chars().take(MAX_ERROR).collect::<String>());
        let mut transaction = self.database.begin().await?;
        let sql = "UPDATE webhook_deliveries SET state = $1, due = $2, claim = NULL, status = $3, error = $4, \
                   changed = $5 WHERE id = $6 AND claim = $7";
        let values = values![state.number(), due, status, error.clone(), now.micros(), claimed.id, claimed.claim];
        if transaction.execute(doing, sql, values).await? == 0 {
            return Ok(Finished { state: None, failing_since: None });
        }
        let sql = "INSERT INTO webhook_attempts (delivery, number, time, took, status, error) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (delivery, time, number) DO NOTHING";
        let values = values![claimed.id, claimed.attempt, now.micros(), outcome.took, status, error];
        transaction.execute(doing, sql, values).await?;
        let sql = "DELETE FROM webhook_attempts WHERE delivery = $1 AND time NOT IN \
                   (SELECT time FROM webhook_attempts WHERE delivery = $1 ORDER BY time DESC LIMIT $2)";
        transaction.execute(doing, sql, values![claimed.id, KEPT]).await?;
        let failing_since = if state == DeliveryState::Delivered {
            let sql = "UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL";
            transaction.execute(doing, sql, values![claimed.endpoint]).await?;
            None
        } else {
            let sql = "UPDATE webhook_endpoints SET failing_since = COALESCE(failing_since, $1) WHERE id = $2 \
                       RETURNING failing_since";
            let row = transaction.fetch_optional(doing, sql, values![now.micros(), claimed.endpoint]).await?;
            row.map(|row| row.get(0)).transpose()?.map(Moment::from_micros)
        };
        transaction.commit(doing).await?;
        Ok(Finished { state: Some(state), failing_since })
    }

    /// Gives a delivery back untried: nothing could be tried, and no attempt is counted.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn release_delivery(&self, claimed: &Claimed) -> Result<()> {
        let sql = "UPDATE webhook_deliveries SET due = $1, claim = NULL, attempts = attempts - 1 \
                   WHERE id = $2 AND claim = $3";
        let values = values![Moment::now().micros(), claimed.id, claimed.claim];
        self.database.write().await?.execute("giving a delivery back", sql, values).await.map(drop)
    }
}
