//! The kinds of problems: a stable slug, a status, a title and a page's worth of meaning each.

use http::StatusCode;

macro_rules! kinds {
    ($($name:ident = $slug:literal, $status:ident, $title:literal, $meaning:literal;)+) => {
        /// A kind of problem. Its slug is part of the API: it never changes its meaning and is never taken away.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind { $(#[doc = $title] $name,)+ }

        impl Kind {
            /// Every kind, in the order of their statuses.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)+];

            /// The last part of the type's address.
            pub const fn slug(self) -> &'static str {
                match self { $(Kind::$name => $slug,)+ }
            }

            /// The type's address (a relative reference), where a page explains it.
            pub const fn uri(self) -> &'static str {
                match self { $(Kind::$name => concat!("/problems/", $slug),)+ }
            }

            /// The status it answers with.
            pub const fn status(self) -> StatusCode {
                match self { $(Kind::$name => StatusCode::$status,)+ }
            }

            /// The kind in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Kind::$name => $title,)+ }
            }

            /// When it happens and what a client does about it.
            pub const fn meaning(self) -> &'static str {
                match self { $(Kind::$name => $meaning,)+ }
            }
        }
    };
}

kinds! {
    MalformedRequest = "malformed-request", BAD_REQUEST, "Malformed request",
        "The body, a header or the address does not follow its syntax. Correct it where the detail points; sending the same again fails again.";
    InvalidParameter = "invalid-parameter", BAD_REQUEST, "Invalid parameter",
        "A query or path parameter is unknown, missing or outside what is accepted. `errors` names each.";
    InvalidCursor = "invalid-cursor", BAD_REQUEST, "Invalid cursor",
        "The cursor was not issued by this service for this list, or was altered. Start again without a cursor and follow the links of the answers.";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Credentials needed",
        "No valid API key or session came with the request. Send `Authorization: Bearer <key>` or `X-Api-Key: <key>`.";
    Forbidden = "forbidden", FORBIDDEN, "Not allowed",
        "The credentials are valid, but their scopes or role do not allow this. Ask an administrator for a key that does.";
    NotFound = "not-found", NOT_FOUND, "Not found",
        "Nothing is at this address, or it is not visible with these credentials.";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed",
        "The resource exists but does not have this method. The header `Allow` lists those it has.";
    NotAcceptable = "not-acceptable", NOT_ACCEPTABLE, "Not acceptable",
        "The header `Accept` excludes every media type the resource can be given as. The detail lists them.";
    RequestTimeout = "request-timeout", REQUEST_TIMEOUT, "Request too slow",
        "The request's body did not arrive in time. Nothing was done; send it again on a new connection.";
    Conflict = "conflict", CONFLICT, "Conflict",
        "The resource's present state does not allow this. Read it again and decide anew.";
    RequestInProgress = "request-in-progress", CONFLICT, "Request in progress",
        "A request with the same `Idempotency-Key` is still being worked on. Send it again after the time in `Retry-After`.";
    Gone = "gone", GONE, "Gone",
        "It was here and has been erased or retired for good.";
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "Precondition failed",
        "The resource changed since the version named in `If-Match`. Read it again, apply the change to the new version and send its `ETag`.";
    ContentTooLarge = "content-too-large", PAYLOAD_TOO_LARGE, "Content too large",
        "The body is larger than this resource takes. The detail gives the limit; split the request or use a batch.";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type",
        "The header `Content-Type` is missing or names a media type or encoding that this resource does not read. The detail lists those it reads.";
    InvalidRequest = "invalid-request", UNPROCESSABLE_ENTITY, "Invalid request",
        "The body is well-formed but not what the resource takes. `errors` has a JSON pointer to each fault.";
    IdempotencyMismatch = "idempotency-mismatch", UNPROCESSABLE_ENTITY, "Idempotency key used before",
        "The `Idempotency-Key` was used with another request. Make a new key for a new request; keep the key only to repeat the same one.";
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED, "Precondition required",
        "Changing this resource needs `If-Match` with the `ETag` last read, so that nobody's change is lost.";
    RateLimited = "rate-limited", TOO_MANY_REQUESTS, "Too many requests",
        "The key or address has used up its requests. `Retry-After` says when to go on; the RateLimit headers say how much is left.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal error",
        "The service failed. The request's id is in the logs. It is safe to repeat a request that carried an `Idempotency-Key`.";
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "Overloaded",
        "More requests are in work, or wait to be recorded, than the service takes. Nothing was done; try again after `Retry-After`.";
    Timeout = "timeout", SERVICE_UNAVAILABLE, "Out of time",
        "The request was not done in its time. It may still take effect: repeat it with the same `Idempotency-Key`.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Unavailable",
        "Something the service needs (store, keyring, model) is not there, or the service is stopping. `/ready` says which; try again after `Retry-After`.";
}

impl Kind {
    /// The kind with this slug.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.slug() == slug)
    }

    /// A problem of this kind, with what happened this time.
    pub fn because(self, detail: impl Into<std::borrow::Cow<'static, str>>) -> super::Problem {
        super::Problem::new(self, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_distinct_and_found() {
        for (i, kind) in Kind::ALL.iter().enumerate() {
            assert_eq!(Kind::of_slug(kind.slug()), Some(*kind));
            assert_eq!(Kind::ALL.iter().position(|other| other.slug() == kind.slug()), Some(i));
        }
        assert_eq!(Kind::of_slug("no-such"), None);
    }
}
