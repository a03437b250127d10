//! Callers whose credentials were looked up a moment ago: the hot path is a hash and a look into a map.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use store::{Actor, Moment, Session};

use super::Caller;

/// How long a look-up counts: what another instance revokes is refused here after this time at the latest.
const COUNTS: Duration = Duration::from_secs(5);
/// No more are kept.
const MOST: usize = 16_384;

/// Someone who was looked up.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) caller: Caller,
    /// The session, where it is one.
    pub(super) session: Option<std::sync::Arc<Session>>,
    /// When the credential ends by itself.
    pub(super) until: Option<Moment>,
}

/// Those who were looked up, by the hash of their credential.
#[derive(Debug, Default)]
pub(super) struct Cache {
    known: RwLock<HashMap<[u8; 32], (Known, Instant)>>,
    forgotten: AtomicU64,
}

impl Cache {
    /// Someone who was looked up a moment ago and may still call.
    pub(super) fn find(&self, hash: &[u8; 32]) -> Option<Known> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (found, ends) = known.get(hash)?;
        let counts = Instant::now() < *ends && found.until.is_none_or(|until| Moment::now() < until);
        counts.then(|| found.clone())
    }

    /// To be asked for before a look-up: what is forgotten meanwhile must not come back by it.
    pub(super) fn state(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    /// Keeps what a look-up found that began at this state.
    pub(super) fn keep(&self, hash: [u8; 32], found: Known, state: u64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if self.state() != state {
            return;
        }
        let now = Instant::now();
        if known.len() >= MOST {
            known.retain(|_, (_, ends)| now < *ends);
        }
        if known.len() < MOST {
            known.insert(hash, (found, now + COUNTS));
        }
    }

    /// Forgets all credentials of someone, at once.
    pub(super) fn forget(&self, actor: Actor) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        known.retain(|_, (found, _)| found.caller.actor() != actor);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::Scopes;

    fn known(id: u128, until: Option<Moment>) -> Known {
        Known { caller: Caller::key(Uuid::from_u128(id), Scopes::NONE), session: None, until }
    }

    #[test]
    fn what_is_forgotten_does_not_come_back() {
        let cache = Cache::default();
        let state = cache.state();
        cache.keep([1; 32], known(1, None), state);
        cache.keep([2; 32], known(2, None), state);
        cache.keep([3; 32], known(3, Some(Moment::from_micros(1))), state);
        assert!(cache.find(&[1; 32]).is_some() && cache.find(&[2; 32]).is_some());
        assert!(cache.find(&[3; 32]).is_none(), "out of time");
        cache.forget(Actor::Key(Uuid::from_u128(1)));
        assert!(cache.find(&[1; 32]).is_none() && cache.find(&[2; 32]).is_some());
        cache.keep([1; 32], known(1, None), state);
        assert!(cache.find(&[1; 32]).is_none(), "a look-up that began before");
    }
}
