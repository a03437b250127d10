//! Trainings: tables that are learnt from in the background, as everybody sees them. The table itself is never here.

use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::{
    Change, Error, Moment, NewEntry, Result, Store,
    database::{Row, Session, values},
    ledger::Hash,
    numbered::{at_place, place_of},
};

/// Seconds after which a process that says nothing of its training is believed to have ended.
const HELD: i64 = 60;
/// The longest sentence that is kept, in characters.
const LONGEST: usize = 2_000;
const COLUMNS: &str = "id, state, actor, name, settings, created, finished, stage, progress, model, problem";
const ENDED: &str = "the training has ended already";

/// How far a training has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainingState {
    /// Its turn has not come.
    Waiting,
    /// It is being learnt from.
    Running,
    /// There is a model.
    Completed,
    /// Nobody wants it any more.
    Cancelled,
    /// There is none.
    Failed,
}

/// A training.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Its id; its order is that of time.
    pub id: Uuid,
    /// How far it has come.
    pub state: TrainingState,
    /// Who asked for it: `user:` or `key:` and an id.
    pub by: String,
    /// Name of the scorecard.
    pub name: String,
    /// What was asked for.
    pub settings: Json,
    /// When it was asked for.
    pub created: Moment,
    /// When it ended.
    pub finished: Option<Moment>,
    /// What is being done, in words.
    pub stage: String,
    /// How much is done, 0–1.
    pub progress: f64,
    /// The model that came out.
    pub model: Option<Uuid>,
    /// Why none did.
    pub problem: Option<String>,
}

impl TrainingState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Completed, Self::Cancelled, Self::Failed];

    fn number(self) -> i64 {
        place_of(&Self::ALL, &self)
    }

    fn of(number: i64) -> Result<Self> {
        at_place(&Self::ALL, number, "a training in state")
    }

    /// Its name, as entries and answers have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

