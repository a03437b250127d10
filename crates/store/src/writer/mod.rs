//! The writer: one task that records everything, by group commit.
//!
//! While a commit runs, changes gather in a queue; the next commit takes them all. What is answered is on the disk.
//! The queue is bounded: where more waits than it holds, a change is refused at once instead of growing the memory.

mod applicants;
mod batch;
mod chain;
mod change;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::sync::{Notify, mpsc, oneshot, watch};
use uuid::{ContextV7, Uuid};

pub use change::{Change, Idempotency, NewEntry, Personal, Recorded, ScoreIndex, Whose};

use crate::{
    Error, Result,
    database::{Database, Session, values},
    sealing::Keys,
};
use batch::{Desk, Failure, Outcomes};
use chain::Chain;

/// How the writer works.
#[derive(Clone)]
pub struct WriterOptions {
    /// Changes that may wait.
    pub queue: usize,
    /// Changes that one commit takes at most.
    pub batch: usize,
    /// How long a change waits for a store that is away before it is refused.
    pub patience: Duration,
    /// Told of every commit.
    pub observer: Option<Arc<dyn Fn(Commit) + Send + Sync>>,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { queue: 4096, batch: 512, patience: Duration::from_secs(3), observer: None }
    }
}

/// A commit that succeeded.
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    /// Changes in it.
    pub changes: usize,
    /// Time from the first statement to the disk.
    pub took: Duration,
}

/// Pause before a store in trouble is tried without being asked.
const PROBE: Duration = Duration::from_millis(500);

/// Pause between attempts at a store that is away.
const PAUSE: Duration = Duration::from_millis(50);

struct Pending {
    change: Change,
    answer: oneshot::Sender<Result<Vec<Recorded>>>,
}

/// Hands changes to the writer.
pub(crate) struct Writer {
    queue: mpsc::Sender<Pending>,
    finishing: Arc<Notify>,
    capacity: usize,
    committed: watch::Receiver<u64>,
    trouble: watch::Receiver<Option<String>>,
}

impl Writer {
    /// Starts the writer. It ends once this is dropped or finished, and the queue is empty.
    pub(crate) fn start(
        database: Arc<Database>,
        keys: Arc<Keys>,
        options: WriterOptions,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let capacity = options.queue.max(1);
        let (queue, waiting) = mpsc::channel(capacity);
        let (committed, committed_seen) = watch::channel(0);
        let (trouble, trouble_seen) = watch::channel(None);
        let finishing = Arc::new(Notify::new());
        let task = Task {
            database,
            keys,
            options,
            holder: Uuid::new_v4(),
            ids: Mutex::new(ContextV7::new()),
            chain: None,
            committed,
            trouble,
        };
        let running = tokio::spawn(task.run(waiting, Arc::clone(&finishing)));
        (Self { queue, finishing, capacity, committed: committed_seen, trouble: trouble_seen }, running)
    }

    /// Records a change: once this answers, it lasts.
    pub(crate) async fn record(&self, change: Change) -> Result<Vec<Recorded>> {
        change.check()?;
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Pending { change, answer }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Error::Overloaded(self.capacity),
            mpsc::error::TrySendError::Closed(_) => Error::Unavailable("it is shutting down".to_owned()),
        })?;
        answered.await.map_err(|_| Error::Uncertain("the writer stopped".to_owned()))?
    }

    /// Takes no more changes; what waits is recorded.
    pub(crate) fn finish(&self) {
        self.finishing.notify_one();
    }

    /// Changes each time something was recorded.
    pub(crate) fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }

    /// What keeps the writer from working at the moment.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.borrow().clone()
    }

    /// Changes that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.capacity - self.queue.capacity()
    }
}

struct Task {
    database: Arc<Database>,
    keys: Arc<Keys>,
    options: WriterOptions,
    holder: Uuid,
    ids: Mutex<ContextV7>,
    chain: Option<Chain>,
    committed: watch::Sender<u64>,
    trouble: watch::Sender<Option<String>>,
}

