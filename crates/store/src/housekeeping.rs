//! Housekeeping: who does what must be done once, and rows that have served their time.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    Moment, Result, Store,
    database::{Session, values, whole},
};

/// How long a repeated request is recognised.
pub const IDEMPOTENCY_KEPT: Duration = Duration::from_secs(24 * 3_600);

/// Rows that one statement deletes.
const BATCH: i64 = 500;

/// The right to do a piece of work, until it is finished or a while has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub(crate) task: &'static str,
    pub(crate) holder: Uuid,
    /// What was done of this run before, by whoever did not come to its end.
    pub done: u64,
}

impl Store {
    /// Takes a task's turn where it is due (it was last finished at least `every` ago) and nobody else holds it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn take_turn(&self, task: &'static str, every: Duration, at_most: Duration) -> Result<Option<Turn>> {
        let (now, holder) = (Moment::now(), Uuid::new_v4());
        let sql = "INSERT INTO housekeeping (task, holder, held_until, finished, done) VALUES ($1, $2, $3, 0, 0) \
                   ON CONFLICT (task) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
                   WHERE housekeeping.held_until < $4 AND housekeeping.finished <= $5 RETURNING done";
        let due = now.micros().saturating_sub(micros(every));
        let values = values![task, holder, now.micros().saturating_add(micros(at_most)), now.micros(), due];
        let mut transaction = self.database.begin().await?;
        let row = transaction.fetch_optional("taking a turn", sql, values).await?;
        transaction.commit("taking a turn").await?;
        row.map(|row| Ok(Turn { task, holder, done: row.count(0)? })).transpose()
    }

    /// Says that a task's run is finished.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn finish_turn(&self, turn: &Turn) -> Result<()> {
        let values = values![Moment::now().micros(), turn.task, turn.holder];
        let mut connection = self.database.write().await?;
        connection.execute("finishing a turn", FINISH, values).await.map(drop)
    }

    /// Deletes marks of requests that are older than `kept`, in small batches. Gives how many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_requests(&self, kept: Duration) -> Result<u64> {
        let before = Moment::now().micros().saturating_sub(micros(kept));
        let sql = "DELETE FROM idempotency WHERE key IN \
                   (SELECT key FROM idempotency WHERE created < $1 ORDER BY created LIMIT $2)";
        let mut total = 0;
        loop {
            let mut connection = self.database.write().await?;
            let deleted = connection.execute("forgetting requests", sql, values![before, BATCH]).await?;
            total += deleted;
            if whole(deleted) < BATCH {
                return Ok(total);
            }
            // The writer's turn.
            drop(connection);
            tokio::task::yield_now().await;
        }
    }
}

/// Ends a run that is still this holder's.
pub(crate) const FINISH: &str =
    "UPDATE housekeeping SET finished = $1, held_until = 0, done = 0 WHERE task = $2 AND holder = $3";

pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
