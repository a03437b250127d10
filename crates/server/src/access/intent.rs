//! Whether a request that a session's cookie vouches for is meant: the browser sends the cookie for any page that asks.

use http::Method;
use http::request::Parts;
use store::Session;
use subtle::ConstantTimeEq;

use super::same_origin;
use crate::problem::{Kind, Problem};
use crate::state::App;

/// Refuses what could change something unless a page of ours asked for it, with the session's token.
///
/// # Errors
/// 403.
pub(crate) fn check(app: &App, parts: &Parts, session: &Session) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    same_origin::check(&parts.headers, app.config())?;
    let token = app.store()?.csrf_token(session);
    let sent = parts.headers.get(same_origin::X_CSRF_TOKEN).map(http::HeaderValue::as_bytes).unwrap_or_default();
    if bool::from(token.as_bytes().ct_eq(sent)) {
        return Ok(());
    }
    Err(Kind::Forbidden
        .because("a session's changes need the header X-CSRF-Token; GET /v1/sessions/current gives its value"))
}
