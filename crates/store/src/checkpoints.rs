//! Checkpoints: made, found again, and what entries are proved by.

use crate::{
    Error, Moment, Position, Result, Store,
    database::{Row, Session, Sql, Transaction, values},
    entries::{absent, entry},
    ledger::{
        Checkpoint, Draft, Hash, Head, Proof, PublicKey,
        tree::{Fetched, Subtree, inclusion_needs},
    },
};

/// Checkpoints that a page holds at most.
const PAGE: u32 = 200;

impl Store {
    /// Gathers the heads of all chains in a signed checkpoint; where nothing was recorded since the last one, gives that.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing was ever recorded; [`Error::Keyring`] where the keyring does not sign.
    pub async fn checkpoint(&self) -> Result<Checkpoint> {
        let key = self.public_key()?;
        let mut view = self.database.snapshot().await?;
        let (heads, last) = (heads(&mut view).await?, latest(&mut view).await?);
        let origin = match &last {
            Some(last) => Some(last.signed.statement.origin.clone()),
            None => origin(&mut view).await?,
        };
        drop(view);
        let origin = origin.ok_or_else(nothing)?;
        if let Some(last) = last.as_ref().filter(|last| last.heads == heads) {
            return Ok(last.clone());
        }
        let now = Moment::now();
        let draft = Draft::new(&origin, &now.to_string(), last.as_ref(), heads, &key)?;
        let signature = self.keyring.sign(draft.text().as_bytes()).await?;
        let checkpoint = draft.signed(signature);
        checkpoint.verify(&key)?;
        let number = i64::try_from(checkpoint.signed.statement.number).map_err(|_| nothing())?;
        let sql = "INSERT INTO checkpoints (number, time, hash, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let values = values![number, now.micros(), checkpoint.hash().0, checkpoint.text()];
        let made = self.database.write().await?.execute("keeping a checkpoint", sql, values).await?;
        // Another instance was quicker: its checkpoint is as good.
        if made == 0 { self.latest_checkpoint().await?.ok_or_else(nothing) } else { Ok(checkpoint) }
    }

    /// The last checkpoint, if there is one.
    ///
    /// # Errors
    /// Those of the database; [`Error::Ledger`] where what is stored is none.
    pub async fn latest_checkpoint(&self) -> Result<Option<Checkpoint>> {
        latest(&mut self.database.snapshot().await?).await
    }

    /// Checkpoints, the latest first, beginning before a number.
    ///
    /// # Errors
    /// As [`Store::latest_checkpoint`].
    pub async fn checkpoints(&self, before: Option<u64>, limit: u32) -> Result<Vec<Checkpoint>> {
        let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
        let sql = "SELECT body FROM checkpoints WHERE number < $1 ORDER BY number DESC LIMIT $2";
        let values = values![before, i64::from(limit.min(PAGE + 1))];
        let rows = self.database.read().await?.fetch("listing checkpoints", sql, values).await?;
        rows.iter().map(read).collect()
    }

    /// How far each chain has come.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn heads(&self) -> Result<Vec<Head>> {
        heads(&mut self.database.snapshot().await?).await
    }

    /// The key that checkpoints are signed with.
    ///
    /// # Errors
    /// [`Error::Keyring`] where the keyring does not sign.
    pub fn public_key(&self) -> Result<PublicKey> {
        self.keyring.public_key()
    }

    /// Proves that an entry belongs to the ledger: to the last checkpoint, or, where that does not reach as far, to one
    /// that is made for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such entry; [`Error::Ledger`] where what is stored leads to no proof.
    pub async fn prove(&self, position: Position) -> Result<Proof> {
        let reaches = |checkpoint: &Checkpoint| {
            checkpoint.heads.iter().any(|head| head.chain == position.chain && head.size > position.sequence)
        };
        let found = self.latest_checkpoint().await?.filter(reaches);
        let checkpoint = match found {
            Some(checkpoint) => checkpoint,
            None => {
                self.entry(position).await?;
                self.checkpoint().await?
            }
        };
        let head = checkpoint.heads.iter().find(|head| head.chain == position.chain).ok_or_else(|| absent(position))?;
        let mut view = self.database.snapshot().await?;
        let entry = entry(&mut view, position).await?;
        let previous = match position.sequence.checked_sub(1) {
            None => Hash::ZERO,
            Some(sequence) => crate::entries::entry(&mut view, Position { sequence, ..position }).await?.hash,
        };
        let nodes = nodes(&mut view, position, head.size).await?;
        Ok(Proof::new(&previous, &entry, &checkpoint, &nodes)?)
    }
}

/// The nodes that prove a place in a tree of a size.
async fn nodes(view: &mut Transaction, position: Position, size: u64) -> Result<Fetched> {
    let needs = inclusion_needs(position.sequence, size)?;
    let mut nodes = Fetched::default();
    for range in needs.entries {
        let at = |sequence| Position { chain: position.chain, sequence }.number();
        let (from, to) = (at(range.start)?, at(range.end.saturating_sub(1))?);
        let sql = "SELECT position, hash FROM entries WHERE position >= $1 AND position <= $2";
        for row in view.fetch("reading hashes", Sql::from(sql), values![from, to]).await? {
            nodes.entry(Position::from_number(row.get(0)?)?.sequence, &Hash(row.bytes(1)?));
        }
    }
    for (level, range) in needs.subtrees {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let sql = "SELECT number, hash FROM tiles WHERE chain = $1 AND level = $2 AND number >= $3 AND number < $4";
        let values = values![position.chain, i32::from(level), whole(range.start), whole(range.end)];
        for row in view.fetch("reading tiles", Sql::from(sql), values).await? {
            nodes.subtree(Subtree { level, number: row.count(0)?, hash: Hash(row.bytes(1)?) });
        }
    }
    Ok(nodes)
}

/// The heads of all chains that have entries.
pub(crate) async fn heads(view: &mut Transaction) -> Result<Vec<Head>> {
    let sql = Sql::from("SELECT chain, size, head, root FROM chains WHERE size > 0 ORDER BY chain");
    let rows = view.fetch("reading heads", sql, vec![]).await?;
    let head = |row: &Row| {
        let chain = u32::try_from(row.count(0)?).map_err(|_| Error::Corrupt("a chain's number".to_owned()))?;
        Ok(Head { chain, size: row.count(1)?, hash: Hash(row.bytes(2)?), root: Hash(row.bytes(3)?) })
    };
    rows.iter().map(head).collect()
}

async fn latest(view: &mut Transaction) -> Result<Option<Checkpoint>> {
    let sql = Sql::from("SELECT body FROM checkpoints ORDER BY number DESC LIMIT 1");
    view.fetch_optional("reading a checkpoint", sql, vec![]).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Checkpoint> {
    Ok(Checkpoint::parse(row.get::<String>(0)?.as_bytes())?)
}

/// The ledger's own name: the beginning of the hash of its first entry. None before that.
pub(crate) async fn origin(view: &mut Transaction) -> Result<Option<String>> {
    let sql = Sql::from("SELECT hash FROM entries ORDER BY position LIMIT 1");
    let row = view.fetch_optional("reading the first entry", sql, vec![]).await?;
    let name = |hash: Hash| hash.to_string().chars().take(16).collect::<String>();
    row.map(|row| Ok(format!("plimsoll:{}", name(Hash(row.bytes(0)?))))).transpose()
}

fn nothing() -> Error {
    Error::NotFound { what: "checkpoint", which: "latest".to_owned() }
}
