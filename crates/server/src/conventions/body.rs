//! The body of a request: bounded in bytes and in the time without any.

use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Sleep;

use crate::problem::{Kind, Problem};

/// A body under limits. [`crate::conventions::frame`] puts every request's body into one.
pub(super) struct Guarded {
    body: Body,
    limit: u64,
    left: u64,
    patience: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

/// Why a body was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    TooLarge { limit: u64 },
    TooSlow { patience: Duration },
}

impl Guarded {
    pub(super) fn new(body: Body, limit: u64, patience: Duration) -> Self {
        Self { body, limit, left: limit, patience, waiting: None }
    }
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.waiting = None;
            let taken = match &frame {
                Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
                _ => 0,
            };
            return Poll::Ready(match this.left.checked_sub(taken) {
                Some(left) => {
                    this.left = left;
                    frame
                }
                None => Some(Err(axum::Error::new(Cut::TooLarge { limit: this.limit }))),
            });
        }
        let patience = this.patience;
        let waiting = this.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Some(Err(axum::Error::new(Cut::TooSlow { patience }))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl std::error::Error for Cut {}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(f, "the body is larger than {limit} bytes"),
            Self::TooSlow { patience } => write!(f, "no byte of the body arrived for {} ms", patience.as_millis()),
        }
    }
}

/// Reads a whole body; the frame has bounded it.
///
/// # Errors
/// 413 beyond the limit, 408 without a byte for too long, 400 where the connection broke off.
pub async fn read(mut body: Body) -> Result<Bytes, Problem> {
    let expected = body.size_hint().lower();
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| fault(&error))?.into_data() else { continue };
        match (first.is_empty(), all.is_empty()) {
            (true, _) => first = data,
            (false, true) => {
                // Reserved by what has arrived rather than by what was announced: announcing costs nothing.
                all.reserve(usize::try_from(expected).unwrap_or(0).min(4 * (first.len() + data.len())));
                all.extend_from_slice(&first);
                all.extend_from_slice(&data);
            }
            (false, false) => all.extend_from_slice(&data),
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// The problem that an error of a request's body is, for handlers that stream.
pub fn fault(error: &axum::Error) -> Problem {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = cause {
        match error.downcast_ref::<Cut>() {
            Some(Cut::TooLarge { limit }) => return too_large(*limit),
            Some(slow @ Cut::TooSlow { .. }) => return Kind::RequestTimeout.because(slow.to_string()),
            None => cause = error.source(),
        }
    }
    Kind::MalformedRequest.because("the body broke off before its end; send it again whole")
}

/// 413 with the limit.
pub(super) fn too_large(limit: u64) -> Problem {
    Kind::ContentTooLarge.because(format!("the body is larger than the {limit} bytes that are taken here"))
}
