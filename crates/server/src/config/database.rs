//! How PostgreSQL is signed in to, and the reader beside it.

use std::time::Duration;

use super::source::Spec;
use super::{Secret, Source, Store};

/// How PostgreSQL is signed in to, and the reader beside it.
#[derive(Debug, Clone)]
pub struct Database {
    /// What the user signs in with.
    pub auth: DatabaseAuth,
    /// The user's password, instead of one in the URL.
    pub password: Option<Secret>,
    /// A replica that reports are read from.
    pub reader_url: Option<Secret>,
    /// How far behind the writer it may be.
    pub reader_lag: Duration,
}

/// What a user of the database signs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseAuth {
    /// The password in the URL.
    Password,
    /// A token of the role that this process has on AWS.
    Iam,
}

impl Database {
    /// `store` has been read before: what it names must fit.
    pub(super) fn read(from: &mut Source, store: &Store) -> Self {
        let auth = Spec {
            name: "PLIMSOLL_DATABASE_AUTH",
            default: "password",
            meaning: "what the user of PostgreSQL signs in with: the URL's password, or a token of the AWS role",
        };
        let password = Spec {
            name: "PLIMSOLL_DATABASE_PASSWORD",
            default: "",
            meaning: "password of the user of PostgreSQL, instead of one in the URL; as secret:… it may be rotated",
        };
        let reader_url = Spec {
            name: "PLIMSOLL_DATABASE_READER_URL",
            default: "",
            meaning: "a replica of PostgreSQL that lists of scores, monitoring and ledger copies are read from",
        };
        let lag = Spec {
            name: "PLIMSOLL_DATABASE_READER_LAG",
            default: "10s",
            meaning: "how far that replica may be behind; beyond it, reports are read from the writer",
        };
        let choices = [("password", DatabaseAuth::Password), ("iam", DatabaseAuth::Iam)];
        let read = Self {
            auth: from.choice(auth, &choices, DatabaseAuth::Password),
            password: from.secret(password, "a password", |_| true),
            reader_url: from.secret(reader_url, "postgres://user:password@host:port/database", is_postgres),
            reader_lag: from.duration(lag, Duration::from_millis(500)..=Duration::from_secs(600)),
        };
        if read.reader_url.is_some() && store.database_url.is_none() {
            from.contradiction(reader_url.name, "is set without PLIMSOLL_DATABASE_URL; set that too");
        }
        if read.password.is_some() && store.database_url.is_none() {
            from.contradiction(password.name, "is set without PLIMSOLL_DATABASE_URL; set that too");
        }
        if read.auth == DatabaseAuth::Iam {
            if read.password.is_some() {
                from.contradiction(password.name, "is set although PLIMSOLL_DATABASE_AUTH is iam; leave one away");
            }
            let writer = ("PLIMSOLL_DATABASE_URL", store.database_url.as_ref());
            if writer.1.is_none() {
                from.contradiction(auth.name, "is iam without PLIMSOLL_DATABASE_URL; set that too");
            }
            for (name, url) in [writer, (reader_url.name, read.reader_url.as_ref())] {
                if let Some(problem) = url.and_then(|url| unfit_for_tokens(url.expose())) {
                    from.contradiction(name, problem);
                }
            }
        }
        read
    }
}

pub(super) fn is_postgres(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

/// Why no token can be sent there.
fn unfit_for_tokens(url: &str) -> Option<&'static str> {
    let Ok(url) = reqwest::Url::parse(url) else { return Some("is no URL") };
    if url.username().is_empty() {
        return Some("names no user; with PLIMSOLL_DATABASE_AUTH=iam, name the one that the role may connect as");
    }
    let mode = url.query_pairs().find(|(name, _)| name == "sslmode").map(|(_, mode)| mode.into_owned());
    (mode.as_deref() != Some("verify-full")).then_some(
        "does not say sslmode=verify-full; a token is sent as it is, so with PLIMSOLL_DATABASE_AUTH=iam the server must \
         prove who it is",
    )
}
