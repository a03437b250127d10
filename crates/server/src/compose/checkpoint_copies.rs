//! Copies of checkpoints where they cannot be altered: each is written once under a name of its own, and never replaced.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use lake::{Lake, Once, put_once};
use object_store::path::Path;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::{counter::Counter, family::Family};
use store::{Store, ledger::Checkpoint};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::{App, Drain, followers::Trouble};

/// Of several instances one copies: the name of its lease.
const LEASE: &str = "checkpoint copies";
/// How often new ones are looked for. Well below what a lease lasts, so that it stays where it is.
const EVERY: Duration = Duration::from_secs(2);
/// The longest pause after failures.
const LONGEST: Duration = Duration::from_secs(60);
/// Checkpoints of a page.
const PAGE: u32 = 200;
/// How many of the latest are held against their copies after a start: a day's.
const COMPARED: usize = 300;

/// Copies checkpoints.
pub(super) struct Copies {
    store: Arc<Store>,
    place: Lake,
    drain: Drain,
    holder: Uuid,
    copies: Family<Outcome, Counter>,
    done: Mutex<Option<Done>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Which checkpoints have a copy: all below a number, and those.
#[derive(Debug, Default)]
struct Done {
    below: u64,
    more: BTreeSet<u64>,
}

impl Done {
    fn has(&self, number: u64) -> bool {
        number < self.below || self.more.contains(&number)
    }

    fn add(&mut self, number: u64) {
        self.more.insert(number);
        while self.more.remove(&self.below) {
            self.below += 1;
        }
    }
}

impl std::fmt::Debug for Copies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copies").finish_non_exhaustive()
    }
}

impl Copies {
    pub(super) fn new(app: &App, store: &Arc<Store>, place: Lake) -> Arc<Self> {
        let copies = Family::<Outcome, Counter>::default();
        let help =
            "Checkpoints copied: new, found there as they are (same), found otherwise (conflict), failed attempts";
        app.metrics().register("checkpoint_copies", help, copies.clone());
        // An alarm rests on these two: they are there before anything went wrong.
        for outcome in ["conflict", "failed"] {
            drop(copies.get_or_create(&Outcome { outcome }));
        }
        let (drain, holder) = (app.drain().clone(), Uuid::new_v4());
        Arc::new(Self { store: Arc::clone(store), place, drain, holder, copies, done: Mutex::new(None) })
    }

    /// Copies until the service begins to stop.
    pub(super) async fn run(&self) {
        let mut pause = EVERY;
        while !self.drain.has_begun() {
            pause = if self.round().await { EVERY } else { (pause * 2).min(LONGEST) };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.drain.begun() => {}
            }
        }
    }

    /// Copies what was made last, and lets another instance copy.
    pub(super) async fn finish(&self) {
        self.round().await;
        if let Ok(Some(lease)) = self.store.lease_follower(LEASE, self.holder).await
            && let Err(error) = self.store.release_follower(&lease).await
        {
            tracing::warn!(%error, "the next instance waits a moment before it copies checkpoints");
        }
    }

    /// Copies what has no copy yet. Whether that went well.
    async fn round(&self) -> bool {
        match self.copy().await {
            Ok(()) => true,
            Err(error) => {
                self.count("failed");
                tracing::warn!(%error, "checkpoints cannot be copied; this is tried again");
                false
            }
        }
    }

    async fn copy(&self) -> Result<(), Trouble> {
        let mut slot = self.done.lock().await;
        if self.store.lease_follower(LEASE, self.holder).await?.is_none() {
            // Whoever has it copies; what it has copied is looked for when the lease comes here.
            *slot = None;
            return Ok(());
        }
        let Some(latest) = self.store.latest_checkpoint().await? else { return Ok(()) };
        let done = match &mut *slot {
            Some(done) => done,
            None => slot.insert(self.found(&latest).await?),
        };
        let mut before = None;
        loop {
            let page = self.store.checkpoints(before, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            before = Some(last.signed.statement.number);
            for checkpoint in &page {
                let number = checkpoint.signed.statement.number;
                if !done.has(number) {
                    self.put(checkpoint).await?;
                    done.add(number);
                }
            }
            if before.is_some_and(|before| before <= done.below) {
                return Ok(());
            }
        }
    }

    /// The copies that are there; the latest are looked at again, for another ledger may have written them: one that was
    /// restored from a backup and went on otherwise.
    async fn found(&self, latest: &Checkpoint) -> Result<Done, Trouble> {
        let folder = folder(latest);
        let listed: Vec<object_store::ObjectMeta> = self.place.list(Some(&folder)).try_collect().await?;
        let number = |meta: &object_store::ObjectMeta| meta.location.filename()?.strip_suffix(".json")?.parse().ok();
        let mut numbers: BTreeSet<u64> = listed.iter().filter_map(number).collect();
        for _ in 0..COMPARED {
            numbers.pop_last();
        }
        let mut done = Done::default();
        numbers.into_iter().for_each(|number| done.add(number));
        Ok(done)
    }

    async fn put(&self, checkpoint: &Checkpoint) -> Result<(), Trouble> {
        let number = checkpoint.signed.statement.number;
        let path = folder(checkpoint).join(format!("{number:012}.json"));
        match put_once(&*self.place, &path, checkpoint.text().into()).await? {
            Once::New => self.count("new"),
            Once::Same => self.count("same"),
            Once::Other => {
                self.count("conflict");
                tracing::error!(
                    number,
                    copy = %path,
                    "a checkpoint of this number was copied before and says otherwise: the ledger was altered, or restored \
                     and gone on with; compare the copy with the ledger (`plimsoll ledger verify`). The copy stays"
                );
            }
        }
        Ok(())
    }

    fn count(&self, outcome: &'static str) {
        self.copies.get_or_create(&Outcome { outcome }).inc();
    }
}

/// Where the copies of a ledger lie: under its own name, so that several may share a bucket.
fn folder(checkpoint: &Checkpoint) -> Path {
    let origin = &checkpoint.signed.statement.origin;
    Path::from(origin.rsplit(':').next().unwrap_or(origin))
}

#[cfg(test)]
mod tests {
    use super::Done;

    #[test]
    fn numbers_without_gaps_take_no_memory() {
        let mut done = Done::default();
        for number in [1, 2, 5, 0, 3] {
            done.add(number);
        }
        assert_eq!((done.below, done.more.len()), (4, 1));
        assert!(done.has(3) && done.has(5) && !done.has(4));
    }
}
