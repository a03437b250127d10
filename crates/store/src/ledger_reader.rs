//! Reading the ledger in order, and opening what its entries seal.

use std::collections::{BTreeMap, HashMap};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Error, Position, Result, Store,
    database::{Session, Value, bulk, values},
    ledger::{Entry, Hash},
};

/// By chain: the place that comes next.
pub type Cursors = BTreeMap<u32, u64>;

/// What an entry sealed; `None` where it seals nothing, or the person was erased.
pub type Opened = Option<Zeroizing<Vec<u8>>>;

/// The members that hold what is sealed.
#[derive(Deserialize)]
struct Sealed {
    id: Uuid,
    applicant: Option<Uuid>,
    sealed: Option<String>,
}

impl Store {
    /// Entries from these places on, at most `limit`: of each chain in its order, and across chains by time as far as
    /// they were read. A chain that `cursors` does not name is read from its beginning.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn entries_after(&self, cursors: &Cursors, limit: usize) -> Result<Vec<Entry>> {
        let mut view = self.database.snapshot().await?;
        let chains = view.fetch("reading chains", "SELECT chain, size FROM chains ORDER BY chain", vec![]).await?;
        let mut behind = Vec::new();
        for row in chains {
            let (chain, size) = (chain(row.get(0)?)?, row.count(1)?);
            let next = cursors.get(&chain).copied().unwrap_or(0);
            if next < size {
                behind.push((chain, next, size));
            }
        }
        // Every chain has its part, so that a long one does not hold up the others.
        let part = (limit / behind.len().max(1)).max(1);
        let mut entries = Vec::new();
        for (chain, next, size) in behind {
            let end = size.min(next.saturating_add(part as u64));
            let from = Position { chain, sequence: next }.number()?;
            let to = Position { chain, sequence: end.saturating_sub(1) }.number()?;
            let sql =
                "SELECT position, hash, body FROM entries WHERE position >= $1 AND position <= $2 ORDER BY position";
            for row in view.fetch("reading entries", sql, values![from, to]).await? {
                entries.push(entry(&row)?);
            }
        }
        // A chain's times never run backwards: its entries stay in order.
        entries.sort_by(|a, b| time(a).cmp(time(b)).then((a.chain, a.sequence).cmp(&(b.chain, b.sequence))));
        Ok(entries)
    }

    /// What was recorded about something that is no score, in the order of the ledger: the history of an item, a key, a
    /// review.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn entries_about(&self, subject: Uuid) -> Result<Vec<Entry>> {
        let sql = "SELECT e.position, e.hash, e.body FROM entry_subjects s JOIN entries e ON e.position = s.position \
                   WHERE s.subject = $1 ORDER BY s.position";
        let rows = self.database.read().await?.fetch("reading a history", sql, values![subject]).await?;
        rows.iter().map(entry).collect()
    }

    /// How many entries there are from these places on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn entries_behind(&self, cursors: &Cursors) -> Result<u64> {
        let sql = "SELECT chain, size FROM chains";
        let rows = self.database.read().await?.fetch("reading chains", sql, vec![]).await?;
        let mut behind = 0_u64;
        for row in rows {
            let next = cursors.get(&chain(row.get(0)?)?).copied().unwrap_or(0);
            behind = behind.saturating_add(row.count(1)?.saturating_sub(next));
        }
        Ok(behind)
    }

    /// What an entry sealed.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where it does not open although the person's key is there.
    pub async fn open_sealed(&self, entry: &Entry) -> Result<Opened> {
        Ok(self.open_all_sealed(std::slice::from_ref(entry)).await?.pop().flatten())
    }

    /// What each of these entries sealed, in their order.
    ///
    /// # Errors
    /// As [`Store::open_sealed`].
    pub async fn open_all_sealed(&self, entries: &[Entry]) -> Result<Vec<Opened>> {
        let sealed = entries.iter().map(sealed).collect::<Result<Vec<_>>>()?;
        let mut applicants: Vec<Uuid> = sealed.iter().filter_map(|sealed| sealed.applicant).collect();
        applicants.sort_unstable();
        applicants.dedup();
        let ids: Vec<Value> = applicants.into_iter().map(Value::from).collect();
        let mut session = self.database.read().await?;
        let head = "SELECT id, kek, wrapped FROM applicants WHERE id";
        let mut keys = HashMap::new();
        for row in bulk::select(&mut session, "reading applicants' keys", head, ids, "").await? {
            let id = row.id(0)?;
            keys.insert(id, self.keys.applicant(id, row.id(1)?, &row.get::<Vec<u8>>(2)?).await?);
        }
        let open = |sealed: Sealed| {
            let (Some(applicant), Some(text)) = (sealed.applicant, sealed.sealed) else { return Ok(None) };
            let Some(key) = keys.get(&applicant) else { return Ok(None) };
            let bytes = STANDARD
                .decode(text)
                .map_err(|_| Error::Corrupt(format!("the sealed data of entry `{}` is no base64", sealed.id)))?;
            key.open(sealed.id, &bytes).map(Some)
        };
        sealed.into_iter().map(open).collect()
    }
}

fn sealed(entry: &Entry) -> Result<Sealed> {
    serde_json::from_str(&entry.body)
        .map_err(|error| Error::Corrupt(format!("entry {} of chain {}: {error}", entry.sequence, entry.chain)))
}

fn entry(row: &crate::database::Row) -> Result<Entry> {
    let position = Position::from_number(row.get(0)?)?;
    let body = String::from_utf8(row.get(2)?)
        .map_err(|_| Error::Corrupt(format!("entry {} of chain {} is not UTF-8", position.sequence, position.chain)))?;
    Ok(Entry { chain: position.chain, sequence: position.sequence, hash: Hash(row.bytes(1)?), body })
}

fn chain(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| Error::Corrupt(format!("chain {number}")))
}

/// When an entry was recorded: texts of one form compare as the times do.
fn time(entry: &Entry) -> &str {
    crate::ledger::Opening::parse(entry.body.as_bytes()).map_or("", |opening| opening.time)
}
