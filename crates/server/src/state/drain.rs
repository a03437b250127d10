//! How far stopping has come.

use tokio_util::sync::CancellationToken;

/// The steps of stopping: not ready, closing, given up. Cheap to clone.
///
/// Background work (writers, webhooks, batches) awaits [`Drain::closing`] and then finishes what it holds.
#[derive(Debug, Clone)]
pub struct Drain {
    begun: CancellationToken,
    hurried: CancellationToken,
    closing: CancellationToken,
    given_up: CancellationToken,
}

impl Drain {
    /// Nothing is stopping.
    pub(crate) fn new() -> Self {
        let new = CancellationToken::new;
        Self { begun: new(), hurried: new(), closing: new(), given_up: new() }
    }

    /// Begins to stop: `/ready` says no at once, and connections are taken until the grace is over.
    pub fn begin(&self) {
        self.begun.cancel();
    }

    /// Begins to stop without grace.
    pub fn hurry(&self) {
        self.begin();
        self.hurried.cancel();
    }

    /// Drops what is still in work.
    pub fn give_up(&self) {
        self.close();
        self.given_up.cancel();
    }

    /// Takes no more connections and lets the requests there are finish.
    pub(crate) fn close(&self) {
        self.hurry();
        self.closing.cancel();
    }

    /// Whether stopping has begun.
    pub fn has_begun(&self) -> bool {
        self.begun.is_cancelled()
    }

    /// Ends when stopping begins.
    pub async fn begun(&self) {
        self.begun.cancelled().await;
    }

    /// Ends when there is to be no grace.
    pub(crate) async fn hurried(&self) {
        self.hurried.cancelled().await;
    }

    /// Ends when no more connections are taken.
    pub async fn closing(&self) {
        self.closing.cancelled().await;
    }

    /// Ends when whatever has not finished is dropped.
    pub(crate) async fn given_up(&self) {
        self.given_up.cancelled().await;
    }
}
