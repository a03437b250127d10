//! `ETag`, `If-Match` and `If-None-Match`: RFC 9110, sections 8.8.3 and 13.1.
//!
//! Tags are strong. An answer that is compressed on its way gets a tag of its own, with the coding behind a dash;
//! both name the same version when they come back.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::problem::{Kind, Problem};

const CODINGS: [&str; 2] = ["-gzip", "-zstd"];

/// The strong tag of a resource's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// The tag of a version number.
    pub fn of_version(version: u64) -> Self {
        Self(format!("v{version}"))
    }

    /// The tag of a content hash, in hexadecimal digits or base64url.
    pub fn of_hash(hash: &str) -> Self {
        Self(hash.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect())
    }

    /// The header's value.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::try_from(self.to_string()).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }

    /// Checks that a change is meant for this version.
    ///
    /// # Errors
    /// 428 without `If-Match`, 412 where it names other versions only.
    pub fn check_match(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if !headers.contains_key(IF_MATCH) {
            return Err(Kind::PreconditionRequired.because("send If-Match with the ETag of the version you have read"));
        }
        if self.is_named(headers, IF_MATCH, false) {
            return Ok(());
        }
        Err(Kind::PreconditionFailed.because("it has changed since the version in If-Match; read it again"))
    }

    /// Like [`Self::check_match`], for changes that may also be made without `If-Match`.
    ///
    /// # Errors
    /// 412 where `If-Match` names other versions only.
    pub fn check_match_if_given(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if headers.contains_key(IF_MATCH) { self.check_match(headers) } else { Ok(()) }
    }

    /// An answer with this tag; 304 without a body where the client has this version already.
    pub fn answer(&self, headers: &HeaderMap, answer: impl IntoResponse) -> Response {
        let mut response = if self.is_named(headers, IF_NONE_MATCH, true) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            answer.into_response()
        };
        response.headers_mut().insert(ETAG, self.header());
        response
    }

    fn is_named(&self, headers: &HeaderMap, name: HeaderName, weakly: bool) -> bool {
        let named = |tag: &str| {
            let tag = if weakly { tag.strip_prefix("W/").unwrap_or(tag) } else { tag };
            let Some(tag) = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) else { return tag == "*" };
            tag == self.0 || CODINGS.iter().any(|coding| tag.strip_suffix(coding) == Some(&self.0))
        };
        // Our tags hold no commas, so that splitting at them cannot cut one of ours.
        headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).any(|t| named(t.trim()))
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// Gives the tag of a compressed answer the coding behind a dash.
pub(super) fn distinguish(headers: &mut HeaderMap) {
    let coding = headers.get(http::header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    let (Some(coding @ ("gzip" | "zstd")), Some(tag)) = (coding, tag) else { return };
    let tag = tag.strip_suffix('"').and_then(|tag| HeaderValue::try_from(format!("{tag}-{coding}\"")).ok());
    if let Some(tag) = tag {
        headers.insert(ETAG, tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a header"))])
    }

    #[test]
    fn changes_are_meant_for_a_version() {
        let tag = EntityTag::of_version(3);
        assert_eq!(tag.to_string(), "\"v3\"");
        assert_eq!(tag.check_match(&HeaderMap::new()).expect_err("none").status(), 428);
        for right in ["\"v3\"", "\"v2\", \"v3\"", "*", "\"v3-gzip\""] {
            assert!(tag.check_match(&with(IF_MATCH, right)).is_ok(), "{right}");
        }
        for wrong in ["\"v2\"", "W/\"v3\"", "v3", "\"v3-br\"", ""] {
            assert_eq!(tag.check_match(&with(IF_MATCH, wrong)).expect_err(wrong).status(), 412);
        }
        assert!(tag.check_match_if_given(&HeaderMap::new()).is_ok());
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let tag = EntityTag::of_hash("ab\"c,");
        assert_eq!(tag.to_string(), "\"abc\"");
        assert_eq!(tag.answer(&with(IF_NONE_MATCH, "W/\"abc\""), "body").status(), 304);
        assert_eq!(tag.answer(&with(IF_NONE_MATCH, "\"abd\""), "body").status(), 200);
    }
}
