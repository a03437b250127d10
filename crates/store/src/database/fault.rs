//! What is asked of PostgreSQL, and who is at fault where it fails.

use std::{fmt, io, sync::Arc, time::Duration};

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

    pub(super) fn tell(&self, call: DatabaseCall) {
        (self.0)(call);
    }
}

impl fmt::Debug for DatabaseObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseObserver")
    }
}

/// What an error says about who is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nobody, as far as the server goes.
    None,
    /// The server or the way to it, for now.
    Server,
    /// Whoever is at the other end is not the one to ask: other connections may lead there too.
    Peer,
}

impl Fault {
    pub(super) fn of(error: &sqlx::Error) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_the_peers_fault_and_data_nobodys() {
        let timed_out = sqlx::Error::Io(io::ErrorKind::TimedOut.into());
        let reset = sqlx::Error::Io(io::ErrorKind::ConnectionReset.into());
        let faults = [timed_out, reset, sqlx::Error::PoolTimedOut, sqlx::Error::RowNotFound].map(|e| Fault::of(&e));
        assert_eq!(faults, [Fault::Peer, Fault::Server, Fault::Server, Fault::None]);
    }
}
