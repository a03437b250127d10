//! The extractor by which a handler demands a scope.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::caller::Caller;
use super::refusal;
use super::scope::Demand;
use crate::problem::Problem;

/// A caller who has the scope `S`. Refused: 401 without valid credentials, 403 naming the scope without it.
#[derive(Debug, Clone, Copy)]
pub struct Allowed<S> {
    caller: Caller,
    scope: PhantomData<S>,
}

impl<S> Deref for Allowed<S> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<S: Demand, State: Sync> FromRequestParts<State> for Allowed<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Problem> {
        let caller = *parts.extensions.get::<Caller>().ok_or_else(refusal::no_credentials)?;
        if !caller.may(S::SCOPE) {
            return Err(refusal::lacks(S::SCOPE));
        }
        Ok(Self { caller, scope: PhantomData })
    }
}
