//! How far stopping has come.

use tokio_util::sync::CancellationToken;

/// The three steps of stopping: not ready, closing, and given up. Cheap to clone.
///
/// Background work (writers, webhooks, batches) awaits [`Drain::closing`] and then finishes what it holds.
#[derive(Debug, Clone)]
pub struct Drain {
    draining: CancellationToken,
    closing: CancellationToken,
    given_up: CancellationToken,
}

impl Drain {
    /// Nothing is stopping.
    pub(crate) fn new() -> Self {
        let draining = CancellationToken::new();
        Self { draining, closing: CancellationToken::new(), given_up: CancellationToken::new() }
    }

    /// Makes `/ready` say no; requests are still taken.
    pub fn begin(&self) {
        self.draining.cancel();
    }

    /// Takes no more connections and lets those there are finish.
    pub(crate) fn close(&self) {
        self.begin();
        self.closing.cancel();
    }

    /// Drops what has not finished by the deadline.
    pub(crate) fn give_up(&self) {
        self.close();
        self.given_up.cancel();
    }

    /// Whether stopping has begun.
    pub fn has_begun(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Ends when stopping begins.
    pub async fn begun(&self) {
        self.draining.cancelled().await;
    }

    /// Ends when no more connections are taken.
    pub async fn closing(&self) {
        self.closing.cancelled().await;
    }

    /// Whether connections are to end after the request at hand.
    pub fn is_closing(&self) -> bool {
        self.closing.is_cancelled()
    }

    /// Ends when whatever has not finished is dropped.
    pub(crate) async fn given_up(&self) {
        self.given_up.cancelled().await;
    }
}
