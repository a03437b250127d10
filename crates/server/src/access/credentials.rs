//! What a request brings to say who calls.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use store::{ApiKeySecret, SessionToken};

use super::cookie::{self, Way};

/// What a request brings to say who calls.
#[derive(Debug)]
pub(super) enum Credentials {
    /// Nothing.
    None,
    /// Something that cannot be a key or a session.
    Malformed,
    /// What may be a key.
    Key(ApiKeySecret),
    /// What may be a session.
    Session(SessionToken),
}

impl Credentials {
    /// `Authorization: Bearer`, else `X-Api-Key`, else the cookie.
    pub(super) fn of(headers: &HeaderMap, way: Way) -> Self {
        let key = |text: Option<&str>| text.and_then(ApiKeySecret::parse).map_or(Self::Malformed, Self::Key);
        if let Some(value) = headers.get(AUTHORIZATION) {
            return key(value.to_str().ok().and_then(bearer));
        }
        if let Some(value) = headers.get("x-api-key") {
            return key(value.to_str().ok().map(str::trim));
        }
        match cookie::read(headers, way) {
            None => Self::None,
            Some(token) => token.map_or(Self::Malformed, Self::Session),
        }
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
