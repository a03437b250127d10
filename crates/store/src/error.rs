//! The one error type of this crate.

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong with what must last.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be opened.
    #[error("cannot open {place}: {source}; check that it exists, is reachable and may be written")]
    Opening {
        /// The file or server.
        place: String,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// The tables cannot be brought up to date.
    #[error(
        "the tables of the database do not fit this version of Plimsoll: {0}; a database that a newer version has opened needs that version"
    )]
    Migration(sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("{doing} failed: {source}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// No password for the database could be had.
    #[error("no password for PostgreSQL: {0}")]
    Password(String),
    /// Nothing can be written at the moment; nothing of this change was.
    #[error("the store cannot be written at the moment: {0}; nothing was recorded, try again")]
    Unavailable(String),
    /// Whether the change was recorded is not known.
    #[error(
        "the store went away while this was being recorded: {0}; try again with the same Idempotency-Key to learn what became of it"
    )]
    Uncertain(String),
    /// The change is made, and the ledger does not have it yet.
    #[error(
        "the change is made, and its entry in the ledger waits until that can be written: {0}; read what you changed before you try again"
    )]
    Deferred(String),
    /// More work waits than the store takes in.
    #[error("the store has {0} changes waiting; try again shortly")]
    Overloaded(usize),
    /// Something that a change rests on is no longer so.
    #[error("{0}")]
    Conflict(Conflict),
    /// What was asked for is not there.
    #[error("no {what} `{which}`")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its id or name as asked for.
        which: String,
    },
    /// The person's key was destroyed.
    #[error("the personal data of this applicant was erased")]
    Erased,
    /// What is stored contradicts itself.
    #[error("the store holds something that it cannot have written: {0}; run `plimsoll ledger verify` on a copy")]
    Corrupt(String),
    /// The keyring cannot wrap, unwrap or sign.
    #[error("keyring: {0}")]
    Keyring(String),
    /// A service behind a port did not do what it was asked.
    #[error("{service}: {problem}")]
    Service {
        /// Which service.
        service: &'static str,
        /// What it said, and what to do.
        problem: String,
        /// Whether trying again later may help.
        passing: bool,
    },
    /// A part of the ledger does not verify.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Input that a table refuses.
    #[error("{0}")]
    Invalid(String),
}

/// Why a change was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// The idempotency key was used before.
    #[error("this Idempotency-Key was used before")]
    Repeated,
    /// The thing is not in the state that the change needs.
    #[error("{0}")]
    State(String),
    /// The thing is not at the version that the change rests on.
    #[error("it has changed meanwhile; read it again and decide anew")]
    Changed,
}

impl From<String> for Conflict {
    fn from(said: String) -> Self {
        Self::State(said)
    }
}

impl From<&str> for Conflict {
    fn from(said: &str) -> Self {
        Self::State(said.to_owned())
    }
}

impl Error {
    pub(crate) fn binding(problem: sqlx::error::BoxDynError) -> Self {
        Self::Database { doing: "binding a value", source: sqlx::Error::Encode(problem) }
    }

    /// Whether trying again later may help: the store is away, full or busy, and the request is not at fault.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(_)
                | Self::Uncertain(_)
                | Self::Deferred(_)
                | Self::Overloaded(_)
                | Self::Password(_)
                | Self::Database { .. }
                | Self::Service { passing: true, .. }
        )
    }
}
