//! Who looks at a page, and whether they may.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use store::Session;

use super::{PageError, Shell};
use crate::access::scope::Demand;
use crate::access::{Caller, intent};
use crate::problem::Kind;
use crate::state::App;

/// A user with a session whose role has the scope `S`, and what every page shows around itself. Whoever has no session is
/// led to the login; whoever lacks the scope is told which right it takes. Where a page is posted to, it must have been asked
/// for by one of ours.
#[derive(Debug)]
pub(crate) struct Visitor<S> {
    /// Who it is and what they may do.
    pub(crate) caller: Caller,
    /// What is around the page.
    pub(crate) shell: Shell,
    scope: PhantomData<S>,
}

impl<S> Deref for Visitor<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: Demand> FromRequestParts<App> for Visitor<S> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let login = || PageError::login(parts.uri.path_and_query().map(http::uri::PathAndQuery::as_str));
        // A key's owner may call the API; the console is for people.
        let session = parts.extensions.get::<Arc<Session>>().cloned().ok_or_else(login)?;
        let caller = *parts.extensions.get::<Caller>().ok_or_else(login)?;
        intent::check(app, parts, &session)?;
        if !caller.may(S::SCOPE) {
            let detail = format!(
                "this page needs the right {} ({}), which your role does not have",
                S::SCOPE,
                S::SCOPE.meaning().to_lowercase()
            );
            return Err(Kind::Forbidden.because(detail).into());
        }
        let shell = Shell::of(app, caller, &session, parts.uri.path()).await?;
        Ok(Self { caller, shell, scope: PhantomData })
    }
}
