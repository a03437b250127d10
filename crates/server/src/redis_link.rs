//! The link to Redis or Valkey: asked quickly or not at all.
//!
//! Whatever asks has another way. An answer that takes longer than [`PATIENCE`] counts as none; after one that did not
//! come, nobody asks for [`PAUSE`], and then one request tries. Where none comes for [`STALE`], the connection is given up
//! for a new one: after a failover the name leads elsewhere. Lost and found again are each logged once.

mod connection;
mod credentials;
mod settings;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use redis::{ErrorKind, RedisError, RedisResult};

pub(crate) use self::connection::Connection;
pub(crate) use self::settings::LinkSettings;
use crate::config::Redis;
use crate::operations::metrics::Dependencies;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(80);
/// How long nobody asks after an answer did not come.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a connection may give no answer before it is given up.
const STALE: Duration = Duration::from_secs(2);

/// A connection that is there, or is being made.
type Opening = Shared<BoxFuture<'static, RedisResult<Connection>>>;

/// The link to Redis or Valkey.
pub(crate) struct RedisLink {
    settings: LinkSettings,
    connection: Mutex<Option<Opening>>,
    dependencies: Dependencies,
    began: Instant,
    /// Milliseconds since `began` before which nobody asks.
    quiet_until: AtomicU64,
    /// Milliseconds since `began` when the last answer came, or the connection was opened.
    last_heard: AtomicU64,
    is_lost: AtomicBool,
}

impl RedisLink {
    /// A link that connects at once, beside whatever goes on.
    pub(crate) fn new(settings: LinkSettings, dependencies: Dependencies) -> Self {
        let link = Self {
            settings,
            connection: Mutex::new(None),
            dependencies,
            began: Instant::now(),
            quiet_until: AtomicU64::new(0),
            last_heard: AtomicU64::new(0),
            is_lost: AtomicBool::new(false),
        };
        // Else with the first question.
        if tokio::runtime::Handle::try_current().is_ok() {
            drop(link.opening());
        }
        link
    }

    /// A link that signs in with what the URL says, where the settings name one that can be used.
    pub(crate) fn with_password(redis: &Redis, dependencies: &Dependencies) -> Option<Arc<Self>> {
        let settings = LinkSettings::of(redis, None);
        let settings = settings.unwrap_or_else(|error| {
            tracing::error!(%error, "limits and locks stay in the process");
            None
        })?;
        Some(Arc::new(Self::new(settings, dependencies.clone())))
    }

    /// Asks; none where no answer comes in time.
    pub(crate) async fn ask<T, F>(&self, question: impl FnOnce(Connection) -> F) -> Option<T>
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
        let opening = self.opening();
        let is_open = opening.peek().is_some();
        let asked = async move {
            let connection = opening.await?;
            question(connection).await
        };
        let began = Instant::now();
        let answer = tokio::time::timeout(PATIENCE, asked).await;
        if answer.is_err() && !is_open {
            // It is being opened: soon it answers, or says why not.
            self.be_quiet();
            return None;
        }
        self.dependencies.observe("redis", "evalsha", matches!(answer, Ok(Ok(_))), began.elapsed());
        match answer {
            Ok(Ok(answer)) => {
                self.last_heard.store(self.now(), Ordering::Relaxed);
                if self.is_lost.swap(false, Ordering::Relaxed) {
                    self.quiet_until.store(0, Ordering::Relaxed);
                    tracing::info!("Redis answers again: limits and locks are shared again");
                }
                Some(answer)
            }
            Ok(Err(error)) => self.lose(&shown(&error)),
            Err(_) => self.lose(&"no answer in time"),
        }
    }

    fn is_the_one_to_try(&self, quiet_until: u64, now: u64) -> bool {
        let next = now + millis(PAUSE);
        self.quiet_until.compare_exchange(quiet_until, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn lose<T>(&self, why: &dyn fmt::Display) -> Option<T> {
        self.be_quiet();
        self.give_up_what_is_stale();
        if !self.is_lost.swap(true, Ordering::Relaxed) {
            tracing::warn!(%why, "Redis does not answer: each instance keeps limits and locks by itself until it does");
        }
        None
    }

    fn be_quiet(&self) {
        self.quiet_until.store(self.now() + millis(PAUSE), Ordering::Relaxed);
    }

    /// The connection, or one that is being made now.
    fn opening(&self) -> Opening {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = || {
            self.last_heard.store(self.now(), Ordering::Relaxed);
            let opening = tokio::spawn(connection::open(self.settings.clone()));
            let opened = async move {
                opening.await.unwrap_or_else(|_| Err((ErrorKind::Io, "the connection was not opened").into()))
            };
            opened.boxed().shared()
        };
        connection.get_or_insert_with(begin).clone()
    }

    /// What could not be opened, or has not answered for long, is opened anew by the next question.
    fn give_up_what_is_stale(&self) {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let could_not_open = matches!(connection.as_ref().and_then(Opening::peek), Some(Err(_)));
        let is_stale = self.now().saturating_sub(self.last_heard.load(Ordering::Relaxed)) >= millis(STALE);
        if could_not_open || is_stale {
            *connection = None;
        }
    }

    fn now(&self) -> u64 {
        millis(self.began.elapsed())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Connects once and asks for a sign of life.
///
/// # Errors
/// Why there is no connection, or no answer.
pub(crate) async fn reach(settings: LinkSettings) -> Result<(), String> {
    let mut connection = connection::open(settings).await.map_err(|error| advised(&error))?;
    // A key that nobody has: what rate limits and locks may read, and a cluster knows the node of.
    let asked = redis::cmd("EXISTS").arg("plimsoll:check").query_async::<i64>(&mut connection).await;
    asked.map(drop).map_err(|error| advised(&error))
}

fn advised(error: &RedisError) -> String {
    let advice = match error.kind() {
        ErrorKind::AuthenticationFailed => "check user and password, or the role that signs in",
        ErrorKind::InvalidClientConfig => "check the URL",
        _ if error.is_timeout() || error.is_connection_refusal() => "check the address and the network's way there",
        _ if error.to_string().contains("certificate") => {
            "check the certificates that are trusted and the name in the URL"
        }
        _ => "the user may do this only with leave for EXISTS and the scripting commands",
    };
    format!("{}; {advice}", shown(error))
}

/// What a log may say of an error: one about the URL may quote it, and it may hold a password.
fn shown(error: &RedisError) -> String {
    match error.kind() {
        ErrorKind::InvalidClientConfig => error.category().to_owned(),
        _ => error.to_string(),
    }
}

impl fmt::Debug for RedisLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLink").field("is_lost", &self.is_lost).finish_non_exhaustive()
    }
}
