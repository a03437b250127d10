//! Entries by their place.

use uuid::Uuid;

use crate::{
    Error, Position, Result, Store,
    database::{Row, Session, Sql, values},
    ledger::{Entry, Hash},
};

impl Store {
    /// An entry.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn entry(&self, position: Position) -> Result<Entry> {
        entry(&mut self.database.read().await?, position).await
    }

    /// Entries of a chain from a place on, in their order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn entries_of(&self, chain: u32, from: u64, limit: usize) -> Result<Vec<Entry>> {
        entries_of(&mut self.database.report_view().await?, chain, from, limit).await
    }

    /// Where the entry of a score stands.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn position_of_score(&self, id: Uuid) -> Result<Position> {
        let sql = "SELECT position FROM scores WHERE id = $1";
        let row = self.database.read().await?.fetch_optional("looking a score up", sql, values![id]).await?;
        let row = row.ok_or_else(|| Error::NotFound { what: "score", which: id.to_string() })?;
        Position::from_number(row.get(0)?)
    }
}

/// The last place that a chain can have.
const LAST: u64 = (1 << 40) - 1;

/// Entries of a chain from a place on, read in a view.
pub(crate) async fn entries_of(
    view: &mut (impl Session + Send),
    chain: u32,
    from: u64,
    limit: usize,
) -> Result<Vec<Entry>> {
    let last = from.saturating_add(u64::try_from(limit).unwrap_or(u64::MAX)).saturating_sub(1);
    let place = |sequence: u64| Position { chain, sequence: sequence.min(LAST) }.number();
    let sql = "SELECT position, hash, body FROM entries WHERE position >= $1 AND position <= $2 ORDER BY position";
    let rows = view.fetch("reading entries", Sql::from(sql), values![place(from)?, place(last)?]).await?;
    rows.iter().map(|row| read(Position::from_number(row.get(0)?)?, row, 1)).collect()
}

/// An entry, read in a view.
pub(crate) async fn entry(view: &mut (impl Session + Send), position: Position) -> Result<Entry> {
    let sql = Sql::from("SELECT hash, body FROM entries WHERE position = $1");
    let row = view.fetch_optional("reading an entry", sql, values![position.number()?]).await?;
    read(position, &row.ok_or_else(|| absent(position))?, 0)
}

fn read(position: Position, row: &Row, from: usize) -> Result<Entry> {
    let Position { chain, sequence } = position;
    let body = String::from_utf8(row.get(from + 1)?)
        .map_err(|_| Error::Corrupt(format!("entry {sequence} of chain {chain} is no text")))?;
    Ok(Entry { chain, sequence, hash: Hash(row.bytes(from)?), body })
}

pub(crate) fn absent(position: Position) -> Error {
    Error::NotFound { what: "entry", which: format!("{}-{}", position.chain, position.sequence) }
}
