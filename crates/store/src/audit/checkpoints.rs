//! Checkpoints of a database: read, their signatures, and that each follows the one before.

use std::collections::BTreeMap;

use super::Audited;
use crate::{
    Result,
    database::{Session, Sql, Transaction, values},
    ledger::{Checkpoint, Hash, Head, PublicKey},
};

/// Checkpoints that are read at once.
const PAGE: i64 = 256;

/// By chain and size: the head that a checkpoint says the chain had.
pub(super) type Marks = BTreeMap<(u32, u64), (u64, Head)>;

pub(super) async fn verify(view: &mut Transaction, keys: &[PublicKey], audited: &mut Audited) -> Result<Marks> {
    let (mut marks, mut last, mut next) = (Marks::new(), None::<Checkpoint>, 0_i64);
    loop {
        let sql = "SELECT number, hash, body FROM checkpoints WHERE number >= $1 ORDER BY number LIMIT $2";
        let rows = view.fetch("reading checkpoints", Sql::from(sql), values![next, PAGE]).await?;
        let Some(end) = rows.last() else { return Ok(marks) };
        let end: i64 = end.get(0)?;
        for row in rows {
            let (number, hash, body) = (row.count(0)?, Hash(row.bytes(1)?), row.get::<String>(2)?);
            let place = format!("checkpoint {number}");
            audited.checkpoints += 1;
            let checkpoint = match Checkpoint::parse(body.as_bytes()) {
                Ok(checkpoint) => checkpoint,
                Err(error) => {
                    audited.find(place, error.to_string());
                    continue;
                }
            };
            if checkpoint.hash() != hash || checkpoint.signed.statement.number != number {
                audited.find(&place, "its row has another number or hash than it says itself");
            }
            // Where several may have signed, the first refusal is as good as any.
            match keys.iter().map(|key| checkpoint.verify(key)).reduce(|one, other| one.or(other)) {
                Some(Ok(())) => audited.signatures += 1,
                Some(Err(error)) => audited.find(&place, error.to_string()),
                None => {}
            }
            match &last {
                Some(last) => {
                    if let Err(error) = checkpoint.check_follows(last) {
                        audited.find(&place, error.to_string());
                    }
                }
                None if number != 0 => audited.find(&place, "the checkpoints before it are missing"),
                None => {}
            }
            for head in &checkpoint.heads {
                marks.entry((head.chain, head.size)).or_insert((number, *head));
            }
            last = Some(checkpoint);
        }
        next = end.saturating_add(1);
    }
}
