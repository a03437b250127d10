//! The one pass every request of the public listener takes around its handler: id, trace, limits, answer's headers,
//! metrics, log. One layer rather than a stack: on the hot path each box costs.

mod operations;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::{Instant, SystemTime};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::CONTENT_LENGTH;
use http::{HeaderName, HeaderValue};
use hyper::body::Body as _;
use tower::{Layer, Service};

pub(crate) use operations::{Operation, Operations};

use super::context::Context;
use super::request_id::{self, X_REQUEST_ID};
use super::trace_parent::TraceParent;
use super::{body, entity_tag, negotiation, security_headers};
use crate::config::AccessLog;
use crate::listen::Peer;
use crate::operations::traces::Span;
use crate::problem::{Kind, Problem};
use crate::state::App;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// In a request's extensions where its address had `/api` before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnderApi;

/// Puts the frame around a router.
#[derive(Debug, Clone)]
pub(crate) struct FrameLayer {
    pub app: App,
    pub operations: std::sync::Arc<Operations>,
}

impl<S> Layer<S> for FrameLayer {
    type Service = Frame<S>;

    fn layer(&self, inner: S) -> Frame<S> {
        Frame { frame: self.clone(), inner }
    }
}

/// A handler with the frame around it.
#[derive(Debug, Clone)]
pub(crate) struct Frame<S> {
    frame: FrameLayer,
    inner: S,
}

impl<S> Service<Request> for Frame<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let frame = self.frame.clone();
        let context = Context::new(
            request_id::of(request.headers()),
            TraceParent::follow(request.headers().get(TRACEPARENT).map(HeaderValue::as_bytes), frame.app.trace_share()),
            request.extensions().get::<UnderApi>().is_some(),
        );
        Box::pin(context.scope(async move { Ok(frame.answer(request, inner).await) }))
    }
}

impl FrameLayer {
    async fn answer<S>(&self, request: Request, inner: S) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let started = Instant::now();
        let method = request.method().clone();
        let route = request.extensions().get::<MatchedPath>().cloned();
        let operation = self.operations.find(route.as_ref().map(MatchedPath::as_str), &method);
        let under_tls = request.extensions().get::<Peer>().is_some_and(|peer| peer.tls);

        let in_flight = self.app.metrics().http.enter();
        let checked = self.admit(operation, in_flight.before()).and_then(|()| prepare(request, operation));
        let mut response = match checked {
            Ok(request) => within(operation, inner, request).await,
            Err(problem) => problem.into_response(),
        };
        drop(in_flight);

        self.finish(&mut response, under_tls);
        let route = if operation.is_known() { route.as_ref().map_or("", MatchedPath::as_str) } else { "" };
        self.app.metrics().http.answered(operation, &method, response.status(), started.elapsed());
        self.log(&method, route, &response, started);
        self.record(method, route, &response, started);
        response
    }

    /// Sheds load before a byte of the body is read. Health checks are let in: an orchestrator that gets no answer from
    /// a busy instance kills it and makes the load of the others worse.
    fn admit(&self, operation: &Operation, in_flight: i64) -> Result<(), Problem> {
        let limit = i64::try_from(self.app.config().limits.in_flight).unwrap_or(i64::MAX);
        if in_flight < limit || operation.is_vital {
            return Ok(());
        }
        self.app.metrics().http.shed.inc();
        Err(Kind::Overloaded.because("all places for requests are taken; nothing was done").retry_after(1))
    }

    fn finish(&self, response: &mut Response, under_tls: bool) {
        let headers = response.headers_mut();
        security_headers::set(headers, under_tls);
        entity_tag::distinguish(headers);
        Context::with_current(|context| {
            if let Ok(id) = HeaderValue::from_str(context.request_id()) {
                headers.insert(X_REQUEST_ID, id);
            }
            if let Ok(trace) = HeaderValue::try_from(context.trace().to_string()) {
                headers.insert(TRACEPARENT, trace);
            }
        });
    }

    fn record(&self, method: http::Method, route: &str, response: &Response, started: Instant) {
        let (Some(traces), Some(place)) = (self.app.traces(), Context::with_current(|context| *context.trace())) else {
            return;
        };
        if place.sampled() {
            traces.record(Span {
                place,
                method,
                route: route.to_owned(),
                status: response.status().as_u16(),
                problem: response.extensions().get::<Kind>().map(|kind| kind.slug()),
                ended: SystemTime::now(),
                took: started.elapsed(),
            });
        }
    }

    /// The route's template, never the address: paths and queries may hold references to persons.
    fn log(&self, method: &http::Method, route: &str, response: &Response, started: Instant) {
        let status = response.status();
        let wanted = match self.app.config().logging.access {
            AccessLog::All => true,
            AccessLog::Errors => status.is_server_error(),
            AccessLog::Off => false,
        };
        if wanted {
            let duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            let problem = response.extensions().get::<Kind>().map(|kind| kind.slug());
            tracing::info!(target: "access", %method, route, status = status.as_u16(), duration_us, problem, "request");
        }
    }
}

/// Checks what can be checked before the handler, and puts the body under its limits.
fn prepare(request: Request, operation: &Operation) -> Result<Request, Problem> {
    if !operation.produces.is_empty() && request.headers().contains_key(http::header::ACCEPT) {
        let offered: Vec<&str> = operation.produces.iter().map(String::as_str).collect();
        negotiation::choose(request.headers(), &offered)?;
    }
    let limit = operation.body_limit;
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|n| n > limit) {
        return Err(body::too_large(limit));
    }
    if request.body().is_end_stream() {
        return Ok(request);
    }
    Ok(request.map(|body| Body::new(body::Guarded::new(body, limit, operation.body_time))))
}

/// Runs the handler within the operation's time; a panic in it is this request's failure only.
async fn within<S>(operation: &Operation, mut inner: S, request: Request) -> Response
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let work = AssertUnwindSafe(async move { inner.call(request).await }).catch_unwind();
    match tokio::time::timeout(operation.time_limit, work).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(_)) => {
            // The panic's text may quote what the request held; the hook has said where it was.
            tracing::error!("a handler panicked");
            Kind::Internal.because("the request ran into a fault of the service; its id is in the logs").into_response()
        }
        Err(_) => {
            let seconds = operation.time_limit.as_secs_f64();
            let detail = format!("not done within {seconds} s; repeat it with the same Idempotency-Key");
            Kind::Timeout.because(detail).retry_after(1).into_response()
        }
    }
}
