//! The ledger checked while it is served from, in steps: entries of a chain against their hashes, checkpoints against their
//! signatures, one another, and the entries that they end with. What only the whole can show (trees, rows of scores) is
//! [`crate::Audit`]'s.

use crate::{
    Error, Finding, Position, Result, Store,
    database::{Session, Sql, values},
    entries::{entries_of, entry},
    ledger::{Checkpoint, Hash, Opening, entry_hash},
};

/// What a step looked at, and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Entries or checkpoints that were read.
    pub read: u64,
    /// Where the next step begins; absent where nothing is left.
    pub next: Option<u64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Checked {
    fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.findings.push(Finding { place: place.into(), problem: problem.into() });
    }
}

impl Store {
    /// Checks entries of a chain from a place on, at most `limit`: that none is missing, and that each one's hash is that of
    /// its body and of the entry before it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn check_entries(&self, chain: u32, from: u64, limit: usize) -> Result<Checked> {
        // One view: a replica may be behind, and must not be held against what it does not have yet.
        let mut view = self.database.report_view().await?;
        let sql = Sql::from("SELECT size FROM chains WHERE chain = $1");
        let row = view.fetch_optional("reading a chain", sql, values![i64::from(chain)]).await?;
        let size = row.map_or(Ok(0), |row| row.count(0))?;
        let mut previous = match from.checked_sub(1) {
            None => Hash::ZERO,
            Some(sequence) => entry(&mut view, Position { chain, sequence }).await?.hash,
        };
        let entries = entries_of(&mut view, chain, from, limit).await?;
        let mut checked = Checked { read: entries.len() as u64, next: None, findings: Vec::new() };
        let mut expected = from;
        for entry in &entries {
            let place = format!("chain {chain}, entry {}", entry.sequence);
            if entry.sequence != expected {
                let missing = entry.sequence.saturating_sub(expected);
                checked.find(&place, format!("{missing} entries before it are missing"));
            } else if entry_hash(&previous, entry.body.as_bytes()) != entry.hash {
                checked.find(&place, "it was altered: its hash is not that of what it says and of the entry before");
            }
            let says = |opening: Opening<'_>| (opening.chain, opening.sequence) == (chain, entry.sequence);
            if !Opening::parse(entry.body.as_bytes()).is_ok_and(says) {
                checked.find(&place, "its body does not say that it is this entry");
            }
            (expected, previous) = (entry.sequence.saturating_add(1), entry.hash);
        }
        if expected < size {
            if entries.is_empty() {
                let problem = format!("its row says {size} entries; those from {expected} on are missing");
                checked.find(format!("chain {chain}"), problem);
            } else {
                checked.next = Some(expected);
            }
        }
        Ok(checked)
    }

    /// Checks checkpoints, the latest first, beginning before a number, at most `limit`: signatures, that each follows the
    /// one before it, and that the entries it ends with are the ledger's.
    ///
    /// # Errors
    /// Those of the database; [`Error::Keyring`] where the key cannot be had.
    pub async fn check_checkpoints(&self, before: Option<u64>, limit: u32) -> Result<Checked> {
        // One more than is checked: the last one must follow it.
        let found = self.checkpoints(before, limit.saturating_add(1)).await?;
        let mut checked = Checked { read: 0, next: None, findings: Vec::new() };
        for (place, checkpoint) in found.iter().take(limit as usize).enumerate() {
            let number = checkpoint.signed.statement.number;
            checked.read += 1;
            checked.findings.extend(self.check_checkpoint(checkpoint).await?);
            match found.get(place + 1) {
                Some(earlier) => {
                    if let Err(error) = checkpoint.check_follows(earlier) {
                        checked.find(format!("checkpoint {number}"), error.to_string());
                    }
                }
                None if number != 0 => {
                    checked.find(format!("checkpoint {number}"), "the checkpoints before it are missing");
                }
                None => {}
            }
        }
        if found.len() > limit as usize {
            checked.next = found.iter().take(limit as usize).next_back().map(|last| last.signed.statement.number);
        }
        Ok(checked)
    }

    /// Checks one checkpoint: its signature, and that the last entry of each chain that it names is the ledger's.
    ///
    /// # Errors
    /// Those of the database; [`Error::Keyring`] where the key cannot be had.
    pub async fn check_checkpoint(&self, checkpoint: &Checkpoint) -> Result<Vec<Finding>> {
        let place = format!("checkpoint {}", checkpoint.signed.statement.number);
        let mut findings = Vec::new();
        let mut find = |problem: String| findings.push(Finding { place: place.clone(), problem });
        if let Err(error) = checkpoint.verify(&self.public_key()?) {
            find(error.to_string());
        }
        for head in &checkpoint.heads {
            let Some(sequence) = head.size.checked_sub(1) else { continue };
            match self.entry(Position { chain: head.chain, sequence }).await {
                Ok(entry) if entry.hash == head.hash => {}
                Ok(_) => find(format!("it has another hash for entry {sequence} of chain {}", head.chain)),
                Err(Error::NotFound { .. }) => {
                    find(format!(
                        "it says that chain {} had {} entries; they are not all there",
                        head.chain, head.size
                    ));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(findings)
    }
}
