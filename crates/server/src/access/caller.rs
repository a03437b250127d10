//! Who calls.

use store::{Actor, Role};
use uuid::Uuid;

use super::scope::{Scope, Scopes};

/// Who calls, and what they may do. In the extensions of every request that came with valid credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    actor: Actor,
    scopes: Scopes,
    role: Option<Role>,
}

impl Caller {
    /// A program with an API key.
    #[must_use]
    pub fn key(id: Uuid, scopes: Scopes) -> Self {
        Self { actor: Actor::Key(id), scopes, role: None }
    }

    /// Whoever runs `plimsoll` on the machine itself.
    pub(crate) fn operator() -> Self {
        Self { actor: Actor::Operator, scopes: Scopes::of(Scope::ALL), role: None }
    }

    /// A user with a session.
    pub(crate) fn user(id: Uuid, role: Role) -> Self {
        Self { actor: Actor::User(id), scopes: super::role::scopes(role), role: Some(role) }
    }

    /// Who it is, as the ledger names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Who it is as text, for the member `by` of an entry: `key:<id>` or `user:<id>`.
    #[must_use]
    pub fn by(&self) -> String {
        self.actor.to_string()
    }

    /// What they may do.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// Whether they may do this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.has(scope)
    }

    /// The user's role; a key has none.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.role
    }

    /// The user's id; a key has none.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        match self.actor {
            Actor::User(id) => Some(id),
            Actor::Key(_) | Actor::Operator => None,
        }
    }
}
