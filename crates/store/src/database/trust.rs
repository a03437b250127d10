//! Which connections to a server are still believed in, and how long its answers may take.
//!
//! After a failover the writer's name leads to another server, while old connections may still lead to the one before:
//! it answers what is read and refuses what is written, or it says nothing any more. One such answer makes every
//! connection that is older suspect: none of them is used again, and new ones ask for the name's address anew.

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection as _, PgConnection};

/// How long a connection that nobody uses may take to say that it is there.
const PING: Duration = Duration::from_secs(2);
/// SQLSTATE of a server that only reads: a replica, or one that was the writer before.
const READ_ONLY: &str = "25006";

/// Something that was asked of PostgreSQL, and how it ended.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseCall {
    /// `connect`, `statement`, `begin` or `commit`.
    pub operation: &'static str,
    /// Whether the server did its part. Data that it refused, it refused as it should.
    pub succeeded: bool,
    /// How long it took; of `connect`, the wait for a free connection.
    pub took: Duration,
}

/// Who is told of calls. Cheap to clone.
#[derive(Clone)]
pub struct DatabaseObserver(Arc<dyn Fn(DatabaseCall) + Send + Sync>);

impl DatabaseObserver {
    /// One that is told of every call; it must not block.
    pub fn new(observe: impl Fn(DatabaseCall) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl fmt::Debug for DatabaseObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseObserver")
    }
}

/// What is known of the connections to one server.
pub(super) struct Trust {
    began: Instant,
    /// Microseconds after `began`: connections that were opened before then are not used again.
    lost: AtomicU64,
    observer: Option<DatabaseObserver>,
}

impl Trust {
    pub(super) fn new(observer: Option<DatabaseObserver>) -> Self {
        Self { began: Instant::now(), lost: AtomicU64::new(0), observer }
    }

    /// Does a piece of work that waits for the server, for so long at most.
    pub(super) async fn keep<T>(
        &self,
        operation: &'static str,
        most: Duration,
        work: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let began = Instant::now();
        let outcome = match tokio::time::timeout(most, work).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let said = format!("PostgreSQL did not answer within {most:?}");
                Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, said)))
            }
        };
        let fault = outcome.as_ref().err().map_or(Fault::None, Fault::of);
        if fault == Fault::Peer {
            self.doubt();
        }
        if let Some(DatabaseObserver(observe)) = &self.observer {
            observe(DatabaseCall { operation, succeeded: fault == Fault::None, took: began.elapsed() });
        }
        outcome
    }

    /// Whether a connection of the pool can be used: none that leads to a server which is not the one any more, and none
    /// that says nothing.
    pub(super) async fn allows(&self, connection: &mut PgConnection, age: Duration) -> bool {
        self.is_trusted(age) && matches!(tokio::time::timeout(PING, connection.ping()).await, Ok(Ok(())))
    }

    fn is_trusted(&self, age: Duration) -> bool {
        micros(self.began.elapsed().saturating_sub(age)) >= self.lost.load(Ordering::Relaxed)
    }

    fn doubt(&self) {
        self.lost.fetch_max(micros(self.began.elapsed()) + 1, Ordering::Relaxed);
    }
}

/// What an error says about who is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nobody, as far as the server goes.
    None,
    /// The server or the way to it, for now.
    Server,
    /// Whoever is at the other end is not the one to ask: other connections may lead there too.
    Peer,
}

impl Fault {
    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refused) => match refused.code().as_deref() {
                Some(READ_ONLY) => Self::Peer,
                // Connection exceptions, too little of something, an operator's intervention, an error of the system.
                Some(code) if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Self::Server,
                _ => Self::None,
            },
            sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Self::Peer,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => Self::Server,
            _ => Self::None,
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn silence_makes_older_connections_suspect_and_newer_ones_not() {
        let trust = Trust::new(None);
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(trust.is_trusted(Duration::from_millis(2)));
        let silent = trust.keep("statement", Duration::from_millis(1), std::future::pending::<sqlx::Result<()>>());
        assert!(silent.await.unwrap_err().to_string().contains("did not answer within"));
        assert!(!trust.is_trusted(Duration::from_millis(2)));
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(trust.is_trusted(Duration::from_millis(1)));
    }

    #[tokio::test]
    async fn an_observer_is_told_who_failed() {
        let told = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let trust = Trust::new(Some(DatabaseObserver::new(move |call| {
            heard.lock().unwrap().push((call.operation, call.succeeded));
        })));
        let most = Duration::from_secs(1);
        let _ = trust.keep("begin", most, async { Ok(()) }).await;
        let _ = trust.keep("statement", most, async { Err::<(), _>(sqlx::Error::RowNotFound) }).await;
        let _ = trust.keep("commit", most, async { Err::<(), _>(sqlx::Error::PoolTimedOut) }).await;
        assert_eq!(*told.lock().unwrap(), [("begin", true), ("statement", true), ("commit", false)]);
        assert!(trust.is_trusted(Duration::ZERO));
    }
}
