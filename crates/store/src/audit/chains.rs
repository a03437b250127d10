//! Chains of a database: every entry's hash, its place, the trees, and what checkpoints say of them.

use std::collections::{BTreeMap, HashMap};

use super::{Audited, checkpoints::Marks};
use crate::{
    Position, Result,
    database::{Row, Session, Sql, Transaction, values},
    ledger::{
        Hash, Head, Opening, entry_hash,
        tree::{Frontier, Subtree},
    },
};

/// Entries that are read at once.
const PAGE: i64 = 1024;

/// What the entries of a chain come to.
#[derive(Default)]
struct Walk {
    /// The place that comes next.
    next: u64,
    last: Hash,
    frontier: Frontier,
    /// Whether entries are missing: trees and checkpoints cannot be held against what is left.
    has_gap: bool,
    tiles: HashMap<(u8, u64), Hash>,
}

pub(super) async fn verify(view: &mut Transaction, mut marks: Marks, audited: &mut Audited) -> Result<()> {
    let mut walks: BTreeMap<u32, Walk> = BTreeMap::new();
    let mut after = -1_i64;
    loop {
        let sql = "SELECT position, hash, body FROM entries WHERE position > $1 ORDER BY position LIMIT $2";
        let rows = view.fetch("reading entries", Sql::from(sql), values![after, PAGE]).await?;
        let Some(end) = rows.last() else { break };
        after = end.get(0)?;
        for row in &rows {
            let position = Position::from_number(row.get(0)?)?;
            audited.entries += 1;
            walks.entry(position.chain).or_default().entry(position, row, &mut marks, audited)?;
        }
    }
    for ((chain, size), (number, _)) in marks {
        if !walks.get(&chain).is_some_and(|walk| walk.has_gap) {
            let problem = format!("checkpoint {number} says that it had {size} entries; they are not all there");
            audited.find(format!("chain {chain}"), problem);
        }
    }
    heads(view, &walks, audited).await?;
    for (chain, walk) in &mut walks {
        tiles(view, *chain, walk, audited).await?;
    }
    Ok(())
}

impl Walk {
    fn entry(&mut self, position: Position, row: &Row, marks: &mut Marks, audited: &mut Audited) -> Result<()> {
        let place = || format!("chain {}, entry {}", position.chain, position.sequence);
        let (stated, body) = (Hash(row.bytes(1)?), row.get::<Vec<u8>>(2)?);
        match Opening::parse(&body) {
            Err(error) => audited.find(place(), error.to_string()),
            Ok(opening) if (opening.chain, opening.sequence) != (position.chain, position.sequence) => {
                let said = format!("its body says entry {} of chain {}", opening.sequence, opening.chain);
                audited.find(place(), said);
            }
            Ok(_) => {}
        }
        if position.sequence != self.next {
            let missing = position.sequence.saturating_sub(self.next);
            audited.find(place(), format!("{missing} entries before it are missing"));
            self.has_gap = true;
        } else if entry_hash(&self.last, &body) != stated {
            audited.find(place(), "it was altered: its hash is not that of what it says and of the entry before");
        }
        // What is stated counts from here on, so that one entry at fault is one finding.
        (self.next, self.last) = (position.sequence.saturating_add(1), stated);
        if self.has_gap {
            return Ok(());
        }
        let tiles = &mut self.tiles;
        self.frontier.append(&stated, |Subtree { level, number, hash }| {
            tiles.insert((level, number), hash);
        });
        if let Some((number, head)) = marks.remove(&(position.chain, self.next))
            && self.head(position.chain) != head
        {
            audited.find(place(), format!("checkpoint {number} has another hash or root for the chain up to here"));
        }
        Ok(())
    }

    fn head(&self, chain: u32) -> Head {
        Head { chain, size: self.frontier.size(), hash: self.last, root: self.frontier.root() }
    }
}

/// Holds the rows of `chains` against what the entries come to.
async fn heads(view: &mut Transaction, walks: &BTreeMap<u32, Walk>, audited: &mut Audited) -> Result<()> {
    let sql = "SELECT chain, size, head, root, frontier FROM chains ORDER BY chain";
    let mut stated = HashMap::new();
    for row in view.fetch("reading chains", Sql::from(sql), vec![]).await? {
        stated.insert(row.count(0)?, (row.count(1)?, Hash(row.bytes(2)?), Hash(row.bytes(3)?), row.get::<Vec<u8>>(4)?));
    }
    for (chain, walk) in walks {
        let head = walk.head(*chain);
        audited.heads.push(head);
        let place = format!("chain {chain}");
        match stated.remove(&u64::from(*chain)) {
            None => audited.find(place, "it has entries and no row in `chains`"),
            Some(_) if walk.has_gap => {}
            Some((size, _, _, _)) if size != head.size => {
                audited.find(place, format!("its row says {size} entries; there are {}", head.size));
            }
            Some((_, last, root, frontier)) => {
                if last != head.hash || root != head.root || frontier != walk.frontier.to_bytes() {
                    audited.find(place, "its row has another head or tree than its entries lead to");
                }
            }
        }
    }
    for (chain, (size, ..)) in stated.into_iter().filter(|(_, (size, ..))| *size > 0) {
        audited.find(format!("chain {chain}"), format!("its row says {size} entries; there are none"));
    }
    Ok(())
}

/// Holds the stored subtrees of a chain against those of its entries.
async fn tiles(view: &mut Transaction, chain: u32, walk: &mut Walk, audited: &mut Audited) -> Result<()> {
    if walk.has_gap {
        return Ok(());
    }
    let place = |level: u8, number: u64| format!("chain {chain}, subtree {number} of level {level}");
    let sql = Sql::from("SELECT level, number, hash FROM tiles WHERE chain = $1");
    for row in view.fetch("reading tiles", sql, values![chain]).await? {
        let (level, number) = (u8::try_from(row.count(0)?).unwrap_or(u8::MAX), row.count(1)?);
        match walk.tiles.remove(&(level, number)) {
            Some(hash) if hash == Hash(row.bytes(2)?) => {}
            Some(_) => audited.find(place(level, number), "it is not that of the entries below it"),
            None => audited.find(place(level, number), "the chain does not reach as far"),
        }
    }
    for (level, number) in walk.tiles.keys() {
        audited.find(place(*level, *number), "it is missing");
    }
    Ok(())
}
