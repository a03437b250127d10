//! Sessions of users: a random token in a cookie, kept as its hash.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    Answer, Moment, Result, Store,
    database::{Database, Row, Session as _, values},
    sealing::random,
};

/// Seconds without a request after which a session ends.
const IDLE: i64 = 30 * 60;
/// Seconds after which a session ends whatever happens.
const LONGEST: i64 = 12 * 3600;
/// Seconds of a session's time that pass before its last request is written again.
const SEEN_STEP: i64 = 60;

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// Whose it is.
    pub user: Uuid,
    /// When it began.
    pub created: Moment,
    /// When it was last used, to the minute or so.
    pub seen: Moment,
    /// When it ends whatever happens.
    pub expires: Moment,
}

/// A session's token: 256 random bits, in base64url.
#[derive(Clone)]
pub struct SessionToken(Zeroizing<String>);

/// Where sessions are kept. Every face gives back what was put, whether it is still open or not: [`Session::is_open`] tells.
pub trait Sessions: Send + Sync {
    /// Keeps a new session.
    fn put<'a>(&'a self, session: &'a Session) -> Answer<'a, ()>;

    /// The session of a token's hash.
    fn get<'a>(&'a self, hash: &'a [u8; 32]) -> Answer<'a, Option<Session>>;

    /// Notes that it was used.
    fn touch<'a>(&'a self, hash: &'a [u8; 32], seen: Moment) -> Answer<'a, ()>;

    /// Ends it.
    fn remove<'a>(&'a self, hash: &'a [u8; 32]) -> Answer<'a, ()>;

    /// Ends all of a user.
    fn remove_all_of(&self, user: Uuid) -> Answer<'_, ()>;

    /// Drops those that ended before a moment.
    fn sweep(&self, before: Moment) -> Answer<'_, ()>;
}

impl Session {
    /// A new session with its token.
    pub(super) fn begin(user: Uuid) -> Result<(Self, SessionToken)> {
        let token = SessionToken(Zeroizing::new(URL_SAFE_NO_PAD.encode(*random::<32>()?)));
        let now = Moment::now();
        let session = Self { hash: token.hash(), user, created: now, seen: now, expires: now.plus_seconds(LONGEST) };
        Ok((session, token))
    }

    /// When it ends unless it is used before.
    #[must_use]
    pub fn ends(&self) -> Moment {
        self.seen.plus_seconds(IDLE).min(self.expires)
    }

    /// Whether it is still open.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        now < self.ends()
    }

    /// Whether its last request is so long ago that this one is worth writing.
    #[must_use]
    pub fn is_stale(&self, now: Moment) -> bool {
        self.seen.plus_seconds(SEEN_STEP) < now
    }
}

impl SessionToken {
    /// Reads one as it came in a cookie; none where it cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_token = URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32);
        is_token.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Sessions in the store's own tables.
pub struct SqlSessions(Arc<Database>);

impl Store {
    /// Sessions in the store's own tables.
    #[must_use]
    pub fn sessions(&self) -> SqlSessions {
        SqlSessions(Arc::clone(&self.database))
    }
}

impl SqlSessions {
    async fn change(&self, doing: &'static str, sql: &'static str, values: Vec<crate::database::Value>) -> Result<()> {
        self.0.write().await?.execute(doing, sql, values).await.map(drop)
    }
}

impl Sessions for SqlSessions {
    fn put<'a>(&'a self, session: &'a Session) -> Answer<'a, ()> {
        let sql = "INSERT INTO sessions (hash, holder, created, seen, expires) VALUES ($1, $2, $3, $4, $5)";
        let times = [session.created, session.seen, session.expires].map(Moment::micros);
        Box::pin(self.change(
            "storing a session",
            sql,
            values![session.hash, session.user, times[0], times[1], times[2]],
        ))
    }

    fn get<'a>(&'a self, hash: &'a [u8; 32]) -> Answer<'a, Option<Session>> {
        Box::pin(async move {
            let sql = "SELECT hash, holder, created, seen, expires FROM sessions WHERE hash = $1";
            let row = self.0.read().await?.fetch_optional("reading a session", sql, values![*hash]).await?;
            row.as_ref().map(session_of).transpose()
        })
    }

    fn touch<'a>(&'a self, hash: &'a [u8; 32], seen: Moment) -> Answer<'a, ()> {
        let sql = "UPDATE sessions SET seen = $2 WHERE hash = $1 AND seen < $2";
        Box::pin(self.change("noting a session's use", sql, values![*hash, seen.micros()]))
    }

    fn remove<'a>(&'a self, hash: &'a [u8; 32]) -> Answer<'a, ()> {
        Box::pin(self.change("ending a session", "DELETE FROM sessions WHERE hash = $1", values![*hash]))
    }

    fn remove_all_of(&self, user: Uuid) -> Answer<'_, ()> {
        Box::pin(self.change("ending sessions", "DELETE FROM sessions WHERE holder = $1", values![user]))
    }

    fn sweep(&self, before: Moment) -> Answer<'_, ()> {
        let sql = "DELETE FROM sessions WHERE expires < $1 OR seen < $2";
        let idle = before.plus_seconds(-IDLE);
        Box::pin(self.change("sweeping sessions", sql, values![before.micros(), idle.micros()]))
    }
}

fn session_of(row: &Row) -> Result<Session> {
    let moment = |place| Ok::<_, crate::Error>(Moment::from_micros(row.get(place)?));
    Ok(Session { hash: row.bytes(0)?, user: row.id(1)?, created: moment(2)?, seen: moment(3)?, expires: moment(4)? })
}
