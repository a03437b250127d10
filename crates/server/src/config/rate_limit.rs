//! Requests a second.

use super::Source;
use super::source::Spec;

/// Requests a second.
#[derive(Debug, Clone)]
pub struct RateLimit {
    /// Requests a second of one API key or session; 0 is no limit.
    pub per_key: u32,
    /// Requests a second of one address without credentials; 0 is no limit.
    pub per_address: u32,
    /// How many seconds' worth may come at once.
    pub burst_seconds: u32,
}

impl RateLimit {
    pub(super) fn read(from: &mut Source) -> Self {
        let per_key = Spec {
            name: "PLIMSOLL_RATE_LIMIT_KEY",
            default: "0",
            meaning: "requests a second of one API key or session; 0 is no limit",
        };
        let per_address = Spec {
            name: "PLIMSOLL_RATE_LIMIT_ADDRESS",
            default: "100",
            meaning: "requests a second of one address without credentials; 0 is no limit",
        };
        let burst = Spec {
            name: "PLIMSOLL_RATE_BURST_SECONDS",
            default: "2",
            meaning: "how many seconds' worth of requests may come at once",
        };
        let number = |from: &mut Source, spec, range| u32::try_from(from.count(spec, range)).unwrap_or(u32::MAX);
        Self {
            per_key: number(from, per_key, 0..=10_000_000),
            per_address: number(from, per_address, 0..=10_000_000),
            burst_seconds: number(from, burst, 1..=3_600),
        }
    }
}
