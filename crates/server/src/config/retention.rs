//! How long personal data is kept.

use std::time::Duration;

use super::Source;
use super::source::Spec;

/// How long personal data is kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Months until an application's key is destroyed. 25 is what Regulation B asks for (12 CFR 1002.12(b)(1)).
    pub months: u32,
    /// Whether anybody is erased for age at all.
    pub enabled: bool,
    /// How long an `Idempotency-Key` is remembered.
    pub requests: Duration,
    /// How long a batch that has ended is kept, with its results.
    pub batches: Duration,
}

impl Retention {
    pub(super) fn read(from: &mut Source) -> Self {
        let months = Spec {
            name: "PLIMSOLL_RETENTION_MONTHS",
            default: "25",
            meaning: "months until an application's personal data is destroyed",
        };
        let enabled = Spec {
            name: "PLIMSOLL_RETENTION",
            default: "on",
            meaning: "whether personal data is destroyed after that time; off keeps it for good",
        };
        let requests = Spec {
            name: "PLIMSOLL_IDEMPOTENCY_KEEP",
            default: "24h",
            meaning: "how long an Idempotency-Key is remembered",
        };
        let batches = Spec {
            name: "PLIMSOLL_BATCH_KEEP",
            default: "30d",
            meaning: "how long a batch that has ended is kept with its results; the scores stay",
        };
        Self {
            months: u32::try_from(from.count(months, 1..=1_200)).unwrap_or(25),
            enabled: from.choice(enabled, &[("on", true), ("off", false)], true),
            requests: from.duration(requests, Duration::from_secs(3_600)..=Duration::from_secs(90 * 86_400)),
            batches: from.duration(batches, Duration::from_secs(3_600)..=Duration::from_secs(3_650 * 86_400)),
        }
    }
}
