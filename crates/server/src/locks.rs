//! Locks that expire: one request at a time for an idempotency key.
//!
//! A lock is taken in the process first and then, where there is a Redis, there too. When Redis does not answer, the
//! process's own lock is all there is: two instances may then do the same work at once, and the unique row in the database
//! still lets only one of them record it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::Script;
use uuid::Uuid;

use crate::redis_link::RedisLink;

/// Locks of this process, or of all that share a Redis. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Locks {
    held: Arc<Mutex<HashMap<String, (Uuid, Instant)>>>,
    redis: Option<Arc<RedisLink>>,
    /// Tells this process's locks from others' in Redis.
    process: Uuid,
}

/// A lock that is held. It is let go when this is dropped, and expires by itself.
#[derive(Debug)]
#[must_use = "dropped at once, it locks nothing"]
pub struct Guard {
    locks: Locks,
    key: String,
    token: Uuid,
    is_shared: bool,
}

/// Takes a lock that nobody has, or that this process has let go of although Redis does not know it yet: it holds the key
/// for itself before it asks.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1]) \
         if held and string.sub(held, 1, string.len(ARGV[1])) ~= ARGV[1] then return 0 end \
         redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3]) return 1",
    )
});

/// Deletes a lock only where it is still the same: it may have expired and be another's.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new("if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end")
});

impl Locks {
    pub(crate) fn new(redis: Option<Arc<RedisLink>>) -> Self {
        Self { held: Arc::default(), redis, process: Uuid::new_v4() }
    }

    /// Whether other instances see these locks: whether there is a Redis, though it may be gone for the moment.
    #[must_use]
    pub fn are_shared(&self) -> bool {
        self.redis.is_some()
    }

    /// Takes the lock of a key for at most `ttl`; none where another has it.
    pub async fn try_lock(&self, key: &str, ttl: Duration) -> Option<Guard> {
        let token = Uuid::new_v4();
        self.hold(key, token, ttl)?;
        // From here on a drop, of this future too, lets go.
        let mut guard = Guard { locks: self.clone(), key: key.to_owned(), token, is_shared: false };
        let Some(redis) = &self.redis else { return Some(guard) };
        let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
        let (key, process) = (name(key), self.process.to_string());
        // Even without an answer it may have been taken.
        guard.is_shared = true;
        let answer = redis.ask(|mut connection| async move {
            TAKE.key(key).arg(process).arg(token.to_string()).arg(millis).invoke_async::<bool>(&mut connection).await
        });
        if answer.await == Some(false) {
            guard.is_shared = false;
            return None;
        }
        Some(guard)
    }

    fn hold(&self, key: &str, token: Uuid, ttl: Duration) -> Option<()> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if held.get(key).is_some_and(|(_, ends)| now < *ends) {
            return None;
        }
        held.insert(key.to_owned(), (token, now.checked_add(ttl)?));
        Some(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        {
            let mut held = self.locks.held.lock().unwrap_or_else(PoisonError::into_inner);
            if held.get(&self.key).is_some_and(|(token, _)| *token == self.token) {
                held.remove(&self.key);
            }
        }
        let (true, Some(redis)) = (self.is_shared, self.locks.redis.clone()) else { return };
        let (key, token) = (name(&self.key), format!("{}{}", self.locks.process, self.token));
        // Without a runtime the process is ending, and the lock expires by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let released = redis.ask(|mut connection| async move {
                    RELEASE.key(key).arg(token).invoke_async::<u8>(&mut connection).await
                });
                released.await
            });
        }
    }
}

fn name(key: &str) -> String {
    format!("plimsoll:lock:{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_lock_is_held_once_and_until_it_is_dropped_or_expires() {
        let locks = Locks::new(None);
        let guard = locks.try_lock("a", LONG).await.expect("free");
        assert!(locks.try_lock("a", LONG).await.is_none());
        assert!(locks.try_lock("b", LONG).await.is_some());
        drop(guard);
        let expired = locks.try_lock("a", Duration::ZERO).await.expect("free again");
        let other = locks.try_lock("a", LONG).await.expect("expired");
        drop(expired);
        assert!(locks.try_lock("a", LONG).await.is_none(), "an expired guard does not let go of another's lock");
        drop(other);
        assert!(locks.held.lock().expect("not poisoned").is_empty());
    }
}