impl Task {
    async fn run(mut self, mut waiting: mpsc::Receiver<Pending>, finishing: Arc<Notify>) {
        let mut batch = Vec::with_capacity(self.options.batch);
        loop {
            let received = tokio::select! {
                received = waiting.recv_many(&mut batch, self.options.batch.max(1)) => received,
                () = finishing.notified() => {
                    waiting.close();
                    continue;
                }
                // Whoever asks whether it is ready sends nothing as long as it is not.
                () = tokio::time::sleep(PROBE), if self.is_troubled() => {
                    self.probe().await;
                    continue;
                }
            };
            if received == 0 {
                break;
            }
            let (changes, answers): (Vec<Change>, Vec<_>) =
                batch.drain(..).map(|pending| (pending.change, pending.answer)).unzip();
            let outcomes = self.record(&changes).await;
            for (answer, outcome) in answers.into_iter().zip(outcomes) {
                // Whoever asked may have gone away; what was recorded stays.
                let _ = answer.send(outcome);
            }
        }
        self.let_go().await;
    }

    /// Records a batch, waiting a while for a store that is away.
    async fn record(&mut self, changes: &[Change]) -> Outcomes {
        let changes: Vec<&Change> = changes.iter().collect();
        let began = Instant::now();
        loop {
            let failure = match self.attempt(&changes).await {
                Ok(outcomes) => {
                    self.recovered();
                    return outcomes;
                }
                Err(failure) => failure,
            };
            let error = match failure {
                Failure::Lost => {
                    self.chain = None;
                    Error::Unavailable("another instance took over the chain".to_owned())
                }
                Failure::Before(error) => error,
                Failure::AtCommit(after, outcomes, error) => match self.settle(&after, began).await {
                    Ok(true) => {
                        self.chain = Some(*after);
                        self.committed.send_modify(|count| *count += 1);
                        self.recovered();
                        return outcomes;
                    }
                    Ok(false) => error,
                    Err(unknown) => {
                        self.chain = None;
                        self.report(&unknown);
                        return changes.iter().map(|_| Err(Error::Uncertain(unknown.to_string()))).collect();
                    }
                },
            };
            if began.elapsed() >= self.options.patience {
                self.chain = None;
                self.report(&error);
                return changes.iter().map(|_| Err(Error::Unavailable(error.to_string()))).collect();
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn attempt(&mut self, changes: &[&Change]) -> std::result::Result<Outcomes, Failure> {
        let began = Instant::now();
        let chain = match self.chain.take() {
            Some(chain) => chain,
            None => Chain::claim(&self.database, self.holder).await?,
        };
        let desk = Desk { database: &self.database, keys: &self.keys, ids: &self.ids };
        match desk.record(&chain, changes).await {
            Ok((after, outcomes)) => {
                self.chain = Some(after);
                self.committed.send_modify(|count| *count += 1);
                if let Some(observer) = &self.options.observer {
                    observer(Commit { changes: changes.len(), took: began.elapsed() });
                }
                Ok(outcomes)
            }
            Err(failure) => {
                self.chain = Some(chain);
                Err(failure)
            }
        }
    }

    /// After a commit that failed: whether it took place after all. Waits until the database can tell.
    async fn settle(&self, after: &Chain, began: Instant) -> Result<bool> {
        loop {
            match after.is_stored(&self.database).await {
                Ok(stored) => return Ok(stored),
                // The answer matters more than the wait: twice the patience.
                Err(error) if began.elapsed() >= self.options.patience * 2 => return Err(error),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// After trouble, while nothing waits: whether the store can be written again. A claim is a write.
    async fn probe(&mut self) {
        match Chain::claim(&self.database, self.holder).await {
            Ok(chain) => {
                self.chain = Some(chain);
                self.recovered();
            }
            Err(error) => tracing::debug!(%error, "the store still cannot be written"),
        }
    }

    fn is_troubled(&self) -> bool {
        self.trouble.borrow().is_some()
    }

    fn recovered(&self) {
        if self.trouble.send_if_modified(|trouble| trouble.take().is_some()) {
            tracing::info!("the store can be written again");
        }
    }

    fn report(&self, error: &Error) {
        tracing::warn!(%error, "the store cannot be written");
        self.trouble.send_replace(Some(error.to_string()));
    }

    /// Leaves the chain to whoever comes next.
    async fn let_go(self) {
        let Some(chain) = self.chain else { return };
        let sql = "UPDATE chains SET held_until = 0 WHERE chain = $1 AND holder = $2";
        let released = async {
            self.database.write().await?.execute("letting a chain go", sql, values![chain.chain, self.holder]).await
        };
        if let Err(error) = released.await {
            tracing::debug!(%error, "the chain stays claimed for a while");
        }
    }
}
