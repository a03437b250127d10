//! The link to Redis or Valkey: asked quickly or not at all.
//!
//! Whatever asks has another way. An answer that takes longer than [`PATIENCE`] counts as none; after one that did not
//! come, nobody asks for [`PAUSE`], and then one request tries. Lost and found again are each logged once.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::RedisResult;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::config::Secret;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(80);
/// How long nobody asks after an answer did not come.
const PAUSE: Duration = Duration::from_millis(500);

/// The link to Redis or Valkey.
pub(crate) struct RedisLink {
    url: Secret,
    connection: OnceLock<Option<ConnectionManager>>,
    began: Instant,
    /// Milliseconds since `began` before which nobody asks.
    quiet_until: AtomicU64,
    is_lost: AtomicBool,
}

impl RedisLink {
    /// A link that connects when it is first used.
    pub(crate) fn new(url: Secret) -> Self {
        let (connection, is_lost) = (OnceLock::new(), AtomicBool::new(false));
        Self { url, connection, began: Instant::now(), quiet_until: AtomicU64::new(0), is_lost }
    }

    /// Asks; none where no answer comes in time.
    pub(crate) async fn ask<T, F>(&self, question: impl FnOnce(ConnectionManager) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let now = self.now();
        let quiet_until = self.quiet_until.load(Ordering::Relaxed);
        if now < quiet_until {
            return None;
        }
        if self.is_lost.load(Ordering::Relaxed) && !self.is_the_one_to_try(quiet_until, now) {
            return None;
        }
        let connection = self.connection.get_or_init(|| connect(&self.url)).clone()?;
        match tokio::time::timeout(PATIENCE, question(connection)).await {
            Ok(Ok(answer)) => {
                if self.is_lost.swap(false, Ordering::Relaxed) {
                    self.quiet_until.store(0, Ordering::Relaxed);
                    tracing::info!("Redis answers again: limits and locks are shared again");
                }
                Some(answer)
            }
            Ok(Err(error)) => self.lose(&error.category()),
            Err(_) => self.lose(&"no answer in time"),
        }
    }

    fn is_the_one_to_try(&self, quiet_until: u64, now: u64) -> bool {
        let next = now + millis(PAUSE);
        self.quiet_until.compare_exchange(quiet_until, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn lose<T>(&self, why: &dyn fmt::Display) -> Option<T> {
        self.quiet_until.store(self.now() + millis(PAUSE), Ordering::Relaxed);
        if !self.is_lost.swap(true, Ordering::Relaxed) {
            tracing::warn!(%why, "Redis does not answer: each instance keeps limits and locks by itself until it does");
        }
        None
    }

    fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn connect(url: &Secret) -> Option<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(10))
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(PATIENCE));
    let opened =
        redis::Client::open(url.expose()).and_then(|client| ConnectionManager::new_lazy_with_config(client, config));
    // The error may quote the URL, which may hold a password.
    opened
        .map_err(|error| {
            tracing::error!(
                why = error.category(),
                "the URL of Redis cannot be used; limits and locks stay in the process"
            )
        })
        .ok()
}

impl fmt::Debug for RedisLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLink").field("is_lost", &self.is_lost).finish_non_exhaustive()
    }
}
