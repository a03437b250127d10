//! What is counted of the lake.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge};

use crate::operations::metrics::Metrics;

/// What is counted of the lake.
#[derive(Debug, Clone, Default)]
pub(super) struct LakeMetrics {
    decisions: Counter,
    files: Family<Reason, Counter>,
    bytes: Counter,
    waiting: Gauge,
    to_erase: Gauge,
}

/// Why a file was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

impl LakeMetrics {
    pub(super) fn register(metrics: &Metrics) -> Self {
        let this = Self::default();
        metrics.register_with(|registry| {
            registry.register("lake_decisions", "Decisions written to the lake", this.decisions.clone());
            let help = "Files written to the lake: new, or again for an erasure";
            registry.register("lake_files", help, this.files.clone());
            registry.register("lake_bytes", "Bytes written to the lake", this.bytes.clone());
            let help = "Decisions that are in no written file of the lake yet";
            registry.register("lake_waiting_decisions", help, this.waiting.clone());
            let help = "Decisions in files of the lake that are to be written again for an erasure";
            registry.register("lake_erasing_decisions", help, this.to_erase.clone());
        });
        this
    }

    pub(super) fn written(&self, written: &lake::Written, again: bool) {
        if !again {
            self.decisions.inc_by(written.decisions);
        }
        self.files.get_or_create(&Reason { reason: if again { "erasure" } else { "new" } }).inc();
        self.bytes.inc_by(written.bytes);
    }

    pub(super) fn measured(&self, waiting: u64, to_erase: u64) {
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        self.to_erase.set(i64::try_from(to_erase).unwrap_or(i64::MAX));
    }
}
