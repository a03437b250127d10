//! Lists in pages: `limit` and `cursor` in, `Link: <…>; rel="next"` out.

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::LINK;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::context::Context;
use super::extract::Json;
use crate::problem::{Kind, Problem};

/// Which page of a list. A list's own query has these two fields, and a `fn page(&self)` that gives them:
/// `#[serde(flatten)]` would turn every number of a query into text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u64>,
    /// Where to go on: the cursor of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// How many are given where nothing is asked for.
    pub const DEFAULT: usize = 50;
    /// How many may be asked for.
    pub const MOST: usize = 200;

    /// How many at most.
    ///
    /// # Errors
    /// 400 outside 1 to 200.
    pub fn limit(&self) -> Result<usize, Problem> {
        match self.limit {
            None => Ok(Self::DEFAULT),
            Some(limit) => usize::try_from(limit).ok().filter(|n| (1..=Self::MOST).contains(n)).ok_or_else(|| {
                Kind::InvalidParameter
                    .because("the page's limit is outside what is given")
                    .parameter("limit", format!("must be a whole number from 1 to {}", Self::MOST))
            }),
        }
    }
}

/// A page of a list. As an answer it carries `Link` to the next page while there is one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries of this page.
    pub data: Vec<T>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The list's path with its filters but without `cursor`, as in `/v1/scores?decision=approve`.
    #[serde(skip)]
    pub path: String,
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let link = self.next.as_ref().and_then(|cursor| {
            let base = Context::current().map_or("", |context| context.base());
            let joint = if self.path.contains('?') { '&' } else { '?' };
            HeaderValue::try_from(format!("<{base}{}{joint}cursor={cursor}>; rel=\"next\"", self.path)).ok()
        });
        let mut response = Json(self).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

/// A list's path with the filters that are set, for links to its further pages.
pub(crate) fn address(path: &str, filters: &[(&str, Option<String>)]) -> String {
    let mut address = path.to_owned();
    let set = filters.iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
    for (place, (name, value)) in set.enumerate() {
        address.push(if place == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => address.push(char::from(byte)),
                _ => address.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    address
}
