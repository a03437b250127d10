//! Rows of `scores` against their entries: each entry has its row, each row its entry, and they say the same.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

use super::Audited;
use crate::{
    DECISIONS, Error, Position, Result,
    database::{Row, Session, Sql, Transaction, Value, bulk, values},
    ledger::{Hash, Opening},
};

/// Entries that are read at once.
const PAGE: i64 = 1024;

/// What an entry says that its row says too.
#[derive(Deserialize)]
struct Said {
    model: String,
    score: serde_json::Value,
    decision: Option<String>,
    applicant: Option<Uuid>,
}

/// What a row says.
#[derive(PartialEq)]
struct Indexed {
    position: i64,
    applicant: Option<Uuid>,
    model: Hash,
    decision: u64,
    score: f64,
}

pub(super) async fn verify(view: &mut Transaction, audited: &mut Audited) -> Result<()> {
    let (mut after, mut expected) = (-1_i64, 0_u64);
    loop {
        let sql = "SELECT position, body FROM entries WHERE position > $1 ORDER BY position LIMIT $2";
        let rows = view.fetch("reading entries", Sql::from(sql), values![after, PAGE]).await?;
        let Some(end) = rows.last() else { break };
        after = end.get(0)?;
        let mut said = Vec::new();
        for row in &rows {
            said.extend(score(row, audited)?);
        }
        expected += said.len() as u64;
        let mut indexed = indexed(view, said.iter().map(|(id, _)| (*id).into()).collect()).await?;
        for (id, said) in said {
            let problem = match indexed.remove(&id) {
                None => "its entry is there and its row in `scores` is not",
                Some(row) if row != said => "its row in `scores` is not what its entry says",
                Some(_) => {
                    audited.scores += 1;
                    continue;
                }
            };
            let position = Position::from_number(said.position)?;
            audited.find(format!("score {id} (chain {}, entry {})", position.chain, position.sequence), problem);
        }
    }
    strays(view, expected, audited).await
}

/// The score that an entry records, if it is one.
fn score(row: &Row, audited: &mut Audited) -> Result<Option<(Uuid, Indexed)>> {
    let (position, body) = (row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?);
    // Where it does not open, the chains have said so.
    let Ok(opening) = Opening::parse(&body) else { return Ok(None) };
    if opening.kind != "score" {
        return Ok(None);
    }
    let read = || {
        let said: Said = serde_json::from_slice(&body).ok()?;
        let decision = said.decision.as_deref().unwrap_or("none");
        let decision = DECISIONS.iter().position(|known| *known == decision)? as u64;
        let model = Hash::from_hex(said.model.strip_prefix("sha256:")?.as_bytes())?;
        let score = said.score.as_f64().or_else(|| said.score.as_str()?.parse().ok())?;
        Some(Indexed { position, applicant: said.applicant, model, decision, score })
    };
    let indexed = read();
    if indexed.is_none() {
        audited.find(format!("score {}", opening.id), "its entry lacks what every score has");
    }
    Ok(indexed.map(|indexed| (opening.id, indexed)))
}

async fn indexed(view: &mut Transaction, ids: Vec<Value>) -> Result<HashMap<Uuid, Indexed>> {
    let head = "SELECT id, position, applicant, model, decision, score FROM scores WHERE id";
    let row = |row: &Row| {
        let applicant = Some(row.id(2)?);
        let (position, model, decision) = (row.get(1)?, Hash(row.bytes(3)?), row.count(4)?);
        Ok::<_, Error>((row.id(0)?, Indexed { position, applicant, model, decision, score: row.get(5)? }))
    };
    bulk::select(view, "reading scores", head, ids, "").await?.iter().map(row).collect()
}

/// Rows that belong to no entry.
async fn strays(view: &mut Transaction, expected: u64, audited: &mut Audited) -> Result<()> {
    let sql = "SELECT scores.id FROM scores LEFT JOIN entries ON entries.position = scores.position \
               WHERE entries.position IS NULL ORDER BY scores.id LIMIT 100";
    let strays = view.fetch("looking for scores without entries", Sql::from(sql), vec![]).await?;
    for row in &strays {
        audited.find(format!("score {}", row.id(0)?), "its row in `scores` is there and its entry is not");
    }
    let row = view.fetch_one("counting scores", Sql::from("SELECT COUNT(*) FROM scores"), vec![]).await?;
    let rows = row.count(0)?;
    if rows > expected && strays.is_empty() {
        audited.find("scores", format!("{} rows belong to no entry of a score", rows - expected));
    }
    Ok(())
}
