//! Who stands behind a credential.

use std::sync::Arc;

use store::{Actor, ApiKeySecret, Moment, Session, SessionToken, Sessions, Store};

use super::known::{Cache, Known};
use super::lookups::Lookups;
use super::{Caller, Scope, Scopes};
use crate::problem::Problem;

/// Seconds between two notes of a key's use.
const USE_STEP: i64 = 60;

/// Tells who stands behind a credential.
pub(crate) struct Authority {
    cache: Cache,
    lookups: Lookups,
    sessions: Option<Arc<dyn Sessions>>,
}

impl Authority {
    pub(crate) fn new(sessions: Option<Arc<dyn Sessions>>) -> Self {
        Self { cache: Cache::default(), lookups: Lookups::default(), sessions }
    }

    /// Where sessions are kept.
    pub(crate) fn sessions(&self) -> Option<&Arc<dyn Sessions>> {
        self.sessions.as_ref()
    }

    /// Forgets what is known of someone: their credentials or rights changed.
    pub(crate) fn forget(&self, actor: Actor) {
        self.cache.forget(actor);
    }

    /// Someone who was looked up a moment ago.
    pub(super) fn remembered(&self, hash: &[u8; 32]) -> Option<Known> {
        self.cache.find(hash)
    }

    /// The look-ups under way.
    pub(super) fn lookups(&self) -> &Lookups {
        &self.lookups
    }

    /// Looks up who has a key.
    pub(super) async fn of_key(
        &self,
        store: &Arc<Store>,
        secret: &ApiKeySecret,
        hash: [u8; 32],
    ) -> Result<Option<Known>, Problem> {
        let state = self.cache.state();
        let Some(key) = store.verify_api_key(secret).await? else { return Ok(None) };
        let now = Moment::now();
        if key.last_used.is_none_or(|last| last.plus_seconds(USE_STEP) < now) {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                if let Err(error) = store.note_key_use(key.id, now).await {
                    tracing::debug!(%error, "a key's use was not noted");
                }
            });
        }
        // Scopes that this version does not know allow nothing.
        let scopes = key.scopes.iter().filter_map(|name| Scope::of_name(name)).filter(|scope| scope.is_for_keys());
        let caller = Caller::key(key.id, scopes.fold(Scopes::NONE, Scopes::with));
        let known = Known { caller, session: None, until: key.until };
        self.cache.keep(hash, known.clone(), state);
        Ok(Some(known))
    }

    /// Looks up whose session it is.
    pub(super) async fn of_session(&self, store: &Arc<Store>, hash: [u8; 32]) -> Result<Option<Known>, Problem> {
        let state = self.cache.state();
        let Some(sessions) = &self.sessions else { return Ok(None) };
        let now = Moment::now();
        let Some(session) = sessions.get(&hash).await?.filter(|session| session.is_open(now)) else {
            return Ok(None);
        };
        let user = match store.user(session.user).await {
            Ok(user) if user.disabled.is_none() => user,
            Ok(_) | Err(store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if session.is_stale(now) {
            let sessions = Arc::clone(sessions);
            tokio::spawn(async move {
                if let Err(error) = sessions.touch(&hash, now).await {
                    tracing::debug!(%error, "a session's use was not noted");
                }
            });
        }
        let session = Session { seen: now, ..session };
        let known = Known {
            caller: Caller::user(user.id, user.role),
            until: Some(session.ends()),
            session: Some(Arc::new(session)),
        };
        self.cache.keep(hash, known.clone(), state);
        Ok(Some(known))
    }
}

/// The hash that a session is kept under.
pub(super) fn hash_of(token: &SessionToken) -> [u8; 32] {
    token.hash()
}
