//! Errors as a client sees them: RFC 9457 problems, one stable type a kind.

pub(crate) mod document;
mod kind;
mod store;

use std::borrow::Cow;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

pub use kind::Kind;

use crate::conventions::context::Context;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A fault of a request, or of the service, on its way to the client.
///
/// Details are read by the caller: they say what is wrong, where, and what to do, and may quote what the caller sent.
/// They are never logged.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    kind: Kind,
    detail: Cow<'static, str>,
    errors: Vec<Fault>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// One fault of a request and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the request's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/application/age")]
    pub pointer: Option<String>,
    /// The query or path parameter, where the fault is not in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "limit")]
    pub parameter: Option<String>,
    /// What is wrong there and what is accepted.
    #[schema(example = "must be a whole number of 18 or more")]
    pub detail: String,
}

/// A problem as it is sent (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Document<'a> {
    /// Names the kind of problem; a page at this address explains it. Stable.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    pub kind: Cow<'a, str>,
    /// The kind in a few words. Stable.
    #[schema(example = "Not found")]
    pub title: Cow<'a, str>,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened this time and what to do.
    pub detail: Cow<'a, str>,
    /// The request's id, as in the header `X-Request-Id` and in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<Cow<'a, str>>,
    /// Each fault and where it is.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    #[schema(required = false)]
    pub errors: Cow<'a, [Fault]>,
}

impl Problem {
    /// A problem of a kind, with what happened this time.
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts { kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new() }))
    }

    /// Adds a fault at a JSON pointer into the request's body; the empty pointer is the whole body.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.errors.push(Fault { pointer: Some(pointer.into()), parameter: None, detail: detail.into() });
        self
    }

    /// Adds a fault of a query or path parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.errors.push(Fault { pointer: None, parameter: Some(name.into()), detail: detail.into() });
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Says when to try again, in whole seconds from now.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Says which methods the resource has.
    #[must_use]
    pub fn allow(self, methods: &[Method]) -> Self {
        let list = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
        match HeaderValue::try_from(list) {
            Ok(value) => self.header(ALLOW, value),
            Err(_) => self,
        }
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The status it answers with.
    pub fn status(&self) -> StatusCode {
        self.0.kind.status()
    }

    /// Whether the same may succeed in a while.
    pub fn is_passing(&self) -> bool {
        matches!(self.kind(), Kind::Unavailable | Kind::Overloaded | Kind::Timeout)
    }

    /// What happened this time.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The faults, in the order they were added.
    pub fn errors(&self) -> &[Fault] {
        &self.0.errors
    }

    /// The problem as it is sent, for results inside a larger answer too (a batch's lines).
    pub fn document<'a>(&'a self, instance: Option<&'a str>) -> Document<'a> {
        Document {
            kind: self.0.kind.uri().into(),
            title: self.0.kind.title().into(),
            status: self.status().as_u16(),
            detail: Cow::Borrowed(&self.0.detail),
            instance: instance.map(Cow::Borrowed),
            errors: Cow::Borrowed(&self.0.errors),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request_id = Context::current().map(|context| context.request_id().to_owned());
        let body = serde_json::to_vec(&self.document(request_id.as_deref())).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        for (name, value) in self.0.headers {
            response.headers_mut().insert(name, value);
        }
        response.extensions_mut().insert(self.0.kind);
        response
    }
}
