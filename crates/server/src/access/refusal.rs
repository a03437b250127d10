//! How callers are refused: RFC 6750, section 3, for the header; the same words for whatever was wrong with a credential.

use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;

use super::scope::Scope;
use crate::problem::{Kind, Problem};

/// 401: nothing came that says who calls.
pub(crate) fn no_credentials() -> Problem {
    Kind::Unauthenticated
        .because("send an API key: Authorization: Bearer <key>, or X-Api-Key: <key>")
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"plimsoll\""))
}

/// 401: a credential came that is unknown, revoked or out of time. Which of these is not said.
pub(crate) fn invalid_credentials() -> Problem {
    Kind::Unauthenticated
        .because("the key or session is unknown, revoked or out of time; ask for a new key, or log in again")
        .header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"plimsoll\", error=\"invalid_token\""))
}

/// 403: a scope is lacking.
pub(crate) fn lacks(scope: Scope) -> Problem {
    let challenge = format!("Bearer realm=\"plimsoll\", error=\"insufficient_scope\", scope=\"{scope}\"");
    let problem = Kind::Forbidden.because(format!("this needs the scope {scope}, which the key or role does not have"));
    match HeaderValue::try_from(challenge) {
        Ok(value) => problem.header(WWW_AUTHENTICATE, value),
        Err(_) => problem,
    }
}
