//! Runs one follower on one instance: takes the lease, feeds batches, keeps the place.

use std::sync::Arc;
use std::time::{Duration, Instant};

use prometheus_client::metrics::gauge::Gauge;
use store::{Cursors, Face, FollowerLease, Store};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval_at, sleep, timeout};
use uuid::Uuid;

use super::{Follower, Trouble};
use crate::Drain;

/// Entries of a batch.
const BATCH: usize = 256;
/// How long to wait for entries of other instances, which nobody tells of.
const IDLE: Duration = Duration::from_millis(500);
/// How often to ask for a lease that another instance has.
const ASK: Duration = Duration::from_secs(1);
/// How often to renew the lease while a batch is worked on: well below what it lasts.
const RENEW: Duration = Duration::from_millis(1_500);
/// The pauses after failures, from and to.
const PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

pub(super) async fn run(store: Arc<Store>, drain: Drain, lag: Gauge, follower: impl Follower) {
    let runner = Runner { committed: store.committed(), store, drain, lag, follower, holder: Uuid::new_v4() };
    runner.run().await;
}

struct Runner<F> {
    store: Arc<Store>,
    drain: Drain,
    lag: Gauge,
    follower: F,
    holder: Uuid,
    committed: watch::Receiver<u64>,
}

/// How a stint with the lease ended.
enum End {
    Stopping,
    Lost,
}

impl<F: Follower> Runner<F> {
    async fn run(mut self) {
        let mut pause = PAUSE.0;
        while !self.drain.has_begun() {
            let outcome = match self.store.lease_follower(self.follower.name(), self.holder).await {
                Ok(Some(lease)) => self.stint(&lease, &mut pause).await,
                Ok(None) => Ok(End::Lost),
                Err(error) => Err(error.into()),
            };
            let wait = match outcome {
                Ok(End::Stopping) => return,
                Ok(End::Lost) => {
                    self.lag.set(0);
                    ASK
                }
                Err(error) => {
                    tracing::warn!(follower = self.follower.name(), %error, "a follower failed; it tries again");
                    pause = (pause * 2).min(PAUSE.1);
                    pause
                }
            };
            tokio::select! {
                () = sleep(wait) => {}
                () = self.drain.begun() => {}
            }
        }
    }

    /// Feeds the follower as long as the lease lasts.
    async fn stint(&mut self, lease: &FollowerLease, pause: &mut Duration) -> Result<End, Trouble> {
        let mut cursors = self.store.follower_cursors(self.follower.name()).await?;
        let mut renewed = Instant::now();
        loop {
            if self.drain.has_begun() {
                self.store.release_follower(lease).await?;
                return Ok(End::Stopping);
            }
            let Some(tended) = self.holding(lease, self.follower.tend()).await? else { return Ok(End::Lost) };
            let has_tended = tended.is_some();
            if let Some(effects) = tended {
                if !self.store.follow(lease, &Cursors::new(), effects).await? {
                    return Ok(End::Lost);
                }
                (renewed, *pause) = (Instant::now(), PAUSE.0);
            }
            // Marked as seen before reading: a commit after this wakes the wait below.
            self.committed.borrow_and_update();
            let entries = self.store.entries_after(&cursors, BATCH).await?;
            if entries.is_empty() {
                self.lag.set(0);
                if has_tended {
                    continue;
                }
                self.wait().await;
                if !self.keep(lease, &mut renewed).await? {
                    return Ok(End::Lost);
                }
                continue;
            }
            let handling = self.follower.handle(&entries);
            let Some(effects) = self.holding(lease, handling).await? else { return Ok(End::Lost) };
            let mut after: Cursors = Cursors::new();
            for entry in &entries {
                after.insert(entry.chain, entry.sequence + 1);
            }
            if !self.store.follow(lease, &after, effects).await? {
                return Ok(End::Lost);
            }
            renewed = Instant::now();
            cursors.extend(after);
            *pause = PAUSE.0;
            let behind = self.store.entries_behind(&cursors).await?;
            self.lag.set(i64::try_from(behind).unwrap_or(i64::MAX));
        }
    }

    /// Does something, keeping the lease however long that takes. `None` where the lease is gone: it is broken off then.
    async fn holding<T>(
        &self,
        lease: &FollowerLease,
        doing: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<Option<T>, Trouble> {
        let mut renewal = interval_at(tokio::time::Instant::now() + RENEW, RENEW);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut doing = std::pin::pin!(doing);
        loop {
            tokio::select! {
                outcome = &mut doing => return outcome.map(Some),
                // Where the lease cannot be asked for, writing the effects will be refused; that is soon enough.
                _ = renewal.tick() => {
                    if let Ok(None) = self.store.lease_follower(lease.name(), self.holder).await {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Renews the lease while there is nothing to do. False where another instance has it.
    async fn keep(&self, lease: &FollowerLease, renewed: &mut Instant) -> Result<bool, Trouble> {
        // One process holds a SQLite file: nobody is there to take it away, and the disk may rest.
        if self.store.face() == Face::Sqlite || renewed.elapsed() < RENEW {
            return Ok(true);
        }
        *renewed = Instant::now();
        Ok(self.store.lease_follower(lease.name(), self.holder).await?.is_some())
    }

    /// Until something is recorded here, might have been elsewhere, or the service stops.
    async fn wait(&mut self) {
        tokio::select! {
            _ = timeout(IDLE, self.committed.changed()) => {}
            () = self.drain.begun() => {}
        }
    }
}
