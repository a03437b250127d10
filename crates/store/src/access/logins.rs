//! Logging in: a login and a password for a session.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Locked, Session, SessionToken, Sessions, User, password};
use crate::{
    Moment, Result, Store,
    database::{Session as _, values},
};

/// What somebody logs in with.
pub struct Login {
    /// The user's login.
    pub login: String,
    /// The password.
    pub password: Zeroizing<String>,
    /// Where from, as text; for counting failures only.
    pub address: String,
}

/// What became of it.
pub enum LoginOutcome {
    /// A new session; its token is here and nowhere else.
    Begun(Box<User>, Session, SessionToken),
    /// The login is unknown, the password wrong or the user disabled: which of these is not said, nor shown by the time.
    Refused,
    /// Too many failed; nothing was looked at.
    Locked(Locked),
}

impl Store {
    /// Logs a user in. The session is always a new one.
    ///
    /// # Errors
    /// Where the store fails, or too many log in at once.
    pub async fn log_in(&self, sessions: &dyn Sessions, login: Login) -> Result<LoginOutcome> {
        let name = super::users::normal(&login.login);
        let attempt = match self.begin_attempt(&name, &login.address).await? {
            Ok(attempt) => attempt,
            Err(locked) => return Ok(LoginOutcome::Locked(locked)),
        };
        let found = self.user_with_password(&name).await?;
        let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
        let is_right = password::is_right(login.password, hash).await?;
        let Some(user) = user.filter(|user| is_right && user.disabled.is_none()) else {
            return Ok(LoginOutcome::Refused);
        };
        self.forgive(attempt).await?;
        self.note_login(user.id).await?;
        let (session, token) = Session::begin(user.id)?;
        sessions.put(&session).await?;
        Ok(LoginOutcome::Begun(Box::new(user), session, token))
    }

    async fn note_login(&self, id: Uuid) -> Result<()> {
        let sql = "UPDATE users SET last_login = $2 WHERE id = $1";
        self.database.write().await?.execute("noting a login", sql, values![id, Moment::now().micros()]).await.map(drop)
    }

    /// The token that a page must send with a session's changes, so that no other site's page can make them. It is bound to
    /// the session: a keyed hash of it.
    #[must_use]
    pub fn csrf_token(&self, session: &Session) -> String {
        self.keys.mark("csrf", &session.hash).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
