//! Files of the lake, as the tables have them: which decisions are in which, and what is still to be written.
//!
//! What goes into a file is recorded in the transaction that moves the follower on, before the file is written. So a crash
//! leaves neither a hole nor a decision in two files: the same file is written again.

use uuid::Uuid;

use crate::{
    Effects, Error, Moment, Position, Result, Store,
    database::{Row, Session, Sql, values},
    monitoring::Day,
};

/// How much earlier than the last run of retention an erasure may bear a time that belongs to the next: clocks of instances
/// differ, and a run takes a while.
const SLACK: i64 = 86_400_000_000;

const COLUMNS: &str = "SELECT first, last, day, decisions, opened, state, bytes, sha256 FROM lake_files";

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LakeState {
    /// It takes further decisions.
    Open,
    /// It is to be written.
    Closed,
    /// It is written.
    Written,
    /// It is to be written again: somebody in it was erased.
    Stale,
}

/// A file of the lake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LakeFile {
    /// The place of its first decision.
    pub first: Position,
    /// The place of its last, in the same chain. Between them may lie entries that are no decisions.
    pub last: Position,
    /// The day of all its decisions.
    pub day: Day,
    /// How many those are.
    pub decisions: u64,
    /// When it was begun.
    pub opened: Moment,
    /// How far it has come.
    pub state: LakeState,
    /// Length and SHA-256 as it was written last.
    pub written: Option<(u64, [u8; 32])>,
}

impl LakeState {
    fn number(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Closed => 1,
            Self::Written => 2,
            Self::Stale => 3,
        }
    }

    fn from_number(number: i64) -> Result<Self> {
        let states = [Self::Open, Self::Closed, Self::Written, Self::Stale];
        let found = states.into_iter().find(|state| state.number() == number);
        found.ok_or_else(|| Error::Corrupt(format!("a file of the lake in state {number}")))
    }
}

impl Effects {
    /// Records which decisions go into files: new ones, and those that take more or are closed.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a place lies beyond the ledger's bounds.
    pub fn plan_lake_files(&mut self, files: &[LakeFile]) -> Result<()> {
        let mut rows = Vec::with_capacity(files.len() * 6);
        for file in files {
            rows.extend(values![
                file.first.number()?,
                file.last.number()?,
                file.day,
                i64::try_from(file.decisions).unwrap_or(i64::MAX),
                file.opened.micros(),
                file.state.number()
            ]);
        }
        let head = "INSERT INTO lake_files (first, last, day, decisions, opened, state)";
        let tail = "ON CONFLICT (first) DO UPDATE SET last = excluded.last, decisions = excluded.decisions, \
                    state = excluded.state";
        self.rows("planning files of the lake", head, 6, rows, tail);
        Ok(())
    }

    /// Records that a file was written, and that the manifest of its day does not say so yet.
    ///
    /// # Errors
    /// As [`Self::plan_lake_files`].
    pub fn note_lake_file(&mut self, file: &LakeFile, decisions: u64, bytes: u64, sha256: [u8; 32]) -> Result<()> {
        let doing = "noting a file of the lake";
        let sql = "UPDATE lake_files SET state = $1, decisions = $2, bytes = $3, sha256 = $4 WHERE first = $5";
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let values = values![LakeState::Written.number(), whole(decisions), whole(bytes), sha256, file.first.number()?];
        self.statement(doing, Sql::from(sql), values);
        let sql = "INSERT INTO lake_days (day) VALUES ($1) ON CONFLICT DO NOTHING";
        self.statement(doing, Sql::from(sql), values![file.day]);
        Ok(())
    }

    /// Records that a day's manifest says what is written.
    pub fn note_lake_manifest(&mut self, day: Day) {
        let sql = "DELETE FROM lake_days WHERE day = $1";
        self.statement("noting a manifest of the lake", Sql::from(sql), values![day]);
    }

    /// Has the files written again that hold decisions about a person who was erased.
    pub fn erase_from_lake(&mut self, applicant: Uuid) {
        let sql = "UPDATE lake_files SET state = 3 WHERE state = 2 AND first IN (SELECT \
                   (SELECT MAX(f.first) FROM lake_files f WHERE f.first <= s.position) \
                   FROM scores s WHERE s.applicant = $1)";
        self.statement("erasing a person from the lake", Sql::from(sql), values![applicant]);
    }

