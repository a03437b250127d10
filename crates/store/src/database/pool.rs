//! The connections to one server, which are all replaced where they lead to the wrong one.
//!
//! After a failover the writer's name leads to another server, while old connections may still lead to the one before:
//! it answers what is read and refuses what is written, or it says nothing any more. One such answer, and every connection
//! is left to itself: none of them is used again, and new ones ask for the name's address anew.

use std::{
    io,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    fault::{DatabaseCall, DatabaseObserver, Fault},
    postgres::Wanted,
};

/// How long a connection that nobody uses may take to say that it is there.
const PING: Duration = Duration::from_secs(2);
/// Where no connection is to be had for so long, those that are open have come to nothing.
const FRUITLESS: Duration = Duration::from_secs(20);
/// How long connections that are let go may take to end.
const ENDING: Duration = Duration::from_secs(5);

/// The connections to one server.
pub(super) struct Connections {
    current: RwLock<Generation>,
    /// Makes the pool of a generation.
    make: Box<dyn Fn(PgConnectOptions, u64) -> PgPool + Send + Sync>,
    observer: Option<DatabaseObserver>,
    is_closed: AtomicBool,
}

/// The connections that are used now.
struct Generation {
    number: u64,
    pool: PgPool,
    /// When one of them was last to be had.
    last_taken: Instant,
}

impl Connections {
    /// Connections that are made when they are needed.
    pub(super) fn new(
        options: PgPoolOptions,
        connect: PgConnectOptions,
        wanted: Wanted,
        observer: Option<DatabaseObserver>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this: &Weak<Self>| {
            let this = Weak::clone(this);
            let make = move |connect: PgConnectOptions, number: u64| {
                checked(options.clone(), wanted, &this, number).connect_lazy_with(connect)
            };
            let current = Generation { number: 0, pool: make(connect, 0), last_taken: Instant::now() };
            Self { current: RwLock::new(current), make: Box::new(make), observer, is_closed: AtomicBool::new(false) }
        })
    }

    /// The pool that is used now, and its number.
    pub(super) fn current(&self) -> (PgPool, u64) {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        (current.pool.clone(), current.number)
    }

    /// Does a piece of work that waits for the server over a connection of this generation, for so long at most.
    pub(super) async fn keep<T>(
        &self,
        generation: u64,
        operation: &'static str,
        most: Duration,
        work: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let began = Instant::now();
        let outcome = match tokio::time::timeout(most, work).await {
            Ok(outcome) => outcome,
            Err(_) => {
                let said = format!("PostgreSQL did not answer within {most:?}");
                Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, said)))
            }
        };
        let fault = outcome.as_ref().err().map_or(Fault::None, Fault::of);
        if fault == Fault::Peer {
            self.replace(generation);
        }
        if let Some(observer) = &self.observer {
            observer.tell(DatabaseCall { operation, succeeded: fault == Fault::None, took: began.elapsed() });
        }
        outcome
    }

    /// Takes a connection or what stands on one: by `take`, from the pool of now, with the number of its generation.
    pub(super) async fn take<T, F: Future<Output = sqlx::Result<T>>>(
        &self,
        operation: &'static str,
        most: Duration,
        take: impl Fn(PgPool) -> F,
    ) -> sqlx::Result<(T, u64)> {
        loop {
            let (pool, generation) = self.current();
            match self.keep(generation, operation, most, take(pool)).await {
                Ok(taken) => {
                    self.note_taken(generation);
                    return Ok((taken, generation));
                }
                // It was replaced meanwhile.
                Err(sqlx::Error::PoolClosed) if self.current().1 != generation => {}
                Err(error) => {
                    if matches!(error, sqlx::Error::PoolTimedOut) && self.is_fruitless() {
                        self.replace(generation);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Uses this password for new connections.
    pub(super) fn set_password(&self, password: &str) {
        let (pool, _) = self.current();
        let options = (*pool.connect_options()).clone().password(password);
        pool.set_connect_options(options);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// Lets go of all connections once they are free, or a while later.
    pub(super) async fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        end(self.current().0).await;
    }

    fn note_taken(&self, generation: u64) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == generation {
            current.last_taken = Instant::now();
        }
    }

    fn is_fruitless(&self) -> bool {
        self.current.read().unwrap_or_else(PoisonError::into_inner).last_taken.elapsed() > FRUITLESS
    }

    /// Leaves the connections of a generation to themselves, unless others have taken their place already.
    fn replace(&self, generation: u64) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number != generation || self.is_closed() {
            return;
        }
        let connect = (*current.pool.connect_options()).clone();
        let number = generation + 1;
        let next = Generation { number, pool: (self.make)(connect, number), last_taken: Instant::now() };
        let old = std::mem::replace(&mut *current, next);
        tokio::spawn(end(old.pool));
        tracing::info!(
            "connections to PostgreSQL are made anew: those that there were lead to the wrong server or nowhere"
        );
    }
}

/// Ends connections; one that says nothing is not waited for.
async fn end(pool: PgPool) {
    if tokio::time::timeout(ENDING, pool.close()).await.is_err() {
        tracing::debug!("a connection to PostgreSQL does not end; the system will end it");
    }
}

/// Options of a pool that tries connections before it hands them out.
fn checked(options: PgPoolOptions, wanted: Wanted, connections: &Weak<Connections>, generation: u64) -> PgPoolOptions {
    let connections = Weak::clone(connections);
    options
        // As sqlx tries them by itself; but where no answer comes, not for ever.
        .test_before_acquire(false)
        .before_acquire(move |connection, _| {
            let connections = Weak::clone(&connections);
            Box::pin(async move {
                match tokio::time::timeout(PING, connection.ping()).await {
                    Ok(answer) => Ok(answer.is_ok()),
                    Err(_) => {
                        if let Some(connections) = connections.upgrade() {
                            connections.replace(generation);
                        }
                        Ok(false)
                    }
                }
            })
        })
        .after_connect(move |connection, _| Box::pin(is_wanted(connection, wanted)))
}

async fn is_wanted(connection: &mut PgConnection, wanted: Wanted) -> sqlx::Result<()> {
    if wanted == Wanted::Any {
        return Ok(());
    }
    let row = connection.fetch_one(AssertSqlSafe("SHOW transaction_read_only".to_owned())).await?;
    if row.try_get::<String, _>(0)? == "on" {
        let said = "this server only reads; the name of the one that writes still leads elsewhere";
        return Err(sqlx::Error::Configuration(said.into()));
    }
    Ok(())
}
