//! What is around every page: who is logged in, the ways, and the token that changes need.

use store::Session;

use super::navigation::{Group, ways};
use crate::access::{Caller, Scope};
use crate::problem::Problem;
use crate::state::App;

/// What is around a page.
#[derive(Debug)]
pub(crate) struct Shell {
    /// The user's name.
    pub(crate) name: String,
    /// What they are to the lender.
    pub(crate) role: &'static str,
    /// To be sent with each change.
    pub(crate) csrf_token: String,
    /// Where they may go.
    pub(crate) groups: Vec<Group>,
    caller: Caller,
}

impl Shell {
    /// What is around the page at an address.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(super) async fn of(app: &App, caller: Caller, session: &Session, at: &str) -> Result<Self, Problem> {
        let store = app.store()?;
        let user = store.user(session.user).await?;
        Ok(Self {
            name: user.name,
            role: user.role.name(),
            csrf_token: store.csrf_token(session),
            groups: ways(caller, at),
            caller,
        })
    }

    /// Whether the user may do what a scope allows, by its name: `shell.may("models:write")`. Templates hide what is
    /// refused anyway.
    pub(crate) fn may(&self, scope: &str) -> bool {
        Scope::of_name(scope).is_some_and(|scope| self.caller.may(scope))
    }
}
