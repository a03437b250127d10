//! `/api/…` is `/…`: a load balancer can send one prefix here without rewriting.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::Uri;
use http::uri::PathAndQuery;
use tower::Service;

use crate::conventions::frame::UnderApi;

/// The service of the public listener.
#[derive(Debug, Clone)]
pub struct Public(Router);

impl Public {
    pub(super) fn new(router: Router) -> Self {
        Self(router)
    }
}

impl<B> Service<http::Request<B>> for Public
where
    B: hyper::body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = <Router as Service<Request>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        <Router as Service<Request>>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let mut request = request.map(Body::new);
        if let Some(uri) = without_prefix(request.uri()) {
            *request.uri_mut() = uri;
            request.extensions_mut().insert(UnderApi);
        }
        self.0.call(request)
    }
}

fn without_prefix(uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix("/api")?;
    let path: PathAndQuery = match rest.as_bytes().first() {
        Some(b'/') => rest.parse().ok()?,
        None => PathAndQuery::from_static("/"),
        Some(b'?') => format!("/{rest}").parse().ok()?,
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_goes_and_nothing_else() {
        let stripped = |uri: &str| without_prefix(&uri.parse().expect("a URI")).map(|uri| uri.to_string());
        assert_eq!(stripped("/api/v1/scores?a=b").as_deref(), Some("/v1/scores?a=b"));
        assert_eq!(stripped("/api").as_deref(), Some("/"));
        assert_eq!(stripped("/api/").as_deref(), Some("/"));
        assert_eq!(stripped("/api?x=1").as_deref(), Some("/?x=1"));
        assert_eq!(stripped("https://host/api/health").as_deref(), Some("https://host/health"));
        assert_eq!(stripped("/api/api/x").as_deref(), Some("/api/x"), "once");
        for other in ["/apis", "/v1/api", "/", "*", "/API/health"] {
            assert_eq!(stripped(other), None, "{other}");
        }
    }
}
