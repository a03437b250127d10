//! The chain that a writer extends: claimed for a while, guarded at every commit.
//!
//! A claim keeps instances out of one another's way. What keeps a chain from forking is the guard: the row is updated
//! only where it still holds the size and head that the writer built on.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    Error, Moment, Result,
    database::{Database, Face, QUICK, Row, Session, Transaction, Value, values},
    ledger::{Hash, tree::Frontier},
    position::MAX_CHAINS,
};

/// How long a chain stays claimed after the last commit.
const CLAIM: Duration = Duration::from_secs(30);

/// A chain as far as this writer knows.
#[derive(Clone)]
pub(super) struct Chain {
    pub(super) chain: u32,
    pub(super) head: Hash,
    pub(super) frontier: Frontier,
    /// When the last entry was recorded: times never run backwards in a chain.
    pub(super) last: Moment,
    holder: Uuid,
}

impl Chain {
    /// Takes a chain that nobody holds, or begins one.
    pub(super) async fn claim(database: &Database, holder: Uuid) -> Result<Self> {
        let mut transaction = database.begin().await?;
        transaction.wait_up_to(QUICK);
        let now = Moment::now();
        // One process holds a SQLite file: whoever held the chain before is gone.
        let free = match transaction.face() {
            Face::Sqlite => {
                let sql = "SELECT chain, size, head, frontier FROM chains ORDER BY chain LIMIT 1";
                transaction.fetch_optional("looking for a chain", sql, vec![]).await?
            }
            Face::Postgres => {
                let sql = "SELECT chain, size, head, frontier FROM chains WHERE held_until < $1 \
                           ORDER BY chain LIMIT 1 FOR UPDATE SKIP LOCKED";
                transaction.fetch_optional("looking for a chain", sql, values![now.micros()]).await?
            }
        };
        let chain = match free {
            Some(row) => Self::read(&row, holder, &mut transaction).await?,
            None => Self::begin(&mut transaction, holder, now).await?,
        };
        let until = now.micros().saturating_add(micros(CLAIM));
        let sql = "UPDATE chains SET holder = $1, held_until = $2 WHERE chain = $3";
        transaction.execute("claiming a chain", sql, values![holder, until, chain.chain]).await?;
        transaction.commit("claiming a chain").await?;
        Ok(chain)
    }

    async fn read(row: &Row, holder: Uuid, transaction: &mut Transaction) -> Result<Self> {
        let number: i64 = row.get(0)?;
        let chain = u32::try_from(number).map_err(|_| Error::Corrupt(format!("chain {number}")))?;
        let frontier = Frontier::from_bytes(&row.get::<Vec<u8>>(3)?)?;
        let size = row.count(1)?;
        if frontier.size() != size {
            return Err(Error::Corrupt(format!("chain {chain} has {size} entries and a tree of {}", frontier.size())));
        }
        // Times never run backwards, whichever clock wrote the last entry.
        let last = match size.checked_sub(1) {
            None => Moment::from_micros(0),
            Some(sequence) => {
                let position = crate::Position { chain, sequence }.number()?;
                let sql = "SELECT body FROM entries WHERE position = $1";
                let row = transaction.fetch_optional("reading the last entry", sql, values![position]).await?;
                let body: Vec<u8> =
                    row.ok_or_else(|| Error::Corrupt(format!("chain {chain} lacks its last entry")))?.get(0)?;
                Moment::parse(crate::ledger::Opening::parse(&body)?.time).map_err(Error::Corrupt)?
            }
        };
        Ok(Self { chain, head: Hash(row.bytes(2)?), frontier, last, holder })
    }

    async fn begin(transaction: &mut Transaction, holder: Uuid, now: Moment) -> Result<Self> {
        if transaction.face() == Face::Postgres {
            transaction.execute("locking the chains", "LOCK TABLE chains IN SHARE ROW EXCLUSIVE MODE", vec![]).await?;
        }
        let row = transaction.fetch_one("counting the chains", "SELECT COUNT(*) FROM chains", vec![]).await?;
        let chain = u32::try_from(row.count(0)?).ok().filter(|chain| *chain < MAX_CHAINS);
        let chain = chain.ok_or_else(|| Error::Unavailable("there are as many chains as there may be".to_owned()))?;
        let frontier = Frontier::default();
        let sql = "INSERT INTO chains (chain, size, head, root, frontier, opened, holder, held_until) \
                   VALUES ($1, 0, $2, $3, $4, $5, $6, 0)";
        let values = values![chain, Hash::ZERO.0, frontier.root().0, frontier.to_bytes(), now.micros(), holder];
        transaction.execute("beginning a chain", sql, values).await?;
        Ok(Self { chain, head: Hash::ZERO, frontier, last: Moment::from_micros(0), holder })
    }

    /// What moves the stored chain from `before` to this state: it changes one row, or none where someone else has moved
    /// or claimed the chain.
    pub(super) fn advance(&self, before: &Self, now: Moment) -> Result<(&'static str, Vec<Value>)> {
        let sql = "UPDATE chains SET size = $1, head = $2, root = $3, frontier = $4, held_until = $5 \
                   WHERE chain = $6 AND size = $7 AND head = $8 AND holder = $9";
        let values = values![
            count(self.frontier.size())?,
            self.head.0,
            self.frontier.root().0,
            self.frontier.to_bytes(),
            now.micros().saturating_add(micros(CLAIM)),
            self.chain,
            count(before.frontier.size())?,
            before.head.0,
            self.holder,
        ];
        Ok((sql, values))
    }

    /// Whether the stored chain has come to this state or beyond it. Waits for a transaction of this chain that the
    /// database still works on, so that the answer is final.
    pub(super) async fn is_stored(&self, database: &Database) -> Result<bool> {
        let Some(sequence) = self.frontier.size().checked_sub(1) else { return Ok(true) };
        let mut transaction = database.begin().await?;
        transaction.wait_up_to(QUICK);
        if transaction.face() == Face::Postgres {
            let sql = "SELECT chain FROM chains WHERE chain = $1 FOR UPDATE";
            transaction.fetch("waiting for a chain", sql, values![self.chain]).await?;
        }
        let position = crate::Position { chain: self.chain, sequence }.number()?;
        let sql = "SELECT hash FROM entries WHERE position = $1";
        let row = transaction.fetch_optional("looking for an entry", sql, values![position]).await?;
        row.map_or(Ok(false), |row| Ok(row.bytes::<32>(0)? == self.head.0))
    }
}

fn count(size: u64) -> Result<i64> {
    i64::try_from(size).map_err(|_| Error::Invalid("a chain is full".to_owned()))
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
