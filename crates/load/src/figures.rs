//! What a run showed.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use crate::Histogram;

/// What a run showed.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    /// Time from when a request was due to its answer; of answers below 400.
    pub latency: Histogram,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests that led to no answer, by what happened.
    pub failures: BTreeMap<String, u64>,
    /// Answers of 429 and 503 that do not say when to come again.
    pub without_retry_after: u64,
    /// How long it ran.
    pub took: Duration,
}

/// The figures as JSON: times in milliseconds.
#[derive(Serialize)]
struct Shown<'f> {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
    max_ms: f64,
    statuses: &'f BTreeMap<u16, u64>,
    failures: &'f BTreeMap<String, u64>,
}

impl Figures {
    /// Answers below 400, a second.
    #[must_use]
    pub fn per_second(&self) -> f64 {
        self.latency.count() as f64 / self.took.as_secs_f64()
    }

    /// The share `q` of the answers took no longer, in milliseconds.
    #[must_use]
    pub fn millis(&self, q: f64) -> f64 {
        self.latency.quantile(q).as_secs_f64() * 1e3
    }

    /// Requests that were not answered, or with 400 and above.
    #[must_use]
    pub fn failed(&self) -> u64 {
        let refused = self.statuses.iter().filter(|(status, _)| **status >= 400).map(|(_, count)| count);
        refused.chain(self.failures.values()).sum()
    }

    /// Adds what another connection saw.
    pub(crate) fn add(&mut self, other: &Self) {
        self.latency.add(&other.latency);
        other.statuses.iter().for_each(|(status, count)| *self.statuses.entry(*status).or_default() += count);
        other.failures.iter().for_each(|(failure, count)| *self.failures.entry(failure.clone()).or_default() += count);
        self.without_retry_after += other.without_retry_after;
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let shown = Shown {
            per_second: self.per_second(),
            p50_ms: self.millis(0.5),
            p99_ms: self.millis(0.99),
            p999_ms: self.millis(0.999),
            max_ms: self.latency.greatest().as_secs_f64() * 1e3,
            statuses: &self.statuses,
            failures: &self.failures,
        };
        serde_json::to_string(&shown).unwrap_or_default()
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.0} a second; p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, greatest {:.1} ms; statuses {:?}",
            self.per_second(),
            self.millis(0.5),
            self.millis(0.99),
            self.millis(0.999),
            self.latency.greatest().as_secs_f64() * 1e3,
            self.statuses
        )?;
        if self.failures.is_empty() { Ok(()) } else { write!(f, "; without an answer {:?}", self.failures) }
    }
}
