//! What changes, as it changes: a stream of events that tells pages to look again.
//!
//! An event says that something was recorded, never what: the page asks for that, so that rights are checked where they
//! always are.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use store::{Cursors, Moment, Session};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

use super::{PageError, Visitor};
use crate::access::scope;
use crate::problem::Kind;
use crate::state::App;

/// Streams that this process keeps open at a time.
const MOST: usize = 256;
/// How often is looked whether something was recorded.
const EVERY: Duration = Duration::from_secs(2);
/// Looks without news after which a sign of life is sent, so that proxies keep the connection.
const QUIET: u32 = 7;
/// Looks after which the session is looked up again.
const SESSION: u32 = 3;

static STREAMS: Semaphore = Semaphore::const_new(MOST);

/// A stream that somebody reads.
struct Reader {
    app: App,
    session: Arc<Session>,
    /// Entries of the ledger when it was last looked at.
    entries: Option<u64>,
    /// Whether there were news at the last look: what follows the ledger is a moment behind, so they are told twice.
    is_late: bool,
    looks: u32,
    quiet: u32,
    _place: SemaphorePermit<'static>,
}

pub(super) async fn events(
    State(app): State<App>,
    _visitor: Visitor<scope::AccountOwn>,
    Extension(session): Extension<Arc<Session>>,
) -> Result<Response, PageError> {
    let Ok(place) = STREAMS.try_acquire() else {
        let problem = Kind::Overloaded.because("as many pages as may be are followed already; reload by hand");
        return Err(problem.retry_after(60).into());
    };
    // Late from the start: what was recorded between the page's drawing and this is told too.
    let reader = Reader { app, session, entries: None, is_late: true, looks: 0, quiet: 0, _place: place };
    let events = stream::unfold(reader, |mut reader| async move {
        let text = reader.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from_static(text.as_bytes())), reader))
    });
    // Asked once more after the end, a stream that unfolds panics.
    let events = events.fuse();
    let head = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((head, Body::from_stream(events)).into_response())
}

impl Reader {
    /// What is sent next; nothing once the service closes or the session has ended.
    async fn next(&mut self) -> Option<&'static str> {
        if self.entries.is_none() {
            self.entries = Some(self.size().await.unwrap_or(0));
            // Says when to come again: a service that is renewed should not be met by all at once.
            return Some("retry: 5000\n\n");
        }
        loop {
            tokio::select! {
                () = sleep(EVERY) => {}
                () = self.app.drain().closing() => return None,
            }
            self.looks = self.looks.wrapping_add(1);
            if self.looks.is_multiple_of(SESSION) && !self.is_open().await {
                return None;
            }
            // A store that cannot be read for a moment is no news.
            let size = self.size().await.or(self.entries);
            let is_new = size != self.entries;
            self.entries = size;
            if is_new || std::mem::replace(&mut self.is_late, is_new) {
                (self.is_late, self.quiet) = (is_new, 0);
                return Some("event: changed\ndata: \n\n");
            }
            self.quiet += 1;
            if self.quiet >= QUIET {
                self.quiet = 0;
                return Some(": still here\n\n");
            }
        }
    }

    async fn size(&self) -> Option<u64> {
        self.app.store().ok()?.entries_behind(&Cursors::new()).await.ok()
    }

    /// Whether the session goes on. To follow a page is no use of it.
    async fn is_open(&self) -> bool {
        let Ok(sessions) = self.app.sessions() else { return false };
        match sessions.get(&self.session.hash).await {
            Ok(found) => found.is_some_and(|session| session.is_open(Moment::now())),
            Err(_) => true,
        }
    }
}
