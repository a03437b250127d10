//! A connection's requests, watched until their answers are handed over.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response, Version};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::super::activity::{Activity, InWork};
use super::super::{Answers, Peer};

/// What answers the requests of one connection.
#[derive(Clone)]
pub(super) struct Watched<S> {
    answers: S,
    peer: Peer,
    activity: Arc<Activity>,
}

impl<S> Watched<S> {
    pub(super) fn new(answers: S, peer: Peer, activity: Arc<Activity>) -> Self {
        Self { answers, peer, activity }
    }
}

impl<S: Answers> hyper::service::Service<Request<Incoming>> for Watched<S> {
    type Response = Response<WatchedBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let in_work = self.activity.begin(request.version() == Version::HTTP_2);
        request.extensions_mut().insert(self.peer);
        // Routers are always ready; there is nothing to wait for before the call.
        let answer = self.answers.clone().call(request);
        Box::pin(
            async move { answer.await.map(|response| response.map(|body| WatchedBody { body, _in_work: in_work })) },
        )
    }
}

/// An answer's body; the request is in work until it is dropped.
pub(super) struct WatchedBody {
    body: Body,
    _in_work: InWork,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