    /// Has the files written again that hold decisions about people whom retention erased since it was last heard of.
    pub fn retire_from_lake(&mut self, finished: Moment) {
        let doing = "erasing people from the lake for age";
        let sql = "UPDATE lake_files SET state = 3 WHERE state = 2 AND first IN (SELECT \
                   (SELECT MAX(f.first) FROM lake_files f WHERE f.first <= s.position) \
                   FROM erasures e JOIN scores s ON s.applicant = e.applicant WHERE e.erased >= \
                   COALESCE((SELECT until FROM lake_retention WHERE name = 'retention'), 0) - $1)";
        self.statement(doing, Sql::from(sql), values![SLACK]);
        let sql = "INSERT INTO lake_retention (name, until) VALUES ('retention', $1) \
                   ON CONFLICT (name) DO UPDATE SET until = excluded.until";
        self.statement(doing, Sql::from(sql), values![finished.micros()]);
    }
}

impl Store {
    /// Files that take further decisions, by chain.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn open_lake_files(&self) -> Result<Vec<LakeFile>> {
        let sql = format!("{COLUMNS} WHERE state = 0 ORDER BY first");
        let rows = self.database.read().await?.fetch("reading open files of the lake", sql, vec![]).await?;
        rows.iter().map(read).collect()
    }

    /// The next file that is to be written: one that somebody is to be erased from before any other.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn next_lake_file(&self) -> Result<Option<LakeFile>> {
        let sql = format!("{COLUMNS} WHERE state IN (1, 3) ORDER BY state DESC, first LIMIT 1");
        let row = self.database.read().await?.fetch_optional("reading files of the lake", sql, vec![]).await?;
        row.as_ref().map(read).transpose()
    }

    /// The files of a day that were written, by chain and place.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn lake_files_of(&self, day: Day) -> Result<Vec<LakeFile>> {
        let sql = format!("{COLUMNS} WHERE day = $1 AND bytes IS NOT NULL ORDER BY first");
        let rows = self.database.read().await?.fetch("reading files of the lake", sql, values![day]).await?;
        rows.iter().map(read).collect()
    }

    /// A day whose manifest does not say what is written.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn unlisted_lake_day(&self) -> Result<Option<Day>> {
        let sql = "SELECT day FROM lake_days ORDER BY day LIMIT 1";
        let row = self.database.read().await?.fetch_optional("reading days of the lake", sql, vec![]).await?;
        row.map(|row| row.get(0)).transpose()
    }

    /// Decisions that are in files not written yet, and those in files that are to be written again.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn lake_backlog(&self) -> Result<(u64, u64)> {
        let sql = "SELECT COALESCE(CAST(SUM(CASE WHEN state < 2 THEN decisions ELSE 0 END) AS BIGINT), 0), \
                   COALESCE(CAST(SUM(CASE WHEN state = 3 THEN decisions ELSE 0 END) AS BIGINT), 0) \
                   FROM lake_files WHERE state IN (0, 1, 3)";
        let row = self.database.read().await?.fetch_one("measuring the lake", sql, vec![]).await?;
        Ok((row.count(0)?, row.count(1)?))
    }

    /// How many decisions stand between two places of a chain, both included.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn decisions_between(&self, first: Position, last: Position) -> Result<u64> {
        let sql = "SELECT body FROM entries WHERE position >= $1 AND position <= $2 ORDER BY position LIMIT 1024";
        let (mut next, last, mut count) = (first.number()?, last.number()?, 0);
        while next <= last {
            let rows = self.database.read().await?.fetch("counting decisions", sql, values![next, last]).await?;
            if rows.is_empty() {
                break;
            }
            next += i64::try_from(rows.len()).unwrap_or(i64::MAX);
            for row in rows {
                let body: Vec<u8> = row.get(0)?;
                count += u64::from(crate::ledger::Opening::parse(&body)?.kind == "score");
            }
        }
        Ok(count)
    }

    /// What the lake knows an applicant by: a keyed hash of the lender's reference. The same for all decisions about the
    /// person, another than the ledger's, and of no use without the key.
    #[must_use]
    pub fn lake_token(&self, reference: &str) -> [u8; 32] {
        self.keys.mark("applicant in the lake", reference.as_bytes())
    }
}

fn read(row: &Row) -> Result<LakeFile> {
    let written = match row.get::<Option<i64>>(6)? {
        None => None,
        Some(bytes) => Some((u64::try_from(bytes).unwrap_or_default(), row.bytes(7)?)),
    };
    Ok(LakeFile {
        first: Position::from_number(row.get(0)?)?,
        last: Position::from_number(row.get(1)?)?,
        day: row.get(2)?,
        decisions: row.count(3)?,
        opened: Moment::from_micros(row.get(4)?),
        state: LakeState::from_number(row.get(5)?)?,
        written,
    })
}
