//! The request at hand: its id and its place in a distributed trace, known to whatever runs for it.

use std::sync::Arc;

use super::trace_parent::TraceParent;

tokio::task_local! {
    static CURRENT: Context;
}

/// The request at hand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Context(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    request_id: Box<str>,
    trace: TraceParent,
    under_api: bool,
}

impl Context {
    /// A context of a request with this id at this place in a trace.
    pub(crate) fn new(request_id: impl Into<Box<str>>, trace: TraceParent, under_api: bool) -> Self {
        Self(Arc::new(Parts { request_id: request_id.into(), trace, under_api }))
    }

    /// The request that the running task works for, if it works for one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Reads the running task's request without cloning.
    pub(crate) fn with_current<T>(read: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.try_with(read).ok()
    }

    /// Runs a future as work for this request: spawned tasks do not inherit it by themselves.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// The request's id: the caller's, if sane, else made here.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The trace and this service's span in it.
    pub fn trace(&self) -> &TraceParent {
        &self.0.trace
    }

    /// What links to this service begin with: `/api` if the request came that way, else nothing.
    pub fn base(&self) -> &'static str {
        if self.0.under_api { "/api" } else { "" }
    }
}
