//! Copies of a ledger, from one state of the database while serving goes on.

use std::{collections::BTreeMap, io::Write};

use super::Audit;
use crate::{
    Error, Moment, Position, Result, checkpoints,
    database::{Session, Sql, Transaction, values},
    ledger::{
        Checkpoint, Entry, Hash,
        copy::{ExportWriter, Exported, Header},
    },
};

/// Entries that are read at once.
const PAGE: u64 = 1024;
/// The name of a ledger without entries.
const EMPTY: &str = "plimsoll:empty";

impl Audit {
    /// Writes a copy of the ledger: its entries, and its checkpoints where they belong. `progress` is told of every page.
    ///
    /// # Errors
    /// Those of the database and of the writer; [`Error::Ledger`] where what is stored cannot stand in a copy.
    pub async fn export<W: Write>(&self, out: W, progress: impl Fn(u64)) -> Result<(W, Exported)> {
        let mut view = self.database.report_view().await?;
        let heads = checkpoints::heads(&mut view).await?;
        let origin = origin(&mut view).await?;
        let mut writer = ExportWriter::new(out, &Header::new(&origin, &Moment::now().to_string())?)?;
        let mut written: BTreeMap<u32, u64> = BTreeMap::new();
        let mut next = 0_i64;
        while let Some((number, checkpoint)) = checkpoint(&mut view, next).await? {
            for head in &checkpoint.heads {
                entries(&mut view, &mut writer, &mut written, (head.chain, head.size), &progress).await?;
            }
            writer.checkpoint(&checkpoint)?;
            next = number.saturating_add(1);
        }
        for head in heads {
            entries(&mut view, &mut writer, &mut written, (head.chain, head.size), &progress).await?;
        }
        Ok(writer.finish()?)
    }
}

/// The name that the first checkpoint has, else that of the first entry.
async fn origin(view: &mut Transaction) -> Result<String> {
    match checkpoint(view, 0).await? {
        Some((_, checkpoint)) => Ok(checkpoint.signed.statement.origin),
        None => Ok(checkpoints::origin(view).await?.unwrap_or_else(|| EMPTY.to_owned())),
    }
}

async fn checkpoint(view: &mut Transaction, from: i64) -> Result<Option<(i64, Checkpoint)>> {
    let sql = Sql::from("SELECT number, body FROM checkpoints WHERE number >= $1 ORDER BY number LIMIT 1");
    let Some(row) = view.fetch_optional("reading a checkpoint", sql, values![from]).await? else { return Ok(None) };
    Ok(Some((row.get(0)?, Checkpoint::parse(row.get::<String>(1)?.as_bytes())?)))
}

/// Writes the entries of a chain up to a size.
async fn entries<W: Write>(
    view: &mut Transaction,
    writer: &mut ExportWriter<W>,
    written: &mut BTreeMap<u32, u64>,
    (chain, size): (u32, u64),
    progress: &impl Fn(u64),
) -> Result<()> {
    let next = written.entry(chain).or_default();
    while *next < size {
        let end = size.min(next.saturating_add(PAGE));
        let from = Position { chain, sequence: *next }.number()?;
        let to = Position { chain, sequence: end.saturating_sub(1) }.number()?;
        let sql = "SELECT position, hash, body FROM entries WHERE position >= $1 AND position <= $2 ORDER BY position";
        for row in view.fetch("reading entries", Sql::from(sql), values![from, to]).await? {
            let Position { sequence, .. } = Position::from_number(row.get(0)?)?;
            let body = String::from_utf8(row.get(2)?);
            let body = body.map_err(|_| Error::Corrupt(format!("entry {sequence} of chain {chain} is no text")))?;
            writer.entry(&Entry { chain, sequence, hash: Hash(row.bytes(1)?), body })?;
        }
        progress(end - *next);
        *next = end;
    }
    Ok(())
}
