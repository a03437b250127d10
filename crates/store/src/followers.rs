//! What followers of the ledger keep: how far each has come, and which instance runs it.
//!
//! A batch's effects and the new place are written in one transaction under the lease, so that an effect is made exactly
//! once although several instances may run.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    Error, Face, Moment, Result, Store,
    database::{Session, Sql, Transaction, Value, bulk, values},
    ledger_reader::Cursors,
};

/// How long an instance may be silent before another takes over.
const LEASE: Duration = Duration::from_secs(5);

/// The right to run a follower, until it is not renewed for a while.
#[derive(Debug, Clone)]
pub struct FollowerLease {
    name: &'static str,
    holder: Uuid,
}

impl FollowerLease {
    /// The follower's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// What a follower writes for a batch. Made by the resources of this crate that followers fill.
#[derive(Default)]
pub struct Effects {
    parts: Vec<Part>,
}

enum Part {
    /// Many rows: head, columns, values, tail.
    Rows {
        doing: &'static str,
        head: &'static str,
        columns: usize,
        values: Vec<Value>,
        tail: &'static str,
    },
    One {
        doing: &'static str,
        sql: Sql,
        values: Vec<Value>,
    },
}

impl Effects {
    /// None.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Rows of `columns` values each: `head` VALUES (…) `tail`.
    pub(crate) fn rows(
        &mut self,
        doing: &'static str,
        head: &'static str,
        columns: usize,
        values: Vec<Value>,
        tail: &'static str,
    ) {
        self.parts.push(Part::Rows { doing, head, columns, values, tail });
    }

    /// A statement.
    pub(crate) fn statement(&mut self, doing: &'static str, sql: impl Into<Sql>, values: Vec<Value>) {
        self.parts.push(Part::One { doing, sql: sql.into(), values });
    }

    async fn write(self, transaction: &mut Transaction) -> Result<()> {
        for part in self.parts {
            match part {
                Part::Rows { doing, head, columns, values, tail } => {
                    bulk::insert(transaction, doing, head, columns, values, tail).await?;
                }
                Part::One { doing, sql, values } => {
                    transaction.execute(doing, sql, values).await?;
                }
            }
        }
        Ok(())
    }
}

impl Store {
    /// Takes or renews the right to run a follower; `None` while another instance has it.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn lease_follower(&self, name: &'static str, holder: Uuid) -> Result<Option<FollowerLease>> {
        let now = Moment::now().micros();
        let sql = "INSERT INTO follower_leases (name, holder, held_until) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until \
                   WHERE follower_leases.holder = excluded.holder OR follower_leases.held_until < $4";
        // One process holds a SQLite file: whoever held the lease before is gone.
        let before = if self.face() == Face::Sqlite { i64::MAX } else { now };
        let values = values![name, holder, now.saturating_add(micros(LEASE)), before];
        let taken = self.database.write().await?.execute("taking a follower", sql, values).await?;
        Ok((taken == 1).then_some(FollowerLease { name, holder }))
    }

    /// Lets another instance run a follower.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn release_follower(&self, lease: &FollowerLease) -> Result<()> {
        let sql = "UPDATE follower_leases SET held_until = 0 WHERE name = $1 AND holder = $2";
        let values = values![lease.name, lease.holder];
        self.database.write().await?.execute("letting a follower go", sql, values).await.map(drop)
    }

    /// How far a follower has come.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn follower_cursors(&self, name: &str) -> Result<Cursors> {
        let sql = "SELECT chain, sequence FROM follower_cursors WHERE name = $1";
        let rows = self.database.read().await?.fetch("reading a follower's place", sql, values![name]).await?;
        let read = |row: &crate::database::Row| {
            let chain: i64 = row.get(0)?;
            let chain = u32::try_from(chain).map_err(|_| Error::Corrupt(format!("chain {chain}")))?;
            Ok((chain, row.count(1)?))
        };
        rows.iter().map(read).collect()
    }

    /// Writes what a follower made of a batch and how far it has come, together. False where another instance has taken
    /// over: nothing is written then.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn follow(&self, lease: &FollowerLease, cursors: &Cursors, effects: Effects) -> Result<bool> {
        let mut transaction = self.database.begin().await?;
        let until = Moment::now().micros().saturating_add(micros(LEASE));
        let sql = "UPDATE follower_leases SET held_until = $1 WHERE name = $2 AND holder = $3";
        let values = values![until, lease.name, lease.holder];
        if transaction.execute("renewing a follower's lease", sql, values).await? != 1 {
            return Ok(false);
        }
        effects.write(&mut transaction).await?;
        let mut rows = Vec::with_capacity(cursors.len() * 3);
        for (chain, next) in cursors {
            rows.extend(values![lease.name, *chain, i64::try_from(*next).unwrap_or(i64::MAX)]);
        }
        let head = "INSERT INTO follower_cursors (name, chain, sequence)";
        let tail = "ON CONFLICT (name, chain) DO UPDATE SET sequence = excluded.sequence";
        bulk::insert(&mut transaction, "keeping a follower's place", head, 3, rows, tail).await?;
        transaction.commit("keeping what a follower made").await?;
        Ok(true)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
