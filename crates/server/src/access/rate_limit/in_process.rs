//! Counted in this process.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, QuantaClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota as Cells, RateLimiter};

use super::{Count, Quota, Subject};

/// Requests after which those who have not called for a while are forgotten.
const SWEEP: u32 = 65_536;

type Limiter = RateLimiter<Subject, DashMapStateStore<Subject>, QuantaClock, StateInformationMiddleware>;

#[derive(Debug)]
pub(super) struct InProcess {
    limiter: Limiter,
    since_swept: AtomicU32,
}

impl InProcess {
    /// None where there is no limit.
    pub(super) fn new(quota: &Quota) -> Option<Self> {
        let cells = Cells::per_second(NonZeroU32::new(quota.rate)?).allow_burst(NonZeroU32::new(quota.burst)?);
        let limiter = RateLimiter::dashmap(cells).with_middleware::<StateInformationMiddleware>();
        Some(Self { limiter, since_swept: AtomicU32::new(0) })
    }

    pub(super) fn take(&self, _: &Quota, subject: Subject) -> Count {
        if self.since_swept.fetch_add(1, Ordering::Relaxed) == SWEEP {
            self.since_swept.store(0, Ordering::Relaxed);
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(&subject) {
            Ok(state) => Count { remaining: state.remaining_burst_capacity(), wait: None },
            Err(until) => Count { remaining: 0, wait: Some(until.wait_time_from(self.limiter.clock().now())) },
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_caller_has_a_burst_of_its_own() {
        let quota = Quota { name: "key", rate: 1, burst: 3, window: 3 };
        let limit = InProcess::new(&quota).expect("a limit");
        let of = |id| Subject::Caller(store::Actor::Key(Uuid::from_u128(id)));
        let taken: Vec<_> = (0..4).map(|_| limit.take(&quota, of(1))).collect();
        assert_eq!(taken.iter().map(|count| count.remaining).collect::<Vec<_>>(), [2, 1, 0, 0]);
        assert!(taken[2].wait.is_none() && taken[3].wait.is_some());
        assert!(limit.take(&quota, of(2)).wait.is_none());
    }
}
