//! What an audit finds.

use std::fmt;

use serde::Serialize;

use crate::ledger::Head;

/// Findings that are listed; more are counted.
pub const MAX_FINDINGS: usize = 100;

/// Something that cannot be as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where: a file, a table, an entry.
    pub place: String,
    /// What is wrong.
    pub problem: String,
}

/// What an audit looked at, and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// Entries that were read.
    pub entries: u64,
    /// Scores that have a row and an entry that agree.
    pub scores: u64,
    /// Checkpoints that were read.
    pub checkpoints: u64,
    /// Checkpoints whose signature was checked and is the key's.
    pub signatures: u64,
    /// How far each chain came, as its entries say.
    pub heads: Vec<Head>,
    /// What is wrong; at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How much is wrong in all.
    pub found: u64,
}

impl Audited {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.found == 0
    }

    pub(super) fn find(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { place: place.into(), problem: problem.into() });
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}
