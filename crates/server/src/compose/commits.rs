//! What is measured of the store's commits.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Unit;
use store::Commit;

use crate::operations::metrics::Metrics;

/// Seconds, from a quarter of a millisecond: what a disk or a database across a network takes.
const SECONDS: [f64; 12] = [0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 2.0];
/// Changes that one commit took.
const CHANGES: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// What is measured of the store's commits. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Commits {
    changes: Counter,
    seconds: Histogram,
    batches: Histogram,
}

impl Default for Commits {
    fn default() -> Self {
        let (seconds, batches) = (Histogram::new(SECONDS), Histogram::new(CHANGES));
        Self { changes: Counter::default(), seconds, batches }
    }
}

impl Commits {
    pub(super) fn observe(&self, commit: Commit) {
        // A commit takes hundreds of changes, not billions.
        self.changes.inc_by(commit.changes as u64);
        self.batches.observe(commit.changes as f64);
        self.seconds.observe(commit.took.as_secs_f64());
    }

    pub(super) fn register(&self, metrics: &Metrics) {
        metrics.register("store_changes", "Changes that the store recorded", self.changes.clone());
        metrics.register("store_commit_changes", "Changes that one commit recorded", self.batches.clone());
        let help = "Time that a commit took, from its first statement to the disk";
        metrics.register_with(|registry| {
            registry.register_with_unit("store_commit", help, Unit::Seconds, self.seconds.clone());
        });
    }
}
