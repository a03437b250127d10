//! What a policy decides about one application.

use serde::{Deserialize, Serialize};

use super::Decision;

/// The outcome of one decision. Indices point into the policy; reuse one value to allocate little.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyOutcome {
    /// The strongest of what the score and the rules decide: decline beats refer, refer beats approve.
    pub decision: Decision,
    /// Which part of the system decided: where the reasons come from.
    pub decided_by: DecidedBy,
    /// Index of the band of scores that applied.
    pub band: u32,
    /// The rules that fired, in document order.
    pub fired: Vec<FiredRule>,
}

impl Default for PolicyOutcome {
    fn default() -> Self {
        Self { decision: Decision::Refer, decided_by: DecidedBy::Score, band: 0, fired: Vec::new() }
    }
}

/// Which part of a combined system led to the decision (12 CFR 1002.9, comment 9(b)(2)-7: the reasons are those of the
/// part that failed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The band of the score; no rule fired that is as strong.
    Score,
    /// A rule; the score alone would have been milder.
    Rules,
    /// Each of them alone.
    Both,
}

/// A rule that fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct FiredRule {
    /// Index of the rule in the policy.
    pub rule: u32,
    /// What it leads to.
    pub decision: Decision,
    /// Whether it fired because its expression has no value for this application.
    pub unknown: bool,
}
