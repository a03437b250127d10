//! What a connection is doing, and whether it has been at it for too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::config::Limits;

/// What a connection is doing. Shared by its stream, its requests and its watch.
#[derive(Debug)]
pub(super) struct Activity {
    opened: Instant,
    /// Requests whose answers have not been handed over whole.
    in_work: AtomicUsize,
    /// Whether requests come interleaved, so that bytes do not mean a request's headers.
    multiplexed: AtomicBool,
    /// When it was last at work.
    quiet_since: AtomicU64,
    /// When the first byte of the request now arriving came; 0 for none.
    reading_since: AtomicU64,
    /// Since when the client takes nothing of what is to be written; 0 while it does.
    stuck_since: AtomicU64,
}

/// What is to become of a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing; look again after this time.
    Keep(Duration),
    /// End it in order: it has nothing to do.
    Retire,
    /// Drop it: it keeps the service waiting.
    Drop(&'static str),
}

impl Activity {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            opened: Instant::now(),
            in_work: AtomicUsize::new(0),
            multiplexed: AtomicBool::new(false),
            quiet_since: AtomicU64::new(0),
            reading_since: AtomicU64::new(0),
            stuck_since: AtomicU64::new(0),
        })
    }

    /// Milliseconds since it was opened, and never 0.
    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    /// Bytes came.
    pub(super) fn read(&self) {
        if self.in_work.load(Relaxed) == 0 && self.reading_since.load(Relaxed) == 0 {
            self.reading_since.store(self.now(), Relaxed);
        }
    }

    /// Bytes went, or could not.
    pub(super) fn wrote(&self, went: bool) {
        let since = self.stuck_since.load(Relaxed);
        if went && since != 0 {
            self.stuck_since.store(0, Relaxed);
        } else if !went && since == 0 {
            self.stuck_since.store(self.now(), Relaxed);
        }
    }

    /// A request's headers are complete; it is in work until what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>, multiplexed: bool) -> InWork {
        self.in_work.fetch_add(1, Relaxed);
        self.multiplexed.store(multiplexed, Relaxed);
        self.reading_since.store(0, Relaxed);
        InWork(self.clone())
    }

    /// What is to become of the connection now.
    pub(super) fn judge(&self, limits: &Limits) -> Verdict {
        self.judge_at(self.now(), limits)
    }

    fn judge_at(&self, now: u64, limits: &Limits) -> Verdict {
        let left = |since: u64, limit: Duration| limit.checked_sub(Duration::from_millis(now.saturating_sub(since)));
        let soon = limits.header_time.min(limits.idle_time);
        let stuck = self.stuck_since.load(Relaxed);
        if stuck != 0 && left(stuck, limits.idle_time).is_none() {
            return Verdict::Drop("the client takes no answer");
        }
        if self.in_work.load(Relaxed) > 0 {
            return Verdict::Keep(soon);
        }
        let reading = self.reading_since.load(Relaxed);
        let header = (reading != 0 && !self.multiplexed.load(Relaxed)).then(|| left(reading, limits.header_time));
        match (header, left(self.quiet_since.load(Relaxed), limits.idle_time)) {
            (Some(None), _) => Verdict::Drop("headers take too long"),
            (Some(Some(left)), _) => Verdict::Keep(left),
            (None, None) => Verdict::Retire,
            (None, Some(left)) => Verdict::Keep(left.min(soon)),
        }
    }
}

/// A request in work.
#[derive(Debug)]
pub(super) struct InWork(Arc<Activity>);

impl Drop for InWork {
    fn drop(&mut self) {
        self.0.quiet_since.store(self.0.now(), Relaxed);
        self.0.in_work.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn slow_headers_are_dropped_and_idleness_retired() {
        let mut limits = Config::default().limits;
        (limits.header_time, limits.idle_time) = (Duration::from_secs(10), Duration::from_secs(75));
        let activity = Activity::new();
        assert_eq!(activity.judge_at(1, &limits), Verdict::Keep(Duration::from_secs(10)));
        activity.read();
        assert_eq!(activity.judge_at(20_000, &limits), Verdict::Drop("headers take too long"));
        let request = activity.begin(false);
        assert_eq!(activity.judge_at(1_000_000, &limits), Verdict::Keep(Duration::from_secs(10)), "at work");
        activity.wrote(false);
        assert_eq!(activity.judge_at(1_000_000, &limits), Verdict::Drop("the client takes no answer"));
        activity.wrote(true);
        drop(request);
        assert!(matches!(activity.judge_at(70_000, &limits), Verdict::Keep(_)));
        assert_eq!(activity.judge_at(80_000, &limits), Verdict::Retire);
        drop(activity.begin(true));
        activity.read();
        assert_eq!(activity.judge_at(80_000, &limits), Verdict::Retire, "pings are not headers");
    }
}
