//! Batches: files of applications that are scored in the background, a chunk at a time, over restarts and instances.

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Change, Error, Moment, NewEntry, Result, Store,
    database::{Face, Row, Session, Transaction, values},
    numbered::{at_place, place_of},
};

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// Its file is being read.
    Receiving,
    /// Its applications are being scored.
    Running,
    /// All are done.
    Completed,
    /// It was stopped; what was scored stays.
    Cancelled,
    /// Its file could not be read to the end.
    Failed,
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: Uuid,
    /// How far it has come.
    pub state: BatchState,
    /// Who sent it.
    pub by: String,
    /// The format of its file.
    pub format: String,
    /// When it was sent.
    pub created: Moment,
    /// When it ended.
    pub finished: Option<Moment>,
    /// Applications that were read so far.
    pub applications: u64,
    /// Those that were scored.
    pub scored: u64,
    /// Those that could not be.
    pub failed: u64,
    /// Why it failed.
    pub problem: Option<String>,
}

/// Applications of a batch, held by one worker for a while.
pub struct Chunk {
    /// The batch.
    pub batch: Uuid,
    /// Who sent it.
    pub by: String,
    /// Its place in the batch, from 0.
    pub number: u64,
    /// The applications, as they were handed in.
    pub applications: Zeroizing<Vec<u8>>,
}

/// Seconds that a worker may hold a chunk, which takes it a second or two, before another takes it up. Done twice, it is
/// recorded once.
const HELD: i64 = 30;

const COLUMNS: &str = "id, state, actor, format, created, finished, applications, scored, failed, problem";

impl BatchState {
    const ALL: [Self; 5] = [Self::Receiving, Self::Running, Self::Completed, Self::Cancelled, Self::Failed];

    fn number(self) -> i64 {
        place_of(&Self::ALL, &self)
    }

    fn of(number: i64) -> Result<Self> {
        at_place(&Self::ALL, number, "a batch in state")
    }

    /// Its name, as entries and answers have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Failed)
    }
}

