//! What a drill proved, and how long it took.

use std::time::Duration;

use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::cluster::Origin;

/// What a drill proved. Times in seconds.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    source: String,
    restored: String,
    from: String,
    /// How old what came back was when the drill began: what would have been lost.
    loss: Option<i64>,
    pub(super) restored_after: Option<u64>,
    pub(super) answered_after: Option<u64>,
    pub(super) checked_after: Option<u64>,
    /// From the beginning to the check's end: after that long it would serve again.
    recovery: Option<u64>,
    /// What the check printed.
    pub(super) check: Vec<String>,
    proven: bool,
    /// Why it is not proven.
    why: Option<String>,
    /// What could not be taken down.
    pub(super) left: Option<String>,
}

impl Report {
    /// One in which nothing has happened.
    pub(super) fn new(source: &str, restored: &str, origin: &Origin) -> Self {
        let at = OffsetDateTime::parse(origin.at(), &Rfc3339).ok();
        Self {
            source: source.to_owned(),
            restored: restored.to_owned(),
            from: origin.describe(),
            loss: at.map(|at| (OffsetDateTime::now_utc() - at).whole_seconds().max(0)),
            restored_after: None,
            answered_after: None,
            checked_after: None,
            recovery: None,
            check: Vec::new(),
            proven: false,
            why: None,
            left: None,
        }
    }

    pub(super) fn settle(&mut self, done: Result<(), String>, took: Duration) {
        match done {
            Ok(()) => (self.proven, self.recovery) = (true, Some(took.as_secs())),
            Err(why) => self.why = Some(why),
        }
    }

    /// Whether the backup came back, and nothing of the drill stands.
    pub(crate) fn is_well(&self) -> bool {
        self.proven && self.left.is_none()
    }

    /// For a terminal.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut time = |what: &str, seconds: Option<u64>| {
            lines.extend(seconds.map(|seconds| format!("{what} after {seconds} s")));
        };
        time("restored", self.restored_after);
        time("answers", self.answered_after);
        time("checked", self.checked_after);
        lines.extend(self.check.iter().cloned());
        let age = self.loss.map_or_else(|| "of unknown age".to_owned(), |loss| format!("{loss} s old"));
        lines.push(match (&self.why, self.recovery) {
            (None, Some(recovery)) => format!(
                "PROVEN: {} comes back from its {}: {age} (RPO), checked after {recovery} s (RTO)",
                self.source, self.from
            ),
            (why, _) => format!(
                "NOT PROVEN: {} from its {} ({age}): {}",
                self.source,
                self.from,
                why.as_deref().unwrap_or("no reason is known")
            ),
        });
        lines.push(match &self.left {
            None => format!("{} is taken down", self.restored),
            Some(left) => left.clone(),
        });
        lines
    }
}
