//! `X-Request-Id`: the caller's if it is sane, else one made here.

use http::{HeaderMap, HeaderName};

/// The header, in and out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// No id of a caller's is longer: it goes into every line of the log.
const LONGEST: usize = 64;

/// The request's id. Sane is what can stand in a log, a header and an address as it is.
pub(super) fn of(headers: &HeaderMap) -> Box<str> {
    headers
        .get(X_REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=LONGEST).contains(&id.len()))
        .filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')))
        .map_or_else(|| uuid::Uuid::now_v7().to_string().into(), Into::into)
}
