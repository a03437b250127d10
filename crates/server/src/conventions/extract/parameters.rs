//! Parameters of the address: its query and its path.

use axum::extract::{FromRequestParts, path::ErrorKind, rejection::PathRejection};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// The query, as axum's but refused with a problem. Give `T` `#[serde(deny_unknown_fields)]`: a mistyped filter must not
/// turn into no filter.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

/// The path's parameters, as axum's but refused with a problem: an id that cannot be one is not found.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(refused) => {
                let why = std::error::Error::source(&refused).map_or_else(|| refused.body_text(), ToString::to_string);
                Err(invalid("the query is not what is taken here; see errors", &why))
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(refused)) => Err(match refused.into_kind() {
                ErrorKind::InvalidUtf8InPathParam { key } => Kind::InvalidParameter
                    .because("the address is not UTF-8; see errors")
                    .parameter(key, "is not UTF-8 text, percent-encoded"),
                ErrorKind::ParseErrorAtKey { key, .. } | ErrorKind::DeserializeError { key, .. } => {
                    Kind::NotFound.because("nothing can be at this address").parameter(key, "cannot be an id of one")
                }
                _ => Kind::NotFound.because("nothing can be at this address"),
            }),
            Err(_) => Err(Kind::Internal.because("the route has no such parameters")),
        }
    }
}

/// serde_path_to_error writes `name: what is wrong`; what is wrong with the whole has no name.
fn invalid(detail: &'static str, why: &str) -> Problem {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let problem = Kind::InvalidParameter.because(detail);
    match why.split_once(": ") {
        Some((name, what)) if is_name(name) => problem.parameter(name, what),
        _ => match why.split('`').collect::<Vec<_>>().as_slice() {
            [_, name, ..] => problem.parameter(*name, why),
            _ => problem.parameter("", why),
        },
    }
}