impl Store {
    /// Puts a training down whose table was received.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn begin_training(&self, by: &str, name: &str, settings: &Json) -> Result<Training> {
        let (id, now) = (Uuid::now_v7(), Moment::now());
        let sql = "INSERT INTO trainings (id, state, actor, name, settings, created, held_until, stage, progress) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = values![
            id,
            TrainingState::Waiting.number(),
            by,
            name,
            settings.to_string(),
            now.micros(),
            now.plus_seconds(HELD).micros(),
            "waiting",
            0.0
        ];
        let entry = entry(id, json!({ "state": "begun", "name": name, "by": by }));
        self.record(Change::entry(entry).with("beginning a training", sql, values)).await?;
        self.training(id).await
    }

    /// Says how far a training is, and that its process lives. False where it has ended meanwhile, by whoever's wish.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn training_goes_on(&self, id: Uuid, state: TrainingState, stage: &str, progress: f64) -> Result<bool> {
        let sql = "UPDATE trainings SET state = $1, stage = $2, progress = $3, held_until = $4 \
                   WHERE id = $5 AND state IN ($6, $7)";
        let values = values![
            state.number(),
            stage,
            progress,
            Moment::now().plus_seconds(HELD).micros(),
            id,
            TrainingState::Waiting.number(),
            TrainingState::Running.number()
        ];
        Ok(self.database.write().await?.execute("following a training", sql, values).await? == 1)
    }

    /// Ends a training with the model that came out; the ledger says of which data.
    ///
    /// # Errors
    /// A conflict where it has ended already.
    pub async fn complete_training(
        &self,
        id: Uuid,
        model: Uuid,
        model_hash: Hash,
        data_hash: &str,
    ) -> Result<Training> {
        let content = json!({ "state": "completed", "model": model_hash, "data": data_hash });
        let sql = "UPDATE trainings SET state = $1, finished = $2, stage = $3, progress = $4, model = $5 \
                   WHERE id = $6 AND state IN ($7, $8)";
        let values = values![
            TrainingState::Completed.number(),
            Moment::now().micros(),
            "done",
            1.0,
            model,
            id,
            TrainingState::Waiting.number(),
            TrainingState::Running.number()
        ];
        let change = Change::entry(entry(id, content)).with_one("completing a training", sql, values, ENDED);
        self.record(change).await?;
        self.training(id).await
    }

    /// Ends a training without a model: with a problem it failed, without one it is not wanted any more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; a conflict where it has ended already.
    pub async fn end_training(&self, id: Uuid, problem: Option<&str>, by: &str) -> Result<Training> {
        self.training(id).await?;
        let state = if problem.is_some() { TrainingState::Failed } else { TrainingState::Cancelled };
        let content = json!({ "state": state.name(), "by": by });
        let sql = "UPDATE trainings SET state = $1, finished = $2, problem = $3 WHERE id = $4 AND state IN ($5, $6)";
        let values = values![
            state.number(),
            Moment::now().micros(),
            problem.map(|problem| problem.chars().take(LONGEST).collect::<String>()),
            id,
            TrainingState::Waiting.number(),
            TrainingState::Running.number()
        ];
        let change = Change::entry(entry(id, content)).with_one("ending a training", sql, values, ENDED);
        self.record(change).await?;
        self.training(id).await
    }

    /// A training.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn training(&self, id: Uuid) -> Result<Training> {
        let sql = format!("SELECT {COLUMNS} FROM trainings WHERE id = $1");
        let row = self.database.read().await?.fetch_optional("reading a training", sql, values![id]).await?;
        training(&row.ok_or_else(|| Error::NotFound { what: "training", which: id.to_string() })?)
    }

    /// Trainings, the latest first, from before one of them on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn trainings(&self, before: Option<Uuid>, limit: u32) -> Result<Vec<Training>> {
        let before = before.unwrap_or(Uuid::max());
        let sql = format!("SELECT {COLUMNS} FROM trainings WHERE id < $1 ORDER BY id DESC LIMIT {limit}");
        let rows = self.database.read().await?.fetch("listing trainings", sql, values![before]).await?;
        rows.iter().map(training).collect()
    }

    /// The training that a model came out of, if it was trained here.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn training_of_model(&self, model: Uuid) -> Result<Option<Training>> {
        let sql = format!("SELECT {COLUMNS} FROM trainings WHERE model = $1 ORDER BY id LIMIT 1");
        let row = self.database.read().await?.fetch_optional("looking for a training", sql, values![model]).await?;
        row.as_ref().map(training).transpose()
    }

    /// Ends trainings whose process has ended, so that their tables are gone: it has said nothing for a minute, or, where
    /// nobody else serves from this store, whatever it last said.
    ///
    /// # Errors
    /// Where the store cannot be read or written.
    pub async fn end_abandoned_trainings(&self, alone: bool) -> Result<u64> {
        let sql = "SELECT id FROM trainings WHERE state IN ($1, $2) AND held_until < $3 LIMIT 100";
        let before = if alone { i64::MAX } else { Moment::now().micros() };
        let values = values![TrainingState::Waiting.number(), TrainingState::Running.number(), before];
        let rows = self.database.read().await?.fetch("looking for abandoned trainings", sql, values).await?;
        let mut ended = 0;
        for row in rows {
            let problem = "the process that had the file ended before the model was there; send the file again";
            match self.end_training(row.id(0)?, Some(problem), "service").await {
                Ok(_) => ended += 1,
                Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }
}

fn entry(id: Uuid, content: Json) -> NewEntry {
    NewEntry::plain("training", Some(id), content.as_object().unwrap_or(&Map::new()))
}

fn training(row: &Row) -> Result<Training> {
    let settings: String = row.get(4)?;
    let settings = serde_json::from_str(&settings)
        .map_err(|error| Error::Corrupt(format!("the settings of a training are no JSON: {error}")))?;
    Ok(Training {
        id: row.id(0)?,
        state: TrainingState::of(row.get(1)?)?,
        by: row.get(2)?,
        name: row.get(3)?,
        settings,
        created: Moment::from_micros(row.get(5)?),
        finished: row.get::<Option<i64>>(6)?.map(Moment::from_micros),
        stage: row.get(7)?,
        progress: row.get(8)?,
        model: row.get::<Option<Vec<u8>>>(9)?.map(|_| row.id(9)).transpose()?,
        problem: row.get(10)?,
    })
}
