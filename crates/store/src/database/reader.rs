//! A second server that only reads: reports are read from it as long as it keeps up with the writer.
//!
//! How far it has come is seen from the ledger itself: entries and the followers' places only grow, and a replica takes
//! over changes in the order in which they were made. What the writer had at a moment is noted, and once the reader has as
//! much, it has everything of before that moment. So it needs no function that one kind of replication has and another
//! lacks.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Connection, Session, Transaction,
    options::{PostgresOptions, ReaderOptions},
    postgres::{Server, Wanted},
};
use crate::{Error, Result};

/// How long a comparison may take, and the wait for a connection of the reader's.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest pause between comparisons.
const PAUSE: Duration = Duration::from_secs(1);
/// Comparisons within the time that the reader may be behind.
const LOOKS: u32 = 5;
/// What the writer had at so many moments is kept until the reader has it.
const MARKS: usize = 256;
/// A number that grows with what is written.
const HOW_FAR: &str = "SELECT CAST((SELECT COALESCE(SUM(size), 0) FROM chains) \
     + (SELECT COALESCE(SUM(sequence), 0) FROM follower_cursors) AS BIGINT)";

/// The reader.
pub(super) struct Reader {
    server: Server,
    most_behind: Duration,
    known: Mutex<Known>,
    /// Whether it is used, as far as was said: as the settings have it, at first.
    is_used: AtomicBool,
}

#[derive(Default)]
struct Known {
    /// What the writer had at these moments, which the reader does not have yet.
    ahead: VecDeque<(Instant, i64)>,
    /// The reader has everything that was written before this moment.
    has_all_before: Option<Instant>,
}

impl Reader {
    /// A reader beside a writer, compared with it from now on.
    pub(super) async fn open(options: &ReaderOptions, of: &PostgresOptions, writer: &Arc<Server>) -> Result<Arc<Self>> {
        let server = Self::server(options, of).await?;
        let most_behind = options.most_behind;
        let reader = Self { server, most_behind, known: Mutex::default(), is_used: AtomicBool::new(true) };
        let reader = Arc::new(reader);
        // Known from the start, for a command that asks once.
        reader.look(writer).await;
        tokio::spawn(follow(Arc::clone(&reader), Arc::clone(writer)));
        Ok(reader)
    }

    /// Connects to it once, whether it keeps up or not.
    pub(super) async fn reach(options: &ReaderOptions, of: &PostgresOptions) -> Result<()> {
        let server = Self::server(options, of).await?;
        let place = "the reader".to_owned();
        let reached = server.acquire().await.map(drop).map_err(|source| Error::Opening { place, source });
        server.close().await;
        reached
    }

    async fn server(options: &ReaderOptions, of: &PostgresOptions) -> Result<Server> {
        let server = PostgresOptions {
            url: options.url.clone(),
            passwords: options.passwords.clone(),
            acquire_timeout: PATIENCE,
            reader: None,
            ..of.clone()
        };
        Server::open_later(&server, Wanted::Any).await
    }

    /// A connection, where it keeps up.
    pub(super) async fn acquire(&self) -> Option<Connection> {
        if !self.keeps_up() {
            return None;
        }
        self.server.acquire().await.map_err(|error| self.lose(&error)).ok()
    }

    /// A transaction that sees one state, where it keeps up.
    pub(super) async fn snapshot(&self) -> Option<Transaction> {
        if !self.keeps_up() {
            return None;
        }
        self.server.begin(Some(super::SNAPSHOT)).await.map_err(|error| self.lose(&error)).ok()
    }

    /// Whether a statement that failed here may succeed at the writer, and nobody asks here until it is seen to work again.
    pub(super) fn lost_by(&self, error: &Error) -> bool {
        // The time for a statement was up: the writer would not be quicker.
        let Error::Database { source, .. } = error else { return false };
        let took_too_long = source.as_database_error().is_some_and(|said| said.code().as_deref() == Some("57014"));
        if !took_too_long {
            self.lose(source);
        }
        !took_too_long
    }

    pub(super) fn connections(&self) -> (u32, usize) {
        let pool = self.server.pool();
        (pool.size(), pool.num_idle())
    }

    pub(super) async fn close(&self) {
        self.server.close().await;
    }

    fn keeps_up(&self) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.has_all_before.is_some_and(|moment| moment.elapsed() <= self.most_behind)
    }

    fn lose(&self, why: &sqlx::Error) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).has_all_before = None;
        self.tell(false, &why.to_string());
    }

    /// Compares the two once.
    async fn look(&self, writer: &Server) {
        let compared = async {
            let now = Instant::now();
            // Where the writer does not answer, nothing is known of how far the reader is behind it.
            let has = how_far(writer).await?;
            self.note(now, has, how_far(&self.server).await?);
            Ok::<_, Error>(())
        };
        match tokio::time::timeout(PATIENCE * 2, compared).await {
            Ok(Ok(())) if self.keeps_up() => self.tell(true, ""),
            Ok(Ok(())) => self.tell(false, "it is too far behind the writer"),
            _ if self.keeps_up() => {}
            Ok(Err(error)) => self.tell(false, &error.to_string()),
            Err(_) => self.tell(false, "no answer in time"),
        }
    }

    fn note(&self, now: Instant, writer_has: i64, reader_has: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.ahead.len() >= MARKS {
            known.ahead.pop_front();
        }
        known.ahead.push_back((now, writer_has));
        while let Some((moment, _)) = known.ahead.front().copied().filter(|(_, had)| *had <= reader_has) {
            known.has_all_before = Some(moment);
            known.ahead.pop_front();
        }
    }

    fn tell(&self, is_used: bool, why: &str) {
        if self.is_used.swap(is_used, Ordering::Relaxed) != is_used {
            if is_used {
                tracing::info!("reports are read from the reader of PostgreSQL");
            } else {
                tracing::warn!(why, "reports are read from the writer of PostgreSQL: its reader is not to be had");
            }
        }
    }
}

async fn how_far(server: &Server) -> Result<i64> {
    let mut connection =
        server.acquire().await.map_err(|source| Error::Database { doing: "taking a connection", source })?;
    connection.fetch_one("asking how far the ledger goes", HOW_FAR, vec![]).await?.get(0)
}

/// Compares the two until the connections are closed.
async fn follow(reader: Arc<Reader>, writer: Arc<Server>) {
    let pause = (reader.most_behind / LOOKS).min(PAUSE);
    while !reader.server.is_closed() {
        tokio::time::sleep(pause).await;
        reader.look(&writer).await;
    }
}
