//! JSON bodies, in and out.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::objects::Objects;
use crate::conventions::body;
use crate::problem::{Kind, Problem};

/// A JSON body: as an argument, read and checked; as an answer, written.
///
/// Refused: 415 if the content type is not JSON, 413 and 408 by the frame's limits, 400 if it is not JSON (with line
/// and column), 422 if its shape is not `T`'s (with a JSON pointer).
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

/// A JSON body as its bytes, for handlers that parse by themselves. Refused like [`Json`] except for its content.
#[derive(Debug, Clone)]
pub struct JsonBytes(pub Bytes);

impl<S: Sync> FromRequest<S> for JsonBytes {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_type(request.headers())?;
        body::read(request.into_body()).await.map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let JsonBytes(bytes) = JsonBytes::from_request(request, state).await?;
        Self::from_bytes(&bytes)
    }
}

impl<T> Json<T> {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// 400 with line and column if it is not JSON, 422 with a JSON pointer if its shape is not `T`'s.
    pub fn from_bytes<'b>(bytes: &'b [u8]) -> Result<Self, Problem>
    where
        T: Deserialize<'b>,
    {
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let mut track = serde_path_to_error::Track::new();
        let tracked = Objects(serde_path_to_error::Deserializer::new(&mut json, &mut track));
        let value = T::deserialize(tracked);
        let value = value.map_err(|error| refusal(&error, bytes, pointer(&track.path())))?;
        json.end().map_err(|error| refusal(&error, bytes, String::new()))?;
        Ok(Self(value))
    }
}

fn refusal(error: &serde_json::Error, bytes: &[u8], pointer: String) -> Problem {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Kind::MalformedRequest.because("the body is empty; send a JSON document");
    }
    match error.classify() {
        Category::Data => Kind::InvalidRequest
            .because("the body is JSON but not what is taken here; see errors")
            .at(pointer, without_position(error)),
        _ => Kind::MalformedRequest.because(format!(
            "the body is not JSON: {} at line {}, column {}",
            without_position(error),
            error.line(),
            error.column()
        )),
    }
}

/// serde_json ends its messages with the position; a pointer says it better, and a syntax error says it once.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&position).unwrap_or(&message).to_owned()
}

/// RFC 6901.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            // Variants are not places in the document; unknown ones are below what serde keeps track of.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let content_type = headers.get(CONTENT_TYPE);
    if !content_type.is_some_and(|value| is_json(value.as_bytes())) {
        let detail = match content_type {
            Some(_) => "the body's Content-Type is not read here; send application/json",
            None => "the body has no Content-Type; send application/json",
        };
        return Err(Kind::UnsupportedMediaType.because(detail));
    }
    match headers.get(CONTENT_ENCODING) {
        Some(coding) if !coding.as_bytes().eq_ignore_ascii_case(b"identity") => Err(Kind::UnsupportedMediaType
            .because("the body's Content-Encoding is not read here; send it as it is")
            .header(http::header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))),
        _ => Ok(()),
    }
}

/// `application/json` or `application/…+json`, with or without parameters.
fn is_json(content_type: &[u8]) -> bool {
    let essence = content_type.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    let Some((application, subtype)) = essence.split_at_checked(12) else { return false };
    let suffix = subtype.len().checked_sub(5).filter(|at| *at > 0).and_then(|at| subtype.get(at..));
    let plus = suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(b"+json"));
    application.eq_ignore_ascii_case(b"application/") && (subtype.eq_ignore_ascii_case(b"json") || plus)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written as JSON");
                Kind::Internal.because("the answer cannot be written as JSON").into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        items: Vec<std::collections::BTreeMap<String, u8>>,
    }

    #[test]
    fn an_array_is_no_object() {
        #[derive(serde::Deserialize, Debug)]
        struct Inner {
            #[allow(dead_code)]
            a: Option<u8>,
        }
        #[derive(serde::Deserialize, Debug)]
        struct Outer<'b> {
            #[allow(dead_code)]
            inner: Option<Inner>,
            #[serde(borrow)]
            raw: Option<&'b serde_json::value::RawValue>,
        }
        let read = |text: &'static str| Json::<Outer<'_>>::from_bytes(text.as_bytes());
        let Json(outer) = read(r#"{"inner": {"a": 1}, "raw": [1, {}]}"#).expect("objects");
        assert_eq!(outer.raw.map(|raw| raw.get()), Some("[1, {}]"), "what is kept as it is, is");
        for (text, at) in [(r#"[{"a": 1}, null]"#, ""), (r#"{"inner": [1]}"#, "/inner")] {
            let problem = read(text).expect_err(text);
            assert_eq!((problem.kind(), problem.errors()[0].pointer.as_deref()), (Kind::InvalidRequest, Some(at)));
        }
    }

    fn refused(text: &str) -> Problem {
        Json::<Outer>::from_bytes(text.as_bytes()).expect_err(text)
    }

    #[test]
    fn syntax_is_told_from_shape() {
        let syntax = refused("{\n  \"items\": [}");
        assert_eq!(syntax.kind(), Kind::MalformedRequest);
        assert!(syntax.detail().ends_with("at line 2, column 13"), "{}", syntax.detail());
        let shape = refused(r#"{"items": [{"a": 1}, {"x/y~z": "no"}]}"#);
        assert_eq!(shape.kind(), Kind::InvalidRequest);
        assert_eq!(shape.errors()[0].pointer.as_deref(), Some("/items/1/x~1y~0z"));
        assert!(!shape.errors()[0].detail.contains("line"), "{:?}", shape.errors());
        assert_eq!(refused(r#"{"items": []} x"#).kind(), Kind::MalformedRequest);
        assert_eq!(refused(" \n").detail(), "the body is empty; send a JSON document");
        assert_eq!(refused(&"[".repeat(100_000)).status(), 422, "nesting is bounded");
    }

    #[test]
    fn only_json_is_json() {
        for yes in ["application/json", "APPLICATION/JSON; charset=utf-8", "application/problem+json"] {
            assert!(is_json(yes.as_bytes()), "{yes}");
        }
        for no in ["", "json", "text/json", "application/jsonp", "application/+json", "application/xml", "application/"]
        {
            assert!(!is_json(no.as_bytes()), "{no}");
        }
    }
}
