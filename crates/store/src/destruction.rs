//! Destruction: what makes a deleted key unreadable in the database's own files, not only for its queries.
//!
//! Both databases leave traces of a deleted row behind, each in its way. SQLite overwrites the row (`secure_delete`), but
//! its pages may hold older copies of rows that moved when a page was split, and its write-ahead log holds the page as it
//! was. PostgreSQL keeps the row until a vacuum, and its bytes in the free space of the page until that is used again.
//!
//! So the table of applicants is written anew and the old one let go: in SQLite all its pages are freed, which overwrites
//! them with zeros, and the log is folded into the file and cut; in PostgreSQL `VACUUM FULL` writes a new file and removes
//! the old one. Both lock the table meanwhile: a small table is treated at once, a large one by the nightly housekeeping.
//!
//! What is not reached: PostgreSQL's write-ahead log until its segments are used again or removed, backups and replicas,
//! and what a file system or a drive keeps of freed blocks. `docs/privacy.md` says what to do about each.

mod postgres;
mod sqlite;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::{
    Answer, Error, Moment, Result, Store,
    database::{Database, Face, Session, Sql, values},
    sealing::random,
};

/// How long whoever erases waits for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a task goes on that nobody waits for; after that housekeeping does.
const LATER: Duration = Duration::from_secs(300);
/// Pause between attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// Pause after an error.
const AFTER_AN_ERROR: Duration = Duration::from_secs(2);
/// Applicants up to which the table is written anew at once: well below a second on either face.
const AT_ONCE: i64 = 20_000;

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// No trace is left of what was erased before it began.
    Done,
    /// Somebody reads, or another instance is at it.
    Busy,
}

impl Store {
    /// Destroys what pending erasures left behind, however large the table is. Gives how many are still pending.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn destroy_erased(&self) -> Result<u64> {
        let began = Instant::now();
        while pending(&self.database).await? > 0 && attempt(&self.database).await? == Outcome::Busy {
            if began.elapsed() >= LATER {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        pending(&self.database).await
    }

    /// Waits until the traces of an erasure are destroyed; where that takes long, goes on without whoever waits.
    pub(crate) async fn await_destruction(&self, applicant: Uuid) {
        let work = tokio::spawn(destroy(Arc::clone(&self.database), applicant));
        if tokio::time::timeout(PATIENCE, work).await.is_err() {
            tracing::info!(%applicant, "an erasure waits for readers of the database; it goes on by itself");
        }
    }
}

/// Destroys the traces of one erasure, unless the table is large.
async fn destroy(database: Arc<Database>, applicant: Uuid) {
    let began = Instant::now();
    while began.elapsed() < LATER {
        match attempt_for(&database, applicant).await {
            Ok(Outcome::Done) => return,
            Ok(Outcome::Busy) => {}
            Err(Error::Database { source: sqlx::Error::PoolClosed, .. }) => return,
            Err(error) => {
                tracing::warn!(%error, "the traces of an erasure are not destroyed yet; trying again");
                tokio::time::sleep(AFTER_AN_ERROR).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn attempt_for(database: &Database, applicant: Uuid) -> Answer<'_, Outcome> {
    Box::pin(async move {
        if is_destroyed(database, applicant).await? || is_large(database).await? {
            return Ok(Outcome::Done);
        }
        attempt(database).await
    })
}

async fn attempt(database: &Database) -> Result<Outcome> {
    match database.face() {
        Face::Sqlite => sqlite::attempt(database).await,
        Face::Postgres => postgres::attempt(database).await,
    }
}

/// Marks the erasures that can be seen now; gives the mark.
async fn mark(session: &mut (impl Session + Send)) -> Result<i64> {
    let mark = -i64::from_be_bytes(*random::<8>()?).saturating_abs().max(1);
    let sql = Sql::from("UPDATE erasures SET destroyed = $1 WHERE destroyed <= 0");
    session.execute("marking erasures", sql, values![mark]).await?;
    Ok(mark)
}

/// Notes that nothing is left of the erasures with a mark.
async fn note(session: &mut (impl Session + Send), mark: i64) -> Result<u64> {
    let sql = Sql::from("UPDATE erasures SET destroyed = $1 WHERE destroyed = $2");
    session.execute("noting a destruction", sql, values![Moment::now().micros(), mark]).await
}

async fn is_destroyed(database: &Database, applicant: Uuid) -> Result<bool> {
    let sql = "SELECT 1 FROM erasures WHERE applicant = $1 AND destroyed <= 0";
    Ok(database.read().await?.fetch("looking at an erasure", sql, values![applicant]).await?.is_empty())
}

async fn is_large(database: &Database) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM applicants LIMIT $1) AS first";
    let row = database.read().await?.fetch_one("counting applicants", sql, values![AT_ONCE + 1]).await?;
    Ok(row.get::<i64>(0)? > AT_ONCE)
}

async fn pending(database: &Database) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM erasures WHERE destroyed <= 0";
    database.read().await?.fetch_one("counting pending erasures", sql, vec![]).await?.count(0)
}
