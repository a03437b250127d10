//! Where tables wait for their turn.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::Settings;
use crate::problem::{Kind, Problem};

/// Tables that may wait in a process, those that are being received among them.
const PLACES: usize = 8;
/// Seconds after which a place may be free again.
const LATER: u64 = 30;

/// A table that waits to be learnt from.
pub(crate) struct Job {
    pub(crate) id: Uuid,
    /// Who asked: `user:` or `key:` and an id.
    pub(crate) by: String,
    /// Who answers for the scorecard, where that is a person.
    pub(crate) author: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) table: File,
    /// Its place, free for another table once its turn has come.
    pub(crate) place: OwnedSemaphorePermit,
}

/// The tables that wait in this process.
pub(crate) struct Desk {
    waiting: Mutex<VecDeque<Job>>,
    places: Arc<Semaphore>,
    told: Notify,
}

impl Default for Desk {
    fn default() -> Self {
        Self { waiting: Mutex::default(), places: Arc::new(Semaphore::new(PLACES)), told: Notify::new() }
    }
}

impl Desk {
    /// A place for a table that is about to be received.
    ///
    /// # Errors
    /// 429 while all are taken.
    pub(crate) fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let detail = format!("{PLACES} trainings wait already; try again when one of them is done");
            Kind::RateLimited.because(detail).retry_after(LATER)
        })
    }

    /// Puts a table in the row.
    pub(crate) fn put(&self, job: Job) {
        self.row().push_back(job);
        self.told.notify_one();
    }

    /// The next one, when there is one.
    pub(super) async fn next(&self) -> Job {
        loop {
            let told = self.told.notified();
            if let Some(job) = self.take() {
                return job;
            }
            told.await;
        }
    }

    /// The next one, if there is one.
    pub(super) fn take(&self) -> Option<Job> {
        self.row().pop_front()
    }

    /// Those that wait.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        self.row().iter().map(|job| job.id).collect()
    }

    /// Lets go of one that nobody wants any more.
    pub(crate) fn forget(&self, id: Uuid) {
        self.row().retain(|job| job.id != id);
    }

    fn row(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
