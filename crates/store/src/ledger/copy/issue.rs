//! What verification finds.

use std::fmt;

use serde::Serialize;

use crate::ledger::Head;

/// The most issues that a report lists; reading stops there.
pub const MAX_ISSUES: usize = 100;

/// What is wrong at one place of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IssueKind {
    /// The first line is not as it was written.
    HeaderAltered,
    /// What an entry says is not what its hash was made of.
    BodyAltered,
    /// An entry's hash is not that of its body and of the hash before; the entry after it confirms the body.
    HashAltered,
    /// The text around a body, or the end of a line, is not as it was written.
    FramingBroken,
    /// Entries, or a checkpoint, are missing before this line.
    Missing,
    /// An entry or a checkpoint stands here again.
    Duplicated,
    /// An entry or a checkpoint stands here that belongs elsewhere.
    Reordered,
    /// The trailer knows nothing of this chain, or of its last entries.
    Unexpected,
    /// A checkpoint is not as it was written.
    CheckpointAltered,
    /// A checkpoint is whole and its signature is not the key's.
    CheckpointSignature,
    /// A checkpoint contradicts the entries before it, the checkpoint before it, or one that was kept elsewhere.
    CheckpointDiffers,
    /// The entries of a chain are not those of the trailer's head.
    HeadDiffers,
    /// The last line is not as it was written.
    TrailerAltered,
    /// The copy ends before its last line does.
    Truncated,
    /// Something follows the last line.
    AfterTrailer,
    /// A line is longer, or chains are more, than any copy has; reading stopped.
    TooLarge,
}

impl IssueKind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::HeaderAltered => "the first line was altered",
            Self::BodyAltered => "the body was altered",
            Self::HashAltered => "the hash was altered",
            Self::FramingBroken => "the text around the body was altered",
            Self::Missing => "missing before this line",
            Self::Duplicated => "stands here again",
            Self::Reordered => "out of its order",
            Self::Unexpected => "not counted by the trailer",
            Self::CheckpointAltered => "the checkpoint was altered",
            Self::CheckpointSignature => "the checkpoint's signature is not the key's",
            Self::CheckpointDiffers => "the checkpoint contradicts what was found",
            Self::HeadDiffers => "the entries do not lead to the trailer's head",
            Self::TrailerAltered => "the last line was altered",
            Self::Truncated => "the copy ends here, before its trailer does",
            Self::AfterTrailer => "something follows the trailer",
            Self::TooLarge => "longer or more than any copy has; reading stopped",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// What.
    pub kind: IssueKind,
    /// The line, from 1.
    pub line: u64,
    /// Where the line starts, in bytes from 0.
    pub offset: u64,
    /// The altered byte, where it could be told, in bytes from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
    /// The chain, where an entry or a head is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<u32>,
    /// The entry's position in its chain; of missing entries the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// How many entries or checkpoints are concerned.
    pub count: u64,
    /// The checkpoint's number, where one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<u64>,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} (at byte {}): ", self.line, self.offset)?;
        if let Some(chain) = self.chain {
            write!(f, "chain {chain}")?;
            match (self.sequence, self.count) {
                (Some(first), 2..) => write!(f, ", entries {first} to {}", first.saturating_add(self.count - 1))?,
                (Some(sequence), _) => write!(f, ", entry {sequence}")?,
                (None, _) => {}
            }
            f.write_str(": ")?;
        }
        if let Some(number) = self.checkpoint {
            write!(f, "checkpoint {number}: ")?;
        }
        f.write_str(self.kind.words())?;
        self.byte.map_or(Ok(()), |byte| write!(f, ", at byte {byte}"))
    }
}

/// What a copy holds, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// The ledger's own name, where the first line could be read.
    pub origin: Option<String>,
    /// Entries whose hashes follow from the entries before them.
    pub entries: u64,
    /// Entries that nothing could be said of, because the one before is missing.
    pub unverified: u64,
    /// Checkpoints that are whole.
    pub checkpoints: u64,
    /// Checkpoints whose signature was checked and is the key's.
    pub signatures: u64,
    /// Entries that the last of those gathers. Without a key, without a checkpoint: none, and then nobody vouches for the copy.
    pub signed_entries: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// How far each chain came. The root is that of the entries found; zeros where entries are missing.
    pub heads: Vec<Head>,
    /// By line; at most [`MAX_ISSUES`].
    pub issues: Vec<Issue>,
    /// Whether reading stopped before the end because of the number of issues.
    pub stopped: bool,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.issues.is_empty()
    }
}