impl Store {
    /// Begins a batch whose file is about to be read.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn begin_batch(&self, by: &str, format: &str) -> Result<Uuid> {
        let id = Uuid::now_v7();
        let sql = "INSERT INTO batches (id, state, actor, format, created, applications, scored, failed) \
                   VALUES ($1, $2, $3, $4, $5, 0, 0, 0)";
        let values = values![id, BatchState::Receiving.number(), by, format, Moment::now().micros()];
        self.database.write().await?.execute("beginning a batch", sql, values).await?;
        Ok(id)
    }

    /// Adds applications to a batch that is being received.
    ///
    /// # Errors
    /// Where the store cannot be written, or the batch was cancelled.
    pub async fn add_chunk(&self, batch: Uuid, number: u64, count: u64, applications: &[u8]) -> Result<()> {
        let sealed = self.keys.seal_secret(&context(batch, number, "applications"), applications)?;
        let mut transaction = self.database.begin().await?;
        let sql = "UPDATE batches SET applications = applications + $1 WHERE id = $2 AND state = $3";
        let values = values![whole(count), batch, BatchState::Receiving.number()];
        if transaction.execute("counting applications", sql, values).await? != 1 {
            return Err(Error::Conflict(crate::Conflict::State("the batch is not being received any more".to_owned())));
        }
        let sql = "INSERT INTO batch_chunks (batch, number, applications, held_until) VALUES ($1, $2, $3, $4)";
        // Nobody takes it up before all is there.
        let values = values![batch, whole(number), sealed, i64::MAX];
        transaction.execute("adding applications", sql, values).await?;
        transaction.commit("adding applications").await
    }

    /// Has a batch scored that was received to the end. `rejected` rows of its file could not be read as applications;
    /// what is wrong with each stands in `rejections`.
    ///
    /// # Errors
    /// Where the store cannot be written, or the batch was cancelled.
    pub async fn submit_batch(&self, batch: Uuid, chunks: u64, rejected: u64, rejections: &[u8]) -> Result<Batch> {
        let found = self.batch(batch).await?;
        let state = if chunks == 0 { BatchState::Completed } else { BatchState::Running };
        let finished = state.is_final().then(|| Moment::now().micros());
        let sealed = self.keys.seal_secret(&context(batch, chunks, "results"), rejections)?;
        let content = serde_json::json!({
            "state": state.name(), "applications": found.applications + rejected, "rejected": rejected, "by": found.by,
        });
        let entry = NewEntry::plain("batch", Some(batch), content.as_object().unwrap_or(&serde_json::Map::new()));
        let change = Change::entry(entry)
            .with_one(
                "submitting a batch",
                "UPDATE batches SET state = $1, finished = $2, applications = applications + $3, failed = $3 \
                 WHERE id = $4 AND state = $5",
                values![state.number(), finished, whole(rejected), batch, BatchState::Receiving.number()],
                "the batch is not being received any more",
            )
            .with(
                "adding what could not be read",
                "INSERT INTO batch_chunks (batch, number, results, held_until) VALUES ($1, $2, $3, 0)",
                values![batch, whole(chunks), sealed],
            )
            .with(
                "letting workers in",
                "UPDATE batch_chunks SET held_until = 0 WHERE batch = $1 AND results IS NULL",
                values![batch],
            );
        self.record(change).await?;
        self.batch(batch).await
    }

    /// Ends a batch whose file could not be read, or that is not wanted any more. What was not scored yet is destroyed.
    ///
    /// # Errors
    /// A conflict where it has ended already.
    pub async fn end_batch(&self, batch: Uuid, problem: Option<&str>, by: &str) -> Result<Batch> {
        let state = if problem.is_some() { BatchState::Failed } else { BatchState::Cancelled };
        let content = serde_json::json!({ "state": state.name(), "by": by });
        let entry = NewEntry::plain("batch", Some(batch), content.as_object().unwrap_or(&serde_json::Map::new()));
        let change = Change::entry(entry)
            .with_one(
                "ending a batch",
                "UPDATE batches SET state = $1, finished = $2, problem = $3 WHERE id = $4 AND state IN ($5, $6)",
                values![
                    state.number(),
                    Moment::now().micros(),
                    problem.map(str::to_owned),
                    batch,
                    BatchState::Receiving.number(),
                    BatchState::Running.number()
                ],
                "the batch has ended already",
            )
            .with(
                "destroying what was not scored",
                "DELETE FROM batch_chunks WHERE batch = $1 AND results IS NULL",
                values![batch],
            );
        self.record(change).await?;
        self.batch(batch).await
    }

    /// Takes up applications that wait, of whichever batch is the oldest; `None` where none do.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn claim_chunk(&self) -> Result<Option<Chunk>> {
        let mut transaction = self.database.begin().await?;
        let now = Moment::now();
        let lock = match transaction.face() {
            Face::Sqlite => "",
            Face::Postgres => "FOR UPDATE OF c SKIP LOCKED",
        };
        let sql = format!(
            "SELECT c.batch, c.number, c.applications, b.actor FROM batch_chunks c JOIN batches b ON b.id = c.batch \
             WHERE c.results IS NULL AND c.held_until < $1 ORDER BY c.batch, c.number LIMIT 1 {lock}"
        );
        let row = transaction.fetch_optional("looking for applications", sql, values![now.micros()]).await?;
        let Some(row) = row else { return Ok(None) };
        let (batch, number) = (row.id(0)?, row.count(1)?);
        let sql = "UPDATE batch_chunks SET held_until = $1 WHERE batch = $2 AND number = $3";
        let values = values![now.plus_seconds(HELD).micros(), batch, whole(number)];
        transaction.execute("taking applications up", sql, values).await?;
        transaction.commit("taking applications up").await?;
        let applications =
            self.keys.open_secret(&context(batch, number, "applications"), &row.get::<Vec<u8>>(2)?).await?;
        Ok(Some(Chunk { batch, by: row.get(3)?, number, applications }))
    }

    /// Lets others take up whatever was held when the process that held it ended. Only for who is the only one to serve from
    /// this store: the others wait until what is held is so no more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn release_chunks(&self) -> Result<u64> {
        // Those of files that are still being read are held for good.
        let sql = "UPDATE batch_chunks SET held_until = 0 WHERE results IS NULL AND held_until > 0 AND held_until < $1";
        self.database.write().await?.execute("releasing applications", sql, values![i64::MAX]).await
    }

    /// Puts results in the place of applications. Done once, however many workers held them; the last one completes the
    /// batch.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn finish_chunk(&self, chunk: &Chunk, scored: u64, failed: u64, results: &[u8]) -> Result<()> {
        let sealed = self.keys.seal_secret(&context(chunk.batch, chunk.number, "results"), results)?;
        let mut transaction = self.database.begin().await?;
        let sql = "UPDATE batch_chunks SET results = $1, applications = NULL \
                   WHERE batch = $2 AND number = $3 AND results IS NULL";
        let values = values![sealed, chunk.batch, whole(chunk.number)];
        if transaction.execute("adding results", sql, values).await? == 0 {
            return Ok(());
        }
        let sql = "UPDATE batches SET scored = scored + $1, failed = failed + $2 WHERE id = $3";
        transaction.execute("counting results", sql, values![whole(scored), whole(failed), chunk.batch]).await?;
        transaction.commit("adding results").await?;
        self.complete_if_done(chunk.batch).await
    }

    async fn complete_if_done(&self, batch: Uuid) -> Result<()> {
        let found = self.batch(batch).await?;
        if found.state != BatchState::Running || found.scored + found.failed < found.applications {
            return Ok(());
        }
        let content = serde_json::json!({ "state": "completed", "scored": found.scored, "failed": found.failed });
        let entry = NewEntry::plain("batch", Some(batch), content.as_object().unwrap_or(&serde_json::Map::new()));
        let change = Change::entry(entry).with_one(
            "completing a batch",
            "UPDATE batches SET state = $1, finished = $2 WHERE id = $3 AND state = $4",
            values![BatchState::Completed.number(), Moment::now().micros(), batch, BatchState::Running.number()],
            "another worker completed the batch",
        );
        match self.record(change).await {
            Ok(_) | Err(Error::Conflict(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A batch.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn batch(&self, id: Uuid) -> Result<Batch> {
        let sql = format!("SELECT {COLUMNS} FROM batches WHERE id = $1");
        let row = self.database.read().await?.fetch_optional("reading a batch", sql, values![id]).await?;
        batch(&row.ok_or_else(|| Error::NotFound { what: "batch", which: id.to_string() })?)
    }

    /// Batches, the latest first, from before one of them on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn batches(&self, before: Option<Uuid>, limit: u32) -> Result<Vec<Batch>> {
        let before = before.unwrap_or(Uuid::max());
        let sql = format!("SELECT {COLUMNS} FROM batches WHERE id < $1 ORDER BY id DESC LIMIT {limit}");
        let rows = self.database.read().await?.fetch("listing batches", sql, values![before]).await?;
        rows.iter().map(batch).collect()
    }

    /// The results of the first part of a batch that is done and comes at or after this place, with its place.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn batch_results(&self, id: Uuid, from: u64) -> Result<Option<(u64, Zeroizing<Vec<u8>>)>> {
        let sql = "SELECT number, results FROM batch_chunks WHERE batch = $1 AND number >= $2 AND results IS NOT NULL \
                   ORDER BY number LIMIT 1";
        let values = values![id, whole(from)];
        let row = self.database.read().await?.fetch_optional("reading results", sql, values).await?;
        let Some(row) = row else { return Ok(None) };
        let number = row.count(0)?;
        let results = self.keys.open_secret(&context(id, number, "results"), &row.get::<Vec<u8>>(1)?).await?;
        Ok(Some((number, results)))
    }

    /// Ends batches whose file was still being read when the process that read it ended: nothing was added for an hour.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub async fn end_abandoned_batches(&self) -> Result<u64> {
        let sql = "SELECT id FROM batches WHERE state = $1 AND created < $2 LIMIT 100";
        let values = values![BatchState::Receiving.number(), Moment::now().plus_seconds(-3600).micros()];
        let rows = self.database.read().await?.fetch("looking for abandoned batches", sql, values).await?;
        let mut ended = 0;
        for row in rows {
            let problem = "the upload was cut off; send the file again";
            match self.end_batch(row.id(0)?, Some(problem), "service").await {
                Ok(_) => ended += 1,
                Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }

    /// Completes batches whose last applications are done: a process may end between the two.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub async fn complete_batches(&self) -> Result<u64> {
        let sql = "SELECT id FROM batches WHERE state = $1 AND scored + failed >= applications LIMIT 100";
        let rows = self
            .database
            .read()
            .await?
            .fetch("looking for done batches", sql, values![BatchState::Running.number()])
            .await?;
        for row in &rows {
            self.complete_if_done(row.id(0)?).await?;
        }
        Ok(rows.len() as u64)
    }

    /// Deletes batches that ended before a moment, with their results, one after another; the scores stay. Gives how many.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn delete_batches(&self, ended_before: Moment) -> Result<u64> {
        let mut deleted = 0;
        loop {
            let sql = "SELECT id FROM batches WHERE finished < $1 ORDER BY id LIMIT 100";
            let values = values![ended_before.micros()];
            let rows = self.database.read().await?.fetch("looking for old batches", sql, values).await?;
            if rows.is_empty() {
                return Ok(deleted);
            }
            for row in rows {
                let id = row.id(0)?;
                let mut transaction: Transaction = self.database.begin().await?;
                let sql = "DELETE FROM batch_chunks WHERE batch = $1";
                transaction.execute("deleting results", sql, values![id]).await?;
                let sql = "DELETE FROM batches WHERE id = $1";
                deleted += transaction.execute("deleting a batch", sql, values![id]).await?;
                transaction.commit("deleting a batch").await?;
                // The writer's turn.
                tokio::task::yield_now().await;
            }
        }
    }
}

fn batch(row: &Row) -> Result<Batch> {
    Ok(Batch {
        id: row.id(0)?,
        state: BatchState::of(row.get(1)?)?,
        by: row.get(2)?,
        format: row.get(3)?,
        created: Moment::from_micros(row.get(4)?),
        finished: row.get::<Option<i64>>(5)?.map(Moment::from_micros),
        applications: row.count(6)?,
        scored: row.count(7)?,
        failed: row.count(8)?,
        problem: row.get(9)?,
    })
}

fn context(batch: Uuid, number: u64, what: &str) -> String {
    format!("batch {batch} {number} {what}")
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
